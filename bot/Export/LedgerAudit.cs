using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>The ledger's head as auditors keep it.</summary>
/// <param name="Size">How many entries there are.</param>
/// <param name="LastAt">The time of the last one.</param>
/// <param name="Note">The signed checkpoint, byte for byte.</param>
public sealed record LedgerNow(long Size, DateTimeOffset LastAt, string Note);

/// <summary>
/// What auditors ask of the running bot about its own ledger. One check at a time: whoever asks meanwhile waits for
/// the same one. It outlives who asked, and ends with the process.
/// </summary>
/// <param name="store">The ledger's.</param>
/// <param name="keys">Its public keys.</param>
/// <param name="clock">How long it takes.</param>
public sealed class LedgerAudit(IStore store, PublicKeys keys, TimeProvider clock)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task<LedgerFinding>? _running;

    public PublicKeys Keys => keys;

    /// <summary>The head; null before the first entry.</summary>
    public LedgerNow? Now() =>
        store.Head() is { } head && store.Entries(head.Size - 1, 1) is [var last]
            ? new LedgerNow(head.Size, last.At, head.Checkpoint)
            : null;

    /// <summary>
    /// Verifies all of it as of now. Only the caller's own waiting ends with <paramref name="cancel"/>. A store that
    /// cannot be read is an exception of the store's.
    /// </summary>
    public Task<LedgerFinding> CheckAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_running is not { IsCompleted: false })
            {
                _running = Task.Run(Check, _stopping.Token);
            }

            return _running.WaitAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_running is { } running)
        {
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stopping.Dispose();
    }

    private LedgerFinding Check()
    {
        var began = clock.GetTimestamp();
        try
        {
            return store.Head() is { } head
                ? new LedgerCheck(store, keys).Run(head, _stopping.Token) with
                {
                    Anchored = Anchored(head),
                    Took = clock.GetElapsedTime(began),
                }
                : new LedgerFinding.Wrong("There is no entry yet.", TimeSpan.Zero);
        }
        catch (FormatException wrong)
        {
            return new LedgerFinding.Wrong(wrong.Message, clock.GetElapsedTime(began));
        }
    }

    /// <summary>How many checkpoints anchors were given: each is one of this very tree, whose hashes were checked before.</summary>
    /// <exception cref="FormatException">One is not.</exception>
    private int Anchored(StoredHead head)
    {
        var answered = store.Anchors(long.MaxValue, AnchorFiles.OfEachMax);
        foreach (var (anchor, size, _, note, _) in answered)
        {
            var checkpoint = Checkpoint.Parse(SignedNote.Parse(note).Text);
            if (size > head.Size || checkpoint.Size != size || !IsRoot(checkpoint))
            {
                throw new FormatException(
                    $"The anchor {anchor} was given a checkpoint of {size} entries that are not the first of this ledger."
                );
            }
        }

        return answered.Count;
    }

    private bool IsRoot(Checkpoint checkpoint) =>
        MerkleTree
            .Restore(checkpoint.Size, store.Hashes)
            .Root()
            .AsSpan()
            .SequenceEqual(checkpoint.Root);
}
