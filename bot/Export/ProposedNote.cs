using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Export;

/// <summary>A request about a change of the configuration, and whether others approved it.</summary>
/// <param name="Change">What was proposed.</param>
/// <param name="At">When.</param>
/// <param name="HasValues">Whether what it was and becomes is known here.</param>
internal sealed record ProposedNote(ProposedChange Change, DateTimeOffset At, bool HasValues)
{
    /// <summary>Every id of those who approved it; null while nobody has.</summary>
    public IReadOnlySet<PersonId>? Confirmers { get; init; }

    /// <summary>When: what it changes is of the same commit, so of the same time.</summary>
    public DateTimeOffset ConfirmedAt { get; init; }

    /// <summary>Whether this is the value that it comes to when it is confirmed.</summary>
    public bool IsSettledAs(JsonElement? after, DateTimeOffset at, PersonId confirmer) =>
        (Change.Confirmed(At, at, confirmer, KeyOf(after)), after) switch
        {
            (null, null) => true,
            ({ } due, { } found) => JsonElement.DeepEquals(due, found),
            _ => false,
        };

    /// <summary>A key is made when it is confirmed: only then its hash is known.</summary>
    private static string? KeyOf(JsonElement? after) =>
        after is { ValueKind: JsonValueKind.Object } value
        && value.TryGetProperty("key_hash", out var hash)
            ? hash.GetString()
            : null;
}
