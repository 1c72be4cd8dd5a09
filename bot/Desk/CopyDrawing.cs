using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Makes one copy of a card show its request's present state: asks the surface, and records what came of
/// it in the ledger and in the outbox.
/// </summary>
internal sealed partial class CopyDrawing(
    Committer committer,
    IStore store,
    Undrawn undrawn,
    TalkTelling talk,
    TimeProvider clock,
    ILogger logger
)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestToMend = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Own limits: whoever mends what keeps the last drawing of an ended request from being seen has a week, and where
    /// the card changed later than that, so many attempts (some hours).
    /// </summary>
    private static readonly TimeSpan s_mendedWithin = TimeSpan.FromDays(7);
    private const int AttemptsMin = 40;

    /// <summary>Copies whose drawing could not be recorded: the platform may show them.</summary>
    private readonly ConcurrentDictionary<string, byte> _doubted = new(StringComparer.Ordinal);

    /// <summary>False: nothing can be stored any more, so nothing may be posted.</summary>
    public bool CanRecord => committer.Fault is null;

    /// <summary>Lines up to this moment may have been posted by an earlier process.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>
    /// Draws the copy as its request is now, and records it. Returns when that, or the next attempt's time,
    /// is durable; or, with nothing done, how long the conversation takes no more.
    /// </summary>
    public async Task<TimeSpan?> DrawAsync(
        OutboxLine line,
        ISurface surface,
        CancellationToken cancel
    )
    {
        var approval =
            committer.Recent.Find(line.Request)
            ?? (store.Request(line.Request) is { } row ? RequestState.Read(row) : null);
        var copy = approval?.CopyOf(line.Token);
        var maybePosted =
            line.MaybePosted
            || approval?.CreatedAt <= StartedAt
            || _doubted.ContainsKey(line.Token);
        if (
            approval is null
            || copy is null
            || (copy.Message is null && !approval.IsPending && !maybePosted)
        )
        {
            undrawn.GiveUp(line.Token);
            await committer.CommitAsync(commit => Forget(commit, line), cancel);
            return null;
        }

        await talk.TellAsync(surface, approval, copy, cancel);
        var drawing = await surface.DrawAsync(ToDraw(approval, copy, maybePosted), cancel);
        if (drawing is Drawing.Later { IsToMend: true } late && IsTooLate(line, approval))
        {
            drawing = new Drawing.Never(late.Why);
        }

        if (drawing is Drawing.Later { IsFull: true, After: { } wait, Why: var full })
        {
            undrawn.ReportFull(line.Request, copy, full, wait);
            return wait;
        }

        Report(line, copy, drawing);
        await RecordAsync(line, approval, drawing);
        _doubted.TryRemove(line.Token, out _);
        if (drawing is not Drawing.Later)
        {
            talk.Forget(copy);
        }

        return null;
    }

    private CopyToDraw ToDraw(Approval approval, CardCopy copy, bool maybePosted) =>
        new(
            copy.Token,
            copy.Conversation,
            copy.Message,
            copy.Message is null && maybePosted,
            ApprovalCard.For(approval, committer.Register, copy, viewer: null, member: null),
            approval.CreatedAt,
            Viewers(approval, copy.Surface)
        );

    /// <summary>An attempt ended without a record: from now on, look before posting.</summary>
    public void Doubt(OutboxLine line) => _doubted[line.Token] = 0;

    private void Report(OutboxLine line, CardCopy copy, Drawing drawing)
    {
        switch (drawing)
        {
            case Drawing.Later later:
                undrawn.Report(line.Request, copy, later.Why, givenUp: false);
                break;
            case Drawing.Never never:
                undrawn.Report(line.Request, copy, never.Why, givenUp: true);
                break;
            default:
                undrawn.Forget(copy.Token);
                break;
        }
    }

    private Task<bool> RecordAsync(OutboxLine line, Approval drawn, Drawing drawing)
    {
        switch (drawing)
        {
            case Drawing.Drawn done:
                return committer.CommitAsync(
                    commit =>
                    {
                        RecordDisplay(commit, line, drawn, done);
                        return Forget(commit, line);
                    },
                    CancellationToken.None
                );
            case Drawing.Later later:
                LogLater(logger, line.Request, later.Why);
                return RetryAsync(
                    line,
                    later.After
                        ?? Pause(
                            line,
                            later.IsToMend && drawn.IsPending ? s_longestToMend : s_longest
                        ),
                    later.MaybePosted
                );
            case Drawing.Never never:
                LogNever(logger, line.Request, never.Why);
                return committer.CommitAsync(
                    commit => Forget(commit, line),
                    CancellationToken.None
                );
            default:
                throw new InvalidOperationException(drawing.GetType().Name);
        }
    }

    /// <summary>A card with buttons was shown: evidence of what people decided on.</summary>
    private static void RecordDisplay(
        Commit commit,
        OutboxLine line,
        Approval drawn,
        Drawing.Drawn done
    )
    {
        var now = commit.Find(line.Request)!;
        var copy = now.CopyOf(line.Token)!;
        var isNew = !string.Equals(copy.Message, done.Message, StringComparison.Ordinal);
        if (!isNew && !drawn.IsPending)
        {
            return;
        }

        commit.Record(
            new Fact.RequestDisplayed(
                line.Request,
                now.Copies.IndexOf(copy),
                copy.Surface,
                copy.Conversation,
                done.Message,
                done.DisplayHash
            )
            {
                Told = drawn.Said,
            }
        );
        var posted = commit.Find(line.Request)!;
        commit.Posted(line, OutboxTurn.Of(posted, posted.CopyOf(line.Token)!));
    }

    /// <summary>Not drawn: again after this time, or after twice as long as the last time.</summary>
    public Task<bool> RetryAsync(OutboxLine line, TimeSpan? after, bool maybePosted)
    {
        var due = clock.GetUtcNow() + (after ?? Pause(line, s_longest));
        return committer.CommitAsync(
            commit =>
            {
                commit.DrawAgain(line, due, maybePosted || line.MaybePosted);
                return true;
            },
            CancellationToken.None
        );
    }

    private bool IsTooLate(OutboxLine line, Approval approval) =>
        approval.EndedAt + s_mendedWithin <= clock.GetUtcNow() && line.Attempts >= AttemptsMin;

    private static TimeSpan Pause(OutboxLine line, TimeSpan longest)
    {
        var wait = s_first * Math.Pow(2, Math.Min(line.Attempts, 20));
        return wait < longest ? wait : longest;
    }

    private static bool Forget(Commit commit, OutboxLine line)
    {
        commit.Drawn(line);
        return true;
    }

    /// <summary>Whose own view differs: those who may decide, and the ones behind the request.</summary>
    private List<AccountId> Viewers(Approval approval, Surface surface) =>
        approval.IsPending
            ?
            [
                .. approval
                    .Opening.Eligible.SelectMany(e => e)
                    .Concat(approval.Opening.Owners)
                    .Distinct()
                    .Select(committer.Register.Person)
                    .OfType<Person>()
                    .SelectMany(p => p.Accounts)
                    .Select(a => a.Id)
                    .Where(a => a.Surface == surface),
            ]
            : [];

    [LoggerMessage(Level = LogLevel.Warning, Message = "A card of {Request} waits: {Why}")]
    private static partial void LogLater(ILogger logger, RequestId request, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "A card of {Request} cannot be shown: {Why}")]
    private static partial void LogNever(ILogger logger, RequestId request, string why);
}
