using System.Collections.Concurrent;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>One copy that people do not see as it is. <see cref="GivenUp"/>: nobody tries any more.</summary>
public sealed record UndrawnCopy(
    RequestId Request,
    Surface Surface,
    string Conversation,
    string Why,
    DateTimeOffset Since,
    bool GivenUp
);

/// <summary>
/// The copies that could not be drawn, for whoever can mend the reason: <c>status</c> and <c>/readyz</c>
/// show them. In memory only: after a start, what still waits is met again; what was given up is in the log.
/// </summary>
public sealed class Undrawn(TimeProvider clock)
{
    /// <summary>More than this at once says nothing more.</summary>
    private const int CopiesMax = 1_000;

    /// <summary>A platform's own pace is no trouble.</summary>
    private static readonly TimeSpan s_trouble = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, UndrawnCopy> _copies = new(
        StringComparer.Ordinal
    );

    /// <summary>Those given up, and those that have waited long enough to be trouble; oldest first.</summary>
    public IReadOnlyList<UndrawnCopy> All
    {
        get
        {
            var before = clock.GetUtcNow() - s_trouble;
            return
            [
                .. _copies
                    .Values.Where(c => c.GivenUp || c.Since <= before)
                    .OrderBy(c => c.Since)
                    .ThenBy(c => c.Request.ToString(), StringComparer.Ordinal),
            ];
        }
    }

    public void Report(RequestId request, CardCopy copy, string why, bool givenUp)
    {
        if (_copies.Count < CopiesMax || _copies.ContainsKey(copy.Token))
        {
            var now = clock.GetUtcNow();
            _copies.AddOrUpdate(
                copy.Token,
                _ => new(request, copy.Surface, copy.Conversation, why, now, givenUp),
                (_, old) => old with { Why = why, GivenUp = givenUp }
            );
        }
    }

    /// <summary>The conversation takes no more for so long.</summary>
    public void ReportFull(RequestId request, CardCopy copy, string why, TimeSpan wait)
    {
        if (wait >= s_trouble)
        {
            Report(request, copy, why, givenUp: false);
        }
    }

    /// <summary>What was in the way is there no more to be mended for this copy: its request is over.</summary>
    public void GiveUp(string token)
    {
        if (_copies.TryGetValue(token, out var copy))
        {
            _copies.TryUpdate(token, copy with { GivenUp = true }, copy);
        }
    }

    public void Forget(string token) => _copies.TryRemove(token, out _);
}
