using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>A mentioned account and how the chat showed it.</summary>
public sealed record Mentioned(AccountId Account, string Shown)
{
    private const string Oidc = "oidc:";

    /// <summary>True of <c>oidc:&lt;subject&gt;</c>, which is an account only together with an issuer.</summary>
    public bool IsSubject => Account == default;

    /// <summary>What is meant, where the issuer is this one; null: nothing.</summary>
    public AccountId? At(string? issuer) =>
        !IsSubject ? Account
        : AccountId.TryParse($"{Oidc}{issuer}:{Shown[Oidc.Length..]}", provider: null, out var id)
            ? id
        : null;

    /// <summary>Whether a word is <c>oidc:&lt;subject&gt;</c>: a colon in a subject is written <c>%3A</c>.</summary>
    internal static bool IsBare(string word) =>
        word.StartsWith(Oidc, StringComparison.Ordinal)
        && word.Length > Oidc.Length
        && word.LastIndexOf(':') == Oidc.Length - 1;
}

/// <summary>Whom a group gets or loses: people, and groups that a platform keeps.</summary>
public sealed record Named(ImmutableArray<Mentioned> People, ImmutableArray<GroupSource> Groups);

/// <summary>
/// A command that was understood: what somebody wants, not yet whether they may. Each word has its file
/// (<c>agent</c>: <c>AgentCommand.cs</c>) with its grammar, its judgement and its answer.
/// </summary>
public abstract record Command
{
    private Command() { }

    public sealed record Help(string? Topic) : Command;

    public sealed record Whoami : Command;

    public sealed record Pending(int Page) : Command;

    /// <summary><see cref="Which"/>: a request's id or the short code on its card.</summary>
    public sealed record Show(string Which) : Command;

    public sealed record Ask(string Which, string Text) : Command;

    public sealed record Withdraw(string Which) : Command;

    public sealed record Status : Command;

    /// <summary>Pages begin with 1.</summary>
    public sealed record ConfigHistory(int Page) : Command;

    /// <summary>Null: shows a code.</summary>
    public sealed record Link(string? Code) : Command;

    public sealed record DelegateTo(Mentioned Person, DelegateUntil Until) : Command;

    public sealed record DelegateOff : Command;

    public sealed record PersonShow(Mentioned Person) : Command;

    public sealed record PersonLink(Mentioned Person, Mentioned Account) : Command;

    public sealed record PersonUnlink(Mentioned Person, Mentioned Account) : Command;

    public sealed record AgentAdd(
        AgentName Name,
        ImmutableArray<Mentioned> Owners,
        ImmutableArray<string> Actions
    ) : Command;

    public sealed record AgentOwner(AgentName Name, ImmutableArray<Mentioned> Owners) : Command;

    public sealed record AgentRotate(AgentName Name) : Command;

    public sealed record AgentDisable(AgentName Name) : Command;

    public sealed record AgentEnable(AgentName Name) : Command;

    public sealed record AgentList(int Page) : Command;

    public sealed record CallbackSet(AgentName Name, string Url, bool Private) : Command;

    public sealed record CallbackOff(AgentName Name) : Command;

    public sealed record CallbackRotate(AgentName Name) : Command;

    public sealed record CallbackRetry(AgentName Name) : Command;

    public sealed record CallbackShow(AgentName Name) : Command;

    /// <summary><see cref="Audience"/> null: a guarded endpoint's own.</summary>
    public sealed record GuardAdd(AgentName Name, string? Audience) : Command
    {
        /// <summary>Null: an external guard.</summary>
        public Upstream? Upstream { get; init; }
    }

    public sealed record GuardRotate(AgentName Name) : Command;

    public sealed record GuardRemove(AgentName Name) : Command;

    public sealed record GuardList(int Page) : Command;

    public sealed record Revoke(string Which) : Command;

    public sealed record EraseRequest(string Which) : Command;

    public sealed record KeyRotate(string Purpose) : Command;

    public sealed record ErasePerson(Mentioned Person) : Command;

    /// <summary><see cref="Name"/> <c>all</c>: every agent.</summary>
    public sealed record FreezeSet(AgentName Name) : Command;

    public sealed record FreezeLift(AgentName Name) : Command;

    public sealed record GroupAdd(string Name, Named Who) : Command;

    public sealed record GroupRemove(string Name, Named Who) : Command;

    public sealed record GroupList(int Page) : Command;

    public sealed record GroupShow(string Name) : Command;

    public sealed record RouteSet(string Policy, ImmutableArray<Destination> Destinations)
        : Command;

    public sealed record RouteRemove(string Policy) : Command;

    public sealed record RouteList(int Page) : Command;

    public sealed record PolicyList(int Page) : Command;

    public sealed record PolicyShow(string Name) : Command;

    public sealed record PolicyHistory(string Name, int Page) : Command;

    /// <summary><see cref="Yaml"/>: as it was typed; null: asks for the form.</summary>
    public sealed record PolicySet(string Name, string? Yaml) : Command;

    public sealed record PolicyRemove(string Name) : Command;

    public sealed record PolicyMove(string Name, PolicyPlace Place) : Command;

    public sealed record PolicyTest(string Json) : Command;

    /// <summary><see cref="Yaml"/>: a draft; null: the policy as it is.</summary>
    public sealed record PolicyReplay(string Name, int Days, string? Yaml) : Command;

    public sealed record AdminAdd(ImmutableArray<Mentioned> People) : Command;

    public sealed record AdminRemove(ImmutableArray<Mentioned> People) : Command;

    public sealed record AuditorAdd(ImmutableArray<Mentioned> People) : Command;

    public sealed record AuditorRemove(ImmutableArray<Mentioned> People) : Command;

    public sealed record AuditorKey : Command;

    public sealed record AuditorKeyRevoke : Command;

    public sealed record Checkpoint : Command;

    public sealed record Verify : Command;

    /// <summary><see cref="From"/> and <see cref="To"/>: as they were typed, and known to be times.</summary>
    public sealed record Export(string As, string? From, string? To) : Command;
}
