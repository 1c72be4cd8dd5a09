using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary>A request that was only tried: who asks, what for, or why it is none.</summary>
public sealed record TriedRequest(
    Agent? Agent,
    ActionRequest? Request,
    ImmutableArray<string> Problems
);

/// <summary>
/// <c>policy test</c>: what would become of a request, before anyone is asked. Nothing is stored, nobody is
/// told.
/// </summary>
internal static class PolicyTest
{
    /// <summary>Own limit: policies that are explained why they do not apply.</summary>
    private const int PassedOverMax = 10;

    public static Reply Answer(TriedRequest tried, Hearing hearing, DeskOptions surfaces)
    {
        if (tried is not { Agent: { } agent, Request: { } request })
        {
            return new Reply(
                "Not a request",
                [.. tried.Problems.Select(Say.Text), "Nobody was asked."]
            );
        }

        var register = hearing.Register;
        var policy = register.Policies.Choose(agent.Name, request);
        return new Reply(
            $"This request would get policy {policy.Name}, version {policy.Version}",
            [
                .. PassedOver(policy, agent.Name, request, register),
                Why(policy, agent.Name, request),
                .. agent.MayAsk(request.Action.Name)
                    ? Array.Empty<string>()
                    : [$"But the agent {agent.Name} may not ask for it: 403 action_not_allowed."],
                .. agent.Disabled
                    ? [$"But the agent {agent.Name} is disabled: 403."]
                    : Array.Empty<string>(),
                .. policy.Effect == Effect.RequireApproval
                    ? Asked(agent, request, policy, hearing, surfaces)
                    : [$"Nobody is asked: {Ended(policy)}"],
                "Only tried: nothing was stored, nobody was told.",
            ]
        );
    }

    /// <summary>Which lines of its match hold, in a sentence.</summary>
    public static string Why(Policy policy, AgentName agent, ActionRequest request)
    {
        var lines = policy.Match.Lines(agent, request).ToList();
        return policy.Version == 0 ? "No policy matches: that denies."
            : lines.Count == 0 ? "It matches everything."
            : "Matched: "
                + string.Join(
                    "; ",
                    lines.Select(l => $"{l.What} {Say.Text(l.Given)} is {Say.Text(l.Wanted)}")
                );
    }

    private static IEnumerable<string> PassedOver(
        Policy chosen,
        AgentName agent,
        ActionRequest request,
        Register register
    ) =>
        register
            .Policies.Policies.TakeWhile(p =>
                !string.Equals(p.Name, chosen.Name, StringComparison.Ordinal)
            )
            .Take(PassedOverMax)
            .Select(p => (Policy: p, Line: p.Match.Lines(agent, request).First(l => !l.Holds)))
            .Select(p =>
                $"Not {p.Policy.Name}: {p.Line.What} {Say.Text(p.Line.Given)} is not {Say.Text(p.Line.Wanted)}."
            );

    private static IEnumerable<string> Asked(
        Agent agent,
        ActionRequest request,
        Policy policy,
        Hearing hearing,
        DeskOptions surfaces
    )
    {
        var register = hearing.Register;
        var draft = Opener.Draft(register, hearing.Now, agent, request, policy, surfaces);
        var forecast = Forecast.Of(draft, register);
        var able = forecast.Able.ToList();
        var places = draft.Copies;
        yield return $"It needs {PolicyText.Needs(policy)}.";
        yield return $"Could approve: {Say.Candidates(register, able)}";
        foreach (var line in Excluded(forecast, register))
        {
            yield return line;
        }

        yield return $"Would be notified: {Say.Count(able.Count, "person", "people")} who could approve, in "
            + $"{Say.Count(places.Length, "place", "places")}: "
            + string.Join(", ", places.Select(p => $"{WireNames.Of(p.Surface)}:{p.Conversation}"));
        yield return places.IsEmpty ? "It would be refused: no place to show the card in."
        : forecast.IsPossible ? $"It could be approved, within {policy.ExpiresIn} seconds at most."
        : $"It would be refused: no_eligible_approver. {forecast.Explain()}";
    }

    public static IEnumerable<string> Excluded(Forecast forecast, Register register) =>
        forecast
            .Candidates.Where(c => c.Why is not null)
            .GroupBy(c => c.Why!.Value)
            .Select(g =>
                $"Not: {Say.Names(register, g.Select(c => c.Person.Id))} — {Because(g.Key)}"
            );

    private static string Because(Refusal why) =>
        why switch
        {
            Refusal.Initiator => "started the request",
            Refusal.OnBehalfOf => "it is on their behalf",
            Refusal.Owner => "owns the agent",
            Refusal.KeyCreator => "received the agent's key",
            Refusal.Widened => "changed who may approve while it waited",
            Refusal.AlreadyCounted => "has decided already",
            Refusal.DelegateExcluded => "one place, by a delegation, with somebody behind it",
            Refusal.DelegateCounted => "one place, by a delegation, with somebody who has decided",
            Refusal.NeededLater => "a later stage cannot be filled without them",
            Refusal.StageNotOpen => "not their stage's turn, or it is finished",
            Refusal.NotAnApprover => "not in the group any more",
            Refusal.GroupUnknown => "who is in their group cannot be read now",
            Refusal.NothingToCompare => "cannot be told from who started it",
            _ => WireNames.Of(why).Replace('_', ' '),
        };

    private static string Ended(Policy policy) =>
        policy.Effect == Effect.Allow ? "approved at once by the policy." : "denied at once.";
}
