using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Teams;

/// <summary>
/// Which pages of a review were shown to whom: one after the other, and only what this process itself has
/// sent. Forgotten at a restart, and then the review is to be read again.
/// </summary>
public sealed class TeamsReviews
{
    private const int ReadersMax = 10_000;
    private readonly ConcurrentDictionary<(string Token, AccountId Reader), Progress> _readers =
        new();

    /// <summary>The page asked for, or the first that this reader has not seen, if that comes earlier.</summary>
    public Rendering Turn(string token, AccountId reader, Card card, int asked)
    {
        if (_readers.Count >= ReadersMax)
        {
            _readers.Clear();
        }

        var before = _readers.GetValueOrDefault((token, reader), new Progress(0, Whole: null));
        var page = Math.Clamp(asked, 1, before.Pages + 1);
        var shown = AdaptiveCard.Review(card, page);
        _readers[(token, reader)] = new Progress(
            Math.Max(before.Pages, page),
            shown.OffersApprove ? shown.DisplayHash : before.Whole
        );
        return shown;
    }

    /// <summary>Whether every page, to the one with Approve, was sent to this reader.</summary>
    public bool IsWhole(string token, AccountId reader) => HashOf(token, reader) is not null;

    /// <summary>The hash of the whole review as this reader was shown it last, or null.</summary>
    public string? HashOf(string token, AccountId reader) =>
        _readers.GetValueOrDefault((token, reader))?.Whole;

    private sealed record Progress(int Pages, string? Whole);
}
