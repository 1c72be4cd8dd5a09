using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>What was approved of one request, as far as its grants go: kept until one was used.</summary>
/// <param name="Agent">Whose it is.</param>
/// <param name="Audience">Of the grant, if the agent asked for one.</param>
/// <param name="Until">When no token may be made for it any more (<c>approval_valid_for</c>).</param>
/// <param name="Lifetime">How long a token runs at most (<c>grant_ttl</c>).</param>
internal sealed record GrantTerms(
    AgentName Agent,
    string? Audience,
    DateTimeOffset Until,
    TimeSpan Lifetime
)
{
    public static GrantTerms Of(Approval approved, DateTimeOffset at)
    {
        var (opening, policy) = (approved.Opening, approved.Opening.Policy);
        return new GrantTerms(
            opening.Agent,
            opening.Request.Audience,
            at.AddSeconds(policy.ApprovalValidFor),
            TimeSpan.FromSeconds(Math.Max(1, policy.GrantTtl))
        );
    }

    /// <summary>What an issue or a use is that could not be, for a sentence that begins with its entry; or null.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="members">Its members.</param>
    /// <param name="register">As it was then.</param>
    public string? WhyNot(StoredEntry entry, JsonElement members, Register register)
    {
        var isUse = entry.Kind is EntryKinds.GrantConsumed;
        var isOwn = members.TryGetProperty("forwarded", out var sent) && sent.GetBoolean();
        return register.Agent(Agent) is not { Disabled: false }
                ? "is a grant, or the use of one, of an agent that was disabled"
            : register.IsFrozen(Agent)
                ? "is a grant, or the use of one, of an agent that was frozen"
            : (!isUse || isOwn) && entry.At >= Until
                ? "is a grant, or the use of one, when its approval was over"
            : isUse ? WhyNotAt(EventLines.Text(members, "guard"), isOwn, register)
            : WhyNotIssued(entry, members);
    }

    private string? WhyNotIssued(StoredEntry entry, JsonElement members) =>
        members.GetProperty("expires_at").GetDateTimeOffset() > entry.At + Lifetime
            ? "is a grant that runs longer than its policy lets it"
        : Audience is not null && !Is(EventLines.Text(members, "audience"), Audience)
            ? "is a grant for another audience than was asked for"
        : null;

    /// <summary>The guard was one of ours; only a guarded endpoint of the bot's own sends without a token.</summary>
    private string? WhyNotAt(string guard, bool isOwn, Register register) =>
        register.Guards.GetValueOrDefault(guard) is not { } known
            ? "is the use of a grant at a guard that there was not"
        : isOwn != (known.Upstream is not null)
            ? "is the use of a grant at a guard that takes none in that way"
        : !isOwn && Audience is not null && !Is(known.Audience, Audience)
            ? "is the use of a grant at a guard of another audience"
        : null;

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}
