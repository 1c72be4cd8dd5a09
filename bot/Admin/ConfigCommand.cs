using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>config history</c>: who changed what and when, as the ledger has it, the latest first.</summary>
internal static class ConfigCommand
{
    /// <summary>Own limit: what can be read in a chat at once.</summary>
    public const int PageSize = 15;
    private const int PagesMax = 100;

    public static CommandForm Form { get; } =
        Pages.Form(
            "config history",
            Access.Readers,
            "lists changes of groups, roles, agents, routes, policies and people, the latest first",
            page => new Command.ConfigHistory(page),
            PagesMax
        );

    /// <param name="page">From 1.</param>
    /// <param name="changes">Up to the end of this page and one more, the latest first.</param>
    /// <param name="register">For the names of people as they are now.</param>
    public static Reply Answer(int page, IReadOnlyList<RegisterChange> changes, Register register)
    {
        var shown = changes.Skip((page - 1) * PageSize).Take(PageSize).ToList();
        return new Reply(
            page == 1 ? "Changes, the latest first" : $"Changes, page {page}",
            [
                .. shown.Select(c =>
                    $"#{c.Seq} {Say.Time(c.At)} — {What(c.Fact, register)}, {By(c.Fact, register)}"
                ),
                .. shown.Count == 0 ? ["There are no more."] : Array.Empty<string>(),
                .. changes.Count > page * PageSize
                    ? [$"Earlier: config history {page + 1}"]
                    : Array.Empty<string>(),
            ]
        );
    }

    private static string What(Fact fact, Register register) =>
        fact switch
        {
            Fact.PersonLinked f =>
                $"account {f.Account} linked to {Say.Name(register, f.Person)} ({Say.Text(f.How)})",
            Fact.PersonUnlinked f =>
                $"account {f.Account} parted from {Say.Name(register, f.Person)}",
            Fact.ConfigChanged { Area: "group" } f =>
                $"{Named(f.Area, f.Name)}: {Members(f.Before, f.After, register)}",
            Fact.ConfigChanged { Area: Register.DelegationArea } f => Delegated(f, register),
            Fact.ConfigChanged f => $"{Named(f.Area, f.Name)}: {Parts(f.Before, f.After)}",
            Fact.ConfigProposed { Change: var c } => $"proposed: {What(c, register)}",
            _ => throw new InvalidOperationException($"{fact.GetType().Name} is no change"),
        };

    /// <summary>A change in a few words, whether it is made or only wanted.</summary>
    public static string What(ProposedChange c, Register register) =>
        c.Area is Linking.LinkArea or Linking.PartArea ? $"{c.Area} {Say.Text(c.Name)}"
        : c.Area is "group" ? $"{Named(c.Area, c.Name)}: {Members(c.Before, c.After, register)}"
        : $"{Named(c.Area, c.Name)}: {Parts(c.Before, c.After)}";

    private static string Delegated(Fact.ConfigChanged f, Register register)
    {
        var (was, now) = (LastOf(f.Before), LastOf(f.After));
        var isBack = was is not null && was.At == now!.At;
        return $"delegation{(isBack ? " taken back" : "")}: {DelegateCommand.Line(now!, register)}";
    }

    private static Delegation? LastOf(JsonElement? value) =>
        value?.Deserialize<Delegator>(ConfigJson.Options)?.Delegations[^1];

    private static string By(Fact fact, Register register) =>
        fact switch
        {
            Fact.PersonLinked { By: { } by } f =>
                $"by {Say.Name(register, by)}{Reviewed(f.Review, f.Change)}",
            Fact.PersonUnlinked { By: { } by } f =>
                $"by {Say.Name(register, by)}{Reviewed(f.Review, f.Change)}",
            Fact.ConfigChanged { By: { } by, ConfirmedBy: { } other } =>
                $"by {Say.Name(register, by)}, confirmed by {Say.Name(register, other)}",
            Fact.ConfigChanged { By: { } by } f =>
                $"by {Say.Name(register, by)}, {f.Review.Replace('_', ' ')}",
            Fact.ConfigProposed f => $"by {Say.Name(register, f.Change.By)}, request {f.Id}",
            _ => "by the system",
        };

    private static string Reviewed(string? review, RequestId? change) =>
        review is null ? ""
        : change is { } request ? $", {review} by request {request}"
        : $", {review}";

    private static string Named(string area, string name) =>
        name switch
        {
            Register.Admins => "administrators",
            Register.Auditors => "auditors",
            _ => $"{area.Replace('_', ' ')} {Say.Text(name)}",
        };

    private static string Members(JsonElement? was, JsonElement? becomes, Register register)
    {
        var (before, after) = (MembersOf(was), MembersOf(becomes));
        var added = after.Except(before).ToList();
        var removed = before.Except(after).ToList();
        string[] said =
        [
            .. added.Count > 0 ? [$"added {Say.Names(register, added)}"] : Array.Empty<string>(),
            .. removed.Count > 0
                ? [$"removed {Say.Names(register, removed)}"]
                : Array.Empty<string>(),
            .. SourcesOf(becomes).Except(SourcesOf(was)).Select(g => $"added {g}"),
            .. SourcesOf(was).Except(SourcesOf(becomes)).Select(g => $"removed {g}"),
        ];
        return said.Length == 0 ? "changed" : string.Join(", ", said);
    }

    private static IEnumerable<GroupSource> SourcesOf(JsonElement? group) =>
        group?.Deserialize<Group>(ConfigJson.Options)?.Sources.Select(b => b.Group) ?? [];

    private static ImmutableArray<PersonId> MembersOf(JsonElement? group) =>
        group?.Deserialize<Group>(ConfigJson.Options)?.Members ?? [];

    /// <summary>Which parts are different; never what they hold, which may be long or a key's hash.</summary>
    private static string Parts(JsonElement? was, JsonElement? becomes)
    {
        if (becomes is not { } after)
        {
            return "removed";
        }

        if (was is not { } before)
        {
            return "made";
        }

        var changed = after
            .EnumerateObject()
            .Where(p =>
                !before.TryGetProperty(p.Name, out var old) || !JsonElement.DeepEquals(old, p.Value)
            )
            .Select(p => p.Name)
            .Concat(
                before
                    .EnumerateObject()
                    .Select(p => p.Name)
                    .Where(n => !after.TryGetProperty(n, out _))
            );
        return $"changed ({string.Join(", ", changed.Select(n => n.Replace('_', ' ')))})";
    }
}

/// <content><c>config …</c></content>
public sealed partial class CommandDesk
{
    private Reply ConfigHistory(Command.ConfigHistory history, Hearing hearing) =>
        ConfigCommand.Answer(
            history.Page,
            registers.History((history.Page * ConfigCommand.PageSize) + 1),
            hearing.Register
        );
}
