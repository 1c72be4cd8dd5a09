using ChatApprovals.Approvals;

namespace ChatApprovals.Export;

/// <summary>
/// Whether a request began as the bot begins one: what decides who may approve it, and who may not, was what applied then.
/// Else whoever writes the opening chooses their own judges.
/// </summary>
internal static class BeginningRules
{
    /// <summary>What is wrong, for a sentence that begins with the entry; or null.</summary>
    /// <param name="opening">All that was asked.</param>
    /// <param name="register">As it was then.</param>
    /// <param name="at">When.</param>
    public static string? WhyNot(Opening opening, Register register, DateTimeOffset at)
    {
        var isOwn = opening.Agent == ProposedChange.Asks;
        var policy = isOwn
            ? ProposedChange.Rule
            : register.Policies.Choose(opening.Agent, opening.Request);
        return !isOwn && WhyNot(opening, register.Agent(opening.Agent)) is { } why ? why
            : policy.Version != opening.Policy.Version
            || !Is(policy.Name, opening.Policy.Name)
            || !Is(policy.ContentHash(), opening.PolicyHash)
                ? $"is under the policy {opening.Policy.Name}, version {opening.Policy.Version}, where {policy.Name}, version {policy.Version}, applied"
            : opening.ExpiresAt - at > TimeSpan.FromSeconds(policy.ExpiresIn)
                ? "is open longer than its policy allows"
            : opening.Eligible.Length != policy.Stages.Length
            || policy
                .Stages.Where((s, i) => opening.Eligible[i].Any(p => !IsIn(register, s, p)))
                .Any()
                ? "names somebody as eligible who was in none of the policy's groups"
            : null;
    }

    private static string? WhyNot(Opening opening, Agent? agent) =>
        agent is null ? "is asked by an agent that nobody had added"
        : agent.Disabled ? "is asked by an agent that was disabled"
        : !agent.MayAsk(opening.Request.Action.Name)
            ? "asks for an action that its agent may not ask for"
        : !agent.Owners.SequenceEqual(opening.Owners) || agent.KeyCreator != opening.KeyCreator
            ? "names others than the agent's owners and key's creator of then"
        : null;

    private static bool IsIn(Register register, Stage stage, PersonId person) =>
        stage.Approvers.Any(group => register.IsInGroup(group, person));

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}
