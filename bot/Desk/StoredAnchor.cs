namespace ChatApprovals.Desk;

/// <summary>
/// What an anchor answered: evidence outside this ledger that it was so at a time. Kept beside the ledger, never
/// changed and never deleted.
/// </summary>
/// <param name="Anchor">Which one: <c>directory</c>, <c>timestamp</c>, <c>witness</c>, <c>slack:C…</c>, <c>teams:19:…</c>.</param>
/// <param name="Size">How many entries the checkpoint covers.</param>
/// <param name="At">When, by our clock.</param>
/// <param name="Checkpoint">The signed note that was given to it, byte for byte.</param>
/// <param name="Answer">As the anchor's kind has it: a cosigned note, a time-stamp response, JSON, nothing.</param>
public sealed record StoredAnchor(
    string Anchor,
    long Size,
    DateTimeOffset At,
    string Checkpoint,
    byte[] Answer
);

/// <summary>When an anchor is to be given the newest checkpoint again, and how it went last.</summary>
/// <param name="Anchor">Which one.</param>
/// <param name="DueAt">When.</param>
/// <param name="Generation">Grows with every reason to go earlier, so that none is lost while it is under way.</param>
/// <param name="Attempts">How often it failed since it last worked.</param>
/// <param name="Why">What was wrong the last time; null: it worked.</param>
/// <param name="IsContradicted">The anchor knows a ledger that this one does not go on from.</param>
public sealed record AnchorTurn(
    string Anchor,
    DateTimeOffset DueAt,
    long Generation,
    int Attempts,
    string? Why,
    bool IsContradicted
)
{
    /// <summary>When it last worked, also where it had that checkpoint already.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}
