using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals;

/// <summary>The new ledger, made aside.</summary>
internal sealed record RestoredLedger(
    LedgerFile File,
    StoredHead Head,
    Checkpoint Claimed,
    KnownElsewhere Known
)
{
    /// <summary>Verifies and copies, makes the projections, and begins the new epoch. Durable on return, and closed.</summary>
    /// <param name="directory">Where it is made.</param>
    /// <param name="key">Signs its checkpoints.</param>
    /// <param name="keys">Where the keys are: that of the second line too, if it is there.</param>
    /// <param name="library">SQLite's, or null.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="LedgerMismatchException">The first thing that is wrong.</exception>
    public async Task<(string Said, IReadOnlyList<StoredEntry> Keys)> BuildAsync(
        string directory,
        System.Security.Cryptography.ECDsa key,
        string keys,
        string? library,
        CancellationToken cancel
    )
    {
        var comparable = Known.Checkpoints.Where(k => k.Size <= Claimed.Size);
        var verifier = new LedgerVerifier(Claimed, comparable);
        await using var store = SqliteStore.Open(directory, library);
        var copy = new LedgerCopy(new CommandProgress(Head.Size).Verified);
        var epoch = copy.Restore(File, Head, verifier, store, cancel) + 1;
        Rebuild.Run(store);
        await using var committer = new Committer(
            store,
            key,
            Claimed.Origin,
            TimeProvider.System,
            NullLogger<Committer>.Instance
        );
        committer.SignAlsoWith(RestoreKeys.Line(keys, Claimed.Origin, store));
        new AnchorDesk(committer, store, [], TimeProvider.System).RequireRecorded();
        var (until, root) = (committer.LastAt, Convert.ToBase64String(Claimed.Root));
        var ended = await NewEpoch.BeginAsync(
            committer,
            store,
            new Fact.LedgerRestored(epoch, Claimed.Size, root, Known.Size),
            cancel
        );
        var said = $"""
            RESTORED: {Claimed.Origin}, {Claimed.Size} entries, root {root}; epoch {epoch} begins with entry {Claimed.Size}.
            {ended.Cancelled} requests that waited were ended and {ended.Revoked} approvals that were not used were revoked: what happened to them after the backup is not known.
            What administrators changed after {Rfc3339.Write(
                until
            )} is undone. Keys that were rotated, agents that were disabled and people that were removed since are back: see to it (freeze all; config history) before agents come back.
            What was erased after that time is back: erase it again (the entries erasure.performed of a later export say what).
            Checkpoints and receipts made after that time are not of this ledger any more; entry {Claimed.Size} says why.
            """;
        return (said, store.Keys());
    }
}
