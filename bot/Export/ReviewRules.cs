using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Export;

/// <summary>
/// Whether a change of the configuration is one that needs no second person, where it says so: what a bot of ours comes to by
/// the same command with what was there before.
/// </summary>
internal static class ReviewRules
{
    /// <summary>What is wrong with one that nobody confirmed, for a sentence that begins with its entry; or null.</summary>
    /// <param name="changed">The entry's fact; its values are known.</param>
    /// <param name="register">As it was before.</param>
    /// <param name="at">The entry's time.</param>
    public static string? WhyNot(Fact.ConfigChanged changed, Register register, DateTimeOffset at)
    {
        var why = changed.Review switch
        {
            "unreviewed" => null,
            "narrowing" => IsNarrower(changed, register, at)
                ? null
                : "gives somebody more power and says that it is narrowing",
            "system" => IsOwn(changed, register, at)
                ? null
                : "changes what the bot changes for nobody",
            "own_right" => IsLent(changed, register, at)
                ? null
                : "gives what is not whoever says so's to give",
            _ => "is reviewed in a way that there is not",
        };
        return why
            ?? (changed.Review is "narrowing" or "unreviewed" ? WhyNotBy(changed, register) : null);
    }

    /// <summary>Whether somebody is an administrator, by any of their accounts.</summary>
    public static bool IsAdmin(PersonId? by, Register register) =>
        IsIn(Register.Admins, by, register);

    /// <summary>
    /// Who changes something alone says which other administrators there were: whoever looks on can ask them.
    /// </summary>
    /// <param name="by">Who changed it.</param>
    /// <param name="without">Whom the entry names.</param>
    /// <param name="fold">As it was before.</param>
    /// <param name="at">The entry's time.</param>
    public static string? WhyNotAlone(
        PersonId? by,
        IReadOnlyCollection<PersonId> without,
        RegisterFold fold,
        DateTimeOffset at
    )
    {
        var register = fold.At(at);
        // With whom somebody shared an address that was erased since, nobody can tell.
        bool IsTold(PersonId id) => register.Person(id) is not { } person || !fold.IsLost(person);
        return
            fold.KnowsGroups
            && (by is not { } who || IsTold(who))
            && register.AdminsBeside(by, at).Where(IsTold).Except(without).Any()
            ? "was confirmed by nobody, and does not name the other administrators of then"
            : null;
    }

    private static string? WhyNotBy(Fact.ConfigChanged changed, Register register) =>
        IsAdmin(changed.By, register) ? null
        : changed.By is null && register.Group(Register.Admins) is null ? null
        : changed.Area is "auditor_key" && IsIn(Register.Auditors, changed.By, register) ? null
        : "is a change by somebody who was no administrator";

    private static bool IsIn(string role, PersonId? by, Register register) =>
        by is { } id && IdsOf(id, register).Any(i => register.IsInGroup(role, i));

    private static IEnumerable<PersonId> IdsOf(PersonId id, Register register) =>
        register.Person(id)?.Ids ?? [id];

    /// <summary>What applies at once: it takes something away, or changes nothing of who may do what.</summary>
    private static bool IsNarrower(
        Fact.ConfigChanged changed,
        Register register,
        DateTimeOffset at
    ) =>
        changed.Area switch
        {
            "group" => register.Group(changed.Name) is { } before
                && As<Group>(changed) is { } after
                && Is(changed, Without(before, after)),
            "agent" => register.Agents.GetValueOrDefault(changed.Name) is { } agent
                && Is(changed, agent with { Disabled = true }),
            "policy" or "policy_order" => !Widens(changed, register, at)
                && Keeps(changed, register),
            "guard" => changed.After is null,
            "freeze" => changed.After is not null,
            "callback" => changed.After is null
                || (
                    register.Callbacks.GetValueOrDefault(changed.Name) is { } callback
                    && As<AgentCallback>(changed) is { Before: { } retired } rotated
                    && Is(changed, callback with { SecretId = rotated.SecretId, Before = retired })
                    && string.Equals(retired.SecretId, callback.SecretId, StringComparison.Ordinal)
                ),
            "auditor_key" => changed.By is { } by
                && IdsOf(by, register).Any(i => Is(changed.Name, i))
                && (As<AuditorKey>(changed) is not { } key || Is(changed.Name, key.Person)),
            _ => false,
        };

