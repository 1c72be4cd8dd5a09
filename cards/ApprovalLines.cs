using System.Collections.Immutable;
using System.Globalization;

namespace ChatApprovals.Cards;

/// <summary>Who must approve and how many have, until when, and what has been decided.</summary>
internal static class ApprovalLines
{
    private const int OutcomesShown = 12;
    private const int ReasonLines = 6;
    private const int ReasonLineLength = 200;

    public static ImmutableArray<Line> Of(Card card) =>
        [
            .. card.Stages.Select(Stage),
            Line.Of(
                new Span(CardHead.IsOpen(card) ? "Expires: " : "Deadline: ", Tone.Key),
                new Span(Time(card.ExpiresAt), Tone.Plain)
            ),
            .. Earlier(card.Outcomes.Length - OutcomesShown),
            .. card.Outcomes.TakeLast(OutcomesShown).SelectMany(Outcome),
        ];

    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static Line Stage(CardStage stage)
    {
        var done = stage.Approved >= stage.Required;
        var spans = ImmutableArray.CreateBuilder<Span>();
        spans.Add(
            new Span($"{(done ? "✔" : "○")} {stage.Approved} of {stage.Required}", Tone.Label)
        );
        spans.Add(new Span(" from ", Tone.Plain));
        for (var i = 0; i < stage.Approvers.Length; i++)
        {
            spans.Add(new Span(i == 0 ? "" : " or ", Tone.Plain));
            spans.Add(new Span(CardText.Code(stage.Approvers[i]), Tone.Value));
        }

        return new Line("", [.. spans.Where(s => s.Text.Length > 0)]);
    }

    private static IEnumerable<Line> Outcome(CardOutcome outcome)
    {
        yield return Line.Of(
            new Span(Word(outcome.Verdict), Tone.Label),
            new Span(" by ", Tone.Plain),
            new Span(CardText.Code(outcome.Who), Tone.Value),
            new Span(Where(outcome.Surface) + ", " + Time(outcome.At), Tone.Plain)
        );
        if (!string.IsNullOrEmpty(outcome.Reason))
        {
            foreach (var line in CardText.Lines(outcome.Reason).Take(ReasonLines))
            {
                yield return new Line(WordLines.Gutter, [new Span(Short(line), Tone.Plain)]);
            }
        }
    }

    /// <summary>
    /// A person's reason is not executed: on the card its beginning is enough, the ledger has the
    /// rest.
    /// </summary>
    private static string Short(string line)
    {
        var pieces = CardCut.Pieces(line, ReasonLineLength, t => t.Length);
        return pieces.Length > 1
            ? $"{pieces[0]} … {line.Length - pieces[0].Length} more characters in the ledger"
            : line;
    }

    private static IEnumerable<Line> Earlier(int count) =>
        count > 0 ? [Line.Of(new Span($"… {count} earlier", Tone.Subtle))] : [];

    private static string Word(CardVerdict verdict) =>
        verdict switch
        {
            CardVerdict.Approved => "✔ Approved",
            CardVerdict.Rejected => "✘ Rejected",
            CardVerdict.Cancelled => "✘ Cancelled",
            CardVerdict.Expired => "⌛ Expired",
            CardVerdict.Executed => "✔ Executed, reported",
            CardVerdict.Failed => "✘ Execution failed, reported",
            CardVerdict.Unknown => "❓ Outcome unknown, reported",
            CardVerdict.Used => "✔ Grant used, let through",
            CardVerdict.Revoked => "✘ Revoked before use",
            _ => "? Unknown",
        };

    public static string Where(string? surface) =>
        surface switch
        {
            "slack" => " in Slack",
            "teams" => " in Teams",
            "api" => " by API",
            "policy" => " by policy",
            _ => "",
        };
}
