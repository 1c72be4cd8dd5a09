using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary>
/// Judges changes of the policies. Pure. A version is never used twice under a name; a widening is remembered
/// in what it widened, so that whoever makes it cannot then decide what was waiting.
/// </summary>
public static class PolicyRules
{
    private const string Area = "policy";

    /// <summary>Own limit: every request is compared with all of them.</summary>
    private const int PoliciesMax = 200;

    /// <summary>Own limit. One is kept for each who widened, the latest.</summary>
    private const int WideningsMax = 32;

    /// <summary>Sets what was read, as the next version. Refused when nobody could satisfy it.</summary>
    public static ConfigRuling Set(
        Register register,
        DateTimeOffset now,
        Policy read,
        PersonId by,
        DeskOptions surfaces
    )
    {
        var known = Known(register, read.Name);
        if (Problem(register, read, surfaces) is { } problem)
        {
            return new ConfigRuling.Refused(problem);
        }

        if (known is { Removed: false } && Same(known, read))
        {
            return new ConfigRuling.Same();
        }

        var after = read with
        {
            Version = (known?.Version ?? 0) + 1,
            AddedAt = known is { Removed: false } ? known.AddedAt : now,
            Widenings = known?.Widenings ?? [],
        };
        return Change(register, now, after, by);
    }

    /// <summary>Takes a policy away; its name remembers its versions.</summary>
    public static ConfigRuling Remove(
        Register register,
        DateTimeOffset now,
        string name,
        PersonId by
    ) =>
        register.Policies.Named(name) switch
        {
            null => NoSuchPolicy(register, name),
            { IsDefault: true } => new ConfigRuling.Refused(
                "The policy default is always there. Change it: policy set default"
            ),
            var policy => Change(register, now, policy with { Removed = true }, by),
        };

    public static ConfigRuling Move(
        Register register,
        DateTimeOffset now,
        string name,
        PolicyPlace place,
        PersonId by
    )
    {
        var names = register
            .Policies.Policies.Where(p => !p.IsDefault)
            .Select(p => p.Name)
            .ToImmutableArray();
        if (string.Equals(name, Policy.DefaultName, StringComparison.Ordinal))
        {
            return new ConfigRuling.Refused("The policy default is always last.");
        }

        if (!names.Contains(name, StringComparer.Ordinal))
        {
            return NoSuchPolicy(register, name);
        }

        if (place is PolicyPlace.Before before && register.Policies.Named(before.Name) is null)
        {
            return NoSuchPolicy(register, before.Name);
        }

        var moved = Moved(names, name, place);
        return moved.SequenceEqual(names, StringComparer.Ordinal)
            ? new ConfigRuling.Same()
            : Order(register, now, moved, by);
    }

    /// <summary>Why a policy cannot be as it was read, or null.</summary>
    public static string? Problem(Register register, Policy policy, DeskOptions surfaces)
    {
        var groups = policy
            .Stages.SelectMany(s => s.Approvers)
            .Concat(policy.Escalate?.To ?? [])
            .Where(g => !register.MembersOf(g).Any())
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (groups.Count > 0)
        {
            return $"Nobody is in the group {string.Join(", ", groups)}. Put people in first: "
                + $"group add {groups[0]} @p";
        }

        if (
            policy.Effect == Effect.RequireApproval
            && !Forecast.CouldSatisfy(policy, register, _ => true)
        )
        {
            return $"Nobody could satisfy it: it needs {PolicyText.Needs(policy)} (distinct people, "
                + $"one place each), and there are {Counts(register, policy)}.";
        }

        var off = policy.Notify.FirstOrDefault(d =>
            d.Surface == Surface.Slack ? !surfaces.Slack : !surfaces.Teams
        );
        if (off is not null)
        {
            return $"{off.Surface} is not enabled here, so {CommandPrint.Of(off)} would show nothing.";
        }

        return policy.Name is "none" ? "\"none\" is what no policy is called."
            : register.EveryPolicy.Count >= PoliciesMax && Known(register, policy.Name) is null
                ? $"There are {PoliciesMax} policies already."
            : null;
    }

    internal static ConfigRuling.Refused NoSuchPolicy(Register register, string name) =>
        new(
            $"There is no policy called {name}. Policies: "
                + $"{string.Join(", ", register.Policies.Policies.Select(p => p.Name))}."
        );

    private static Policy? Known(Register register, string name) =>
        register.EveryPolicy.GetValueOrDefault(name) ?? register.Policies.Named(name);

    private static bool Same(Policy a, Policy b) =>
        string.Equals(a.ContentHash(), b.ContentHash(), StringComparison.Ordinal);

    private static ConfigRuling.Set Change(
        Register register,
        DateTimeOffset now,
        Policy after,
        PersonId by
    )
    {
        var then = register.With(Area, after.Name, ConfigJson.ToElement(after));
        var widens = PolicyChange.Widens(register.Policies, then.Policies);
        return new ConfigRuling.Set(
            Area,
            after.Name,
            widens ? after with { Widenings = Remember(after.Widenings, now, by) } : after,
            widens
        );
    }

    private static ConfigRuling.Set Order(
        Register register,
        DateTimeOffset now,
        ImmutableArray<string> names,
        PersonId by
    )
    {
        var order = new PolicyOrder(names, now, register.PolicyOrder?.Widenings ?? []);
        var then = register.With("policy_order", "order", ConfigJson.ToElement(order));
        var widens = PolicyChange.Widens(register.Policies, then.Policies);
        return new ConfigRuling.Set(
            "policy_order",
            "order",
            widens ? order with { Widenings = Remember(order.Widenings, now, by) } : order,
            widens
        );
    }

    private static ImmutableArray<string> Moved(
        ImmutableArray<string> names,
        string name,
        PolicyPlace place
    )
    {
        var rest = names.Remove(name, StringComparer.Ordinal);
        var at = place switch
        {
            PolicyPlace.First => 0,
            PolicyPlace.Before b when string.Equals(b.Name, name, StringComparison.Ordinal) =>
                names.IndexOf(name),
            PolicyPlace.Before b when rest.Contains(b.Name, StringComparer.Ordinal) => rest.IndexOf(
                b.Name
            ),
            _ => rest.Length,
        };
        return rest.Insert(at, name);
    }

    private static ImmutableArray<Widening> Remember(
        ImmutableArray<Widening> before,
        DateTimeOffset now,
        PersonId by
    ) =>
        [
            .. before.Where(w => !w.By.SequenceEqual([by])).TakeLast(WideningsMax - 1),
            new Widening(now, [by]),
        ];

    private static string Counts(Register register, Policy policy) =>
        string.Join(
            ", ",
            policy
                .Stages.SelectMany(s => s.Approvers)
                .Distinct(StringComparer.Ordinal)
                .Select(g =>
                    $"{Say.Count(register.MembersOf(g).Count(), "person", "people")} in {g}"
                )
        );
}
