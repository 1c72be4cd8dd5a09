using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>policy replay</c>: past requests once more, against the policies as they are now or with a draft in the
/// place of one. Says which would have come under another policy or been asked of others. Pure.
/// </summary>
internal static class PolicyReplay
{
    /// <summary>Own limit: what one message shows.</summary>
    private const int ShownMax = 30;

    public static Reply Answer(
        string name,
        int days,
        PolicyBook book,
        IReadOnlyList<Approval> past,
        bool isAll,
        Register register
    )
    {
        var runs = past.Select(a =>
                (
                    Approval: a,
                    Then: a.Opening.Policy,
                    Now: book.Choose(a.Opening.Agent, a.Opening.Request)
                )
            )
            .Where(r => Is(r.Then, name) || Is(r.Now, name))
            .ToList();
        var changed = runs.Where(r =>
                !string.Equals(r.Then.ContentHash(), r.Now.ContentHash(), StringComparison.Ordinal)
            )
            .ToList();
        return new Reply(
            $"Replay of {name} over {Say.Count(days, "day", "days")}",
            [
                $"{Say.Count(past.Count, "request", "requests")} looked at{(isAll ? "" : " (the latest; there are more)")}; "
                    + $"{runs.Count} came or would come under {name}; {changed.Count} would change.",
                .. changed
                    .GroupBy(r => $"{Short(r.Then)} → {Short(r.Now)}", StringComparer.Ordinal)
                    .Select(g => $"{g.Count()} × {g.Key}"),
                .. changed.Take(ShownMax).Select(r => Line(r.Approval, r.Then, r.Now, register)),
                .. changed.Count > ShownMax
                    ? [$"… and {changed.Count - ShownMax} more."]
                    : Array.Empty<string>(),
                "Only looked at: nothing was changed.",
            ]
        );
    }

    /// <summary>The policies with the draft where the policy of its name is, else last before default.</summary>
    public static PolicyBook With(Register register, Policy draft, DateTimeOffset now)
    {
        var known = register.Policies.Named(draft.Name);
        var set = draft with
        {
            Version = (known?.Version ?? 0) + 1,
            AddedAt = known?.AddedAt ?? now,
        };
        return register.With("policy", draft.Name, ConfigJson.ToElement(set)).Policies;
    }

    private static string Line(Approval approval, Policy then, Policy now, Register register)
    {
        var opening = approval.Opening;
        return $"{Say.Time(approval.CreatedAt)} {opening.Code} {Say.Text(opening.Request.Action.Name)} of "
            + $"{opening.Agent}: {WireNames.Of(approval.Status)} under {Short(then)}; "
            + $"now {Short(now)}{Enough(approval, now, register)}";
    }

    /// <summary>Whether those who approved then would do now, by the groups of now.</summary>
    private static string Enough(Approval approval, Policy now, Register register)
    {
        if (now.Effect != Effect.RequireApproval || approval.Status != RequestStatus.Approved)
        {
            return "";
        }

        var people = approval
            .Approvers.Select(register.Person)
            .OfType<Person>()
            .GroupBy(p => register.PlaceOf(now, p, approval.CreatedAt), StringComparer.Ordinal)
            .Select(g =>
                now.Stages.Select((s, i) => (s, i))
                    .Where(s =>
                        s.s.Approvers.Any(n =>
                            g.Any(p => p.Ids.Any(id => register.IsInGroup(n, id)))
                        )
                    )
                    .Select(s => s.i)
                    .ToImmutableArray()
            )
            .ToList();
        return Quorum.CouldBeFilled(now, people)
            ? " — its approvals would do"
            : $" — its {Say.Count(people.Count, "approval", "approvals")} would not do: needs {PolicyText.Needs(now)}";
    }

    private static string Short(Policy policy) =>
        policy.Effect == Effect.RequireApproval
            ? $"{policy.Name} ({PolicyText.Needs(policy)})"
            : $"{policy.Name} ({WireNames.Of(policy.Effect)})";

    private static bool Is(Policy policy, string name) =>
        string.Equals(policy.Name, name, StringComparison.Ordinal);
}

/// <content><c>policy replay</c></content>
public sealed partial class CommandDesk
{
    /// <summary>Own limit: what is read for one answer.</summary>
    private const int ReplayedMax = 5_000;

    private async Task<Reply> ReplayAsync(
        Command.PolicyReplay command,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var book = hearing.Register.Policies;
        if (command.Yaml is { } yaml)
        {
            switch (PolicyYaml.Read(yaml, command.Name))
            {
                case PolicyReading.Refused refused:
                    return PolicyReply.Faults(command.Name, refused.Faults);
                case PolicyReading.Accepted read:
                    book = PolicyReplay.With(hearing.Register, read.Policy, hearing.Now);
                    break;
                default:
                    break;
            }
        }
        else if (book.Named(command.Name) is null)
        {
            return new Reply(
                "Not found",
                [PolicyRules.NoSuchPolicy(hearing.Register, command.Name).Text]
            );
        }

        var since = hearing.Now.AddDays(-command.Days);
        var past = await approvals.SinceAsync(since, ReplayedMax + 1, cancel);
        return PolicyReplay.Answer(
            command.Name,
            command.Days,
            book,
            [.. past.Take(ReplayedMax)],
            past.Count <= ReplayedMax,
            hearing.Register
        );
    }
}