    /// <summary>What platforms tell of themselves, and the first administrators, whom the settings name.</summary>
    private static bool IsOwn(Fact.ConfigChanged changed, Register register, DateTimeOffset at) =>
        changed.By is null
        && changed.Area switch
        {
            "place" => true,
            Register.PlatformGroupArea => As<PlatformGroup>(changed) is not { } after
                || Is(
                    changed,
                    (
                        register.PlatformGroupOf(after.Group)
                        ?? new PlatformGroup(after.Group, "", [], at)
                    ).With(after.Name, after.Members, at)
                ),
            "callback" => register.Callbacks.GetValueOrDefault(changed.Name) is { } callback
                && Is(changed, callback with { Gone = true }),
            "group" => register.Group(changed.Name) is null
                && As<Group>(changed) is { } first
                && (
                    Is(changed.Name, Register.Admins)
                    || (
                        changed.Name is "approvers"
                        && register.Group(Register.Admins) is { } admins
                        && first.Members.SequenceEqual(admins.Members)
                    )
                ),
            _ => false,
        };

    /// <summary>Somebody's own delegations: those before as they were or ended now, and a new one that begins now.</summary>
    private static bool IsLent(Fact.ConfigChanged changed, Register register, DateTimeOffset at)
    {
        if (
            changed.Area is not Register.DelegationArea
            || changed.By is not { } by
            || As<Delegator>(changed) is not { } after
            || !IdsOf(by, register).Any(i => Is(changed.Name, i))
        )
        {
            return false;
        }

        var ids = IdsOf(by, register).ToHashSet();
        var before = register.Delegators.GetValueOrDefault(changed.Name)?.Delegations ?? [];
        bool IsKept(Delegation d) =>
            before.Any(b => b == d || (b with { Until = at } == d && b.Until > at));
        bool IsNew(Delegation d) =>
            d.At == at
            && ids.Contains(d.From)
            && register.PersonOf(d.Account) is { } person
            && person.Ids.Contains(by)
            && d.Until <= at + Delegating.LongestFor;
        bool IsOver(Delegation d) =>
            d.Until + Delegating.KeptFor <= at
            || after.Delegations.Any(a => a with { Until = d.Until } == d);
        return after.Delegations.All(d => IsKept(d) || IsNew(d)) && before.All(IsOver);
    }

    /// <summary>The group without whoever is not in it any more.</summary>
    private static Group Without(Group before, Group after) =>
        before with
        {
            Members = [.. before.Members.Intersect(after.Members)],
            Joined = [.. before.Joined.Where(j => after.Members.Contains(j.Person))],
            Sources = [.. before.Sources.Intersect(after.Sources)],
        };

    private static bool Widens(Fact.ConfigChanged changed, Register register, DateTimeOffset at) =>
        PolicyChange.Widens(register.Policies, register.Apply(changed, at).Policies);

    /// <summary>Who widened it before stays remembered.</summary>
    private static bool Keeps(Fact.ConfigChanged changed, Register register)
    {
        var (before, after) = changed.Area is "policy"
            ? (
                register.EveryPolicy.GetValueOrDefault(changed.Name)?.Widenings,
                As<Policy>(changed)?.Widenings
            )
            : (register.PolicyOrder?.Widenings, As<PolicyOrder>(changed)?.Widenings);
        return JsonElement.DeepEquals(
            ConfigJson.ToElement(before ?? ImmutableArray<Widening>.Empty),
            ConfigJson.ToElement(after ?? ImmutableArray<Widening>.Empty)
        );
    }

    private static T? As<T>(Fact.ConfigChanged changed)
        where T : class => changed.After?.Deserialize<T>(ConfigJson.Options);

    private static bool Is<T>(Fact.ConfigChanged changed, T? due)
        where T : class =>
        due is not null
        && As<T>(changed) is { } after
        && JsonElement.DeepEquals(ConfigJson.ToElement(after), ConfigJson.ToElement(due));

    private static bool Is(string name, PersonId id) => Is(name, id.ToString());

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}
