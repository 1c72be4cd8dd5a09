using ChatApprovals.Ledger;

namespace ChatApprovals.Anchors;

/// <summary>
/// A place that the checkpoints of this ledger go to, which somebody else keeps than the one who keeps the ledger. A
/// ledger that was cut back or rewritten verifies perfectly; it only disagrees with what an anchor has.
/// </summary>
public interface IAnchor
{
    /// <summary>
    /// <c>directory</c>, <c>timestamp</c>, <c>witness</c>, <c>slack:C…</c> or <c>teams:19:…</c>: what it is filed under.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// It knows what it was given before and can contradict: it is asked at each start, before which somebody may have put
    /// an older ledger back.
    /// </summary>
    bool Remembers { get; }

    /// <summary>
    /// Gives it a checkpoint and checks what it answers. Never throws for what the other side does. The same one again
    /// does no harm.
    /// </summary>
    Task<Anchored> PutAsync(SignedCheckpoint checkpoint, CancellationToken cancel);
}

/// <summary>A checkpoint with its note, byte for byte as it is stored.</summary>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, string Note);

/// <summary>What became of it.</summary>
public abstract record Anchored
{
    private Anchored() { }

    /// <summary>It has it; the answer is the evidence, in the form of the anchor's kind.</summary>
    public sealed record Done(byte[] Answer) : Anchored;

    /// <summary>Not now, or not an answer that can be believed: try again.</summary>
    public sealed record Failed(string Why, TimeSpan? After) : Anchored;

    /// <summary>
    /// It knows a ledger of this name that this one does not go on from: cut back, rewritten, or another's. No time
    /// heals that; it is tried again all the same, because people do.
    /// </summary>
    public sealed record Contradicted(string Why) : Anchored;
}
