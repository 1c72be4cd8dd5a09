using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Anchors;

/// <summary>How an anchor stands.</summary>
/// <param name="Anchor">Its name.</param>
/// <param name="Size">Entries of the newest checkpoint that it has; null: none yet.</param>
/// <param name="At">When it last said so, by our clock.</param>
/// <param name="IsLate">It failed since, or has had none for over a day.</param>
/// <param name="IsContradicted">It knows a ledger that this one does not go on from.</param>
/// <param name="Why">What was wrong the last time.</param>
public sealed record AnchorState(
    string Anchor,
    long? Size,
    DateTimeOffset? At,
    bool IsLate,
    bool IsContradicted,
    string? Why
)
{
    /// <summary>What it is, without saying which channel.</summary>
    public string Kind => Anchor.Split(':')[0];
}

/// <summary>
/// Which anchors are due, and what each answered: durable, beside the ledger. Nothing of it ever keeps anybody from
/// deciding.
/// </summary>
/// <param name="committer">Writes.</param>
/// <param name="store">Reads.</param>
/// <param name="names">The anchors that the settings name.</param>
/// <param name="clock">Of the house.</param>
public sealed class AnchorDesk(
    Committer committer,
    IStore store,
    IReadOnlyList<string> names,
    TimeProvider clock
)
{
    private static readonly TimeSpan s_every = TimeSpan.FromDays(1);

    /// <summary>A day, and what a few attempts take.</summary>
    private static readonly TimeSpan s_lateAfter = TimeSpan.FromHours(25);

    private static readonly TimeSpan s_firstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    private Action _wake = () => { };

    /// <summary>Whether what an anchor answers can be written down; else nothing should be sent.</summary>
    public bool CanRecord => committer.Fault is null;

    /// <summary>To be told when something may be due. One listener.</summary>
    public void Watch(Action wake) => _wake = wake;

    /// <summary>
    /// With this commit, every anchor is to get the newest checkpoint as soon as may be: those of the settings, and those
    /// that had one, for a sub-command may be run with fewer settings than the bot.
    /// </summary>
    public void Hasten(Commit commit)
    {
        var told = store.AnchorTurns().Select(t => t.Anchor);
        foreach (var name in names.Union(told, StringComparer.Ordinal))
        {
            commit.Write(s => s.HastenAnchor(name, commit.Now));
        }
    }

    /// <summary>What <see cref="Hasten"/> wrote is durable: look at it.</summary>
    public void Wake() => _wake();

    /// <summary>The newest checkpoint; null before the first entry.</summary>
    public SignedCheckpoint? Newest() =>
        store.Head() is { } head
            ? new SignedCheckpoint(
                Checkpoint.Parse(SignedNote.Parse(head.Checkpoint).Text),
                head.Checkpoint
            )
            : null;

    /// <summary>The turn of each anchor that the settings name; one that was never used is due.</summary>
    public IReadOnlyList<AnchorTurn> Turns()
    {
        var turns = store.AnchorTurns().ToDictionary(t => t.Anchor, StringComparer.Ordinal);
        return
        [
            .. names.Select(n =>
                turns.GetValueOrDefault(n)
                ?? new AnchorTurn(n, DateTimeOffset.UnixEpoch, 0, 0, null, IsContradicted: false)
            ),
        ];
    }

    /// <summary>How many entries the newest checkpoint has that an anchor answered for; 0: none.</summary>
    public long SizeOf(string anchor) =>
        store
            .Anchors(long.MaxValue, ofEach: 1)
            .FirstOrDefault(a => string.Equals(a.Anchor, anchor, StringComparison.Ordinal))
            ?.Size
        ?? 0;

    /// <summary>Keeps what became of it. Durable on return.</summary>
    /// <exception cref="UnavailableException">Nothing was stored.</exception>
    public Task RecordAsync(
        AnchorTurn turn,
        SignedCheckpoint checkpoint,
        Anchored result,
        CancellationToken cancel
    ) =>
        committer.CommitAsync(
            commit =>
            {
                var now = clock.GetUtcNow();
                if (result is Anchored.Done done)
                {
                    var answered = new StoredAnchor(
                        turn.Anchor,
                        checkpoint.Checkpoint.Size,
                        now,
                        checkpoint.Note,
                        done.Answer
                    );
                    commit.Write(s => s.PutAnchor(answered));
                }

                var next = Next(turn, result, now);
                commit.Write(s => s.PutAnchorTurn(next));
                return true;
            },
            cancel
        );

    /// <summary>How each anchor of the settings stands.</summary>
    public IReadOnlyList<AnchorState> States()
    {
        var now = clock.GetUtcNow();
        var last = store
            .Anchors(long.MaxValue, ofEach: 1)
            .ToDictionary(a => a.Anchor, StringComparer.Ordinal);
        return [.. Turns().Select(t => StateOf(t, last.GetValueOrDefault(t.Anchor), now))];
    }

    /// <summary>
    /// The ledger against what is recorded of each anchor's newest answer: a file that was put back, or cut, while the
    /// process stood still.
    /// </summary>
    /// <exception cref="LedgerMismatchException">An anchor was given a checkpoint that this ledger does not go on from.</exception>
    public void RequireRecorded()
    {
        foreach (var known in store.Anchors(long.MaxValue, ofEach: 1))
        {
            var checkpoint = Checkpoint.Parse(SignedNote.Parse(known.Checkpoint).Text);
            var size = store.Head()?.Size ?? 0;
            if (
                checkpoint.Size > size
                || !MerkleTree
                    .Restore(checkpoint.Size, store.Hashes)
                    .Root()
                    .AsSpan()
                    .SequenceEqual(checkpoint.Root)
            )
            {
                throw new LedgerMismatchException(
                    $"the anchor {known.Anchor} was given a checkpoint of {checkpoint.Size} entries, and this ledger of {size} does not go on from it: restore the data directory from a newer backup, and find out who changed it"
                );
            }
        }
    }

    private static AnchorTurn Next(AnchorTurn turn, Anchored result, DateTimeOffset now) =>
        result switch
        {
            Anchored.Done => turn with
            {
                DueAt = now + s_every,
                DoneAt = now,
                Attempts = 0,
                Why = null,
                IsContradicted = false,
            },
            Anchored.Failed(var why, var after) => turn with
            {
                DueAt = now + Wait(turn.Attempts, after),
                Attempts = turn.Attempts + 1,
                Why = why,
                IsContradicted = false,
            },
            Anchored.Contradicted(var why) => turn with
            {
                DueAt = now + s_longestWait,
                Attempts = turn.Attempts + 1,
                Why = why,
                IsContradicted = true,
            },
            _ => throw new InvalidOperationException("anchored in no way"),
        };

    /// <summary>30 s, then twice as long each time, to an hour; not shorter than it asks for, to a day.</summary>
    private static TimeSpan Wait(int failed, TimeSpan? asked)
    {
        var own = s_firstWait * Math.Pow(2, Math.Min(failed, 10));
        own = own < s_longestWait ? own : s_longestWait;
        var theirs = asked is { } a && a < s_every ? a : TimeSpan.Zero;
        return theirs > own ? theirs : own;
    }

    private static AnchorState StateOf(AnchorTurn turn, StoredAnchor? last, DateTimeOffset now) =>
        new(
            turn.Anchor,
            last?.Size,
            turn.DoneAt ?? last?.At,
            turn.Attempts > 0 || now - turn.DoneAt > s_lateAfter,
            turn.IsContradicted,
            turn.Why
        );
}
