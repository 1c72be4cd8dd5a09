using System.Collections.Immutable;
using System.Globalization;

namespace ChatApprovals.Cards;

/// <summary>
/// What people asked the agent and what it answered. Who and when are the bot's words; the rest stands
/// behind the gutter.
/// </summary>
internal static class TalkLines
{
    /// <summary>Own limits: the talk must not push the agent's reasons off the card.</summary>
    private const int QuestionsShown = 3;
    private const int LinesShown = 14;
    private const int QuestionLines = 2;
    private const int AnswerLines = 4;
    private const int LineLength = 200;

    public static IEnumerable<Line> Of(ImmutableArray<CardQuestion> questions) =>
        questions.SelectMany(q => Talk(q, whole: true));

    /// <summary>The last ones, each with its beginning; whether anything is left out.</summary>
    public static (ImmutableArray<Line> Lines, bool IsShort) Last(
        ImmutableArray<CardQuestion> questions
    )
    {
        List<Line> lines = [];
        var shown = 0;
        foreach (var question in questions.Reverse().Take(QuestionsShown))
        {
            var talk = Talk(question, whole: false).ToList();
            if (shown > 0 && lines.Count + talk.Count > LinesShown)
            {
                break;
            }

            lines.InsertRange(0, talk);
            shown++;
        }

        if (questions.Length > shown)
        {
            lines.Insert(0, More(questions.Length - shown, "earlier question"));
        }

        var isShort = questions.Length > shown || questions.TakeLast(shown).Any(IsLong);
        return ([.. lines], isShort);
    }

    private static IEnumerable<Line> Talk(CardQuestion question, bool whole) =>
        [
            Line.Of(
                new Span(CardText.Code(question.Who), Tone.Value),
                new Span(" asked", Tone.Label),
                new Span(ApprovalLines.Where(question.Surface), Tone.Plain),
                new Span(", " + Time(question.At), Tone.Plain)
            ),
            .. Said(question.Text, whole ? int.MaxValue : QuestionLines),
            .. question.Answer is { } answer
                ? Answered(answer, whole)
                : [Line.Of(new Span("No answer yet", Tone.Subtle))],
        ];

    private static IEnumerable<Line> Answered(CardAnswer answer, bool whole) =>
        [
            Line.Of(
                new Span("The agent answered", Tone.Label),
                new Span(", " + Time(answer.At), Tone.Plain)
            ),
            .. Said(answer.Text, whole ? int.MaxValue : AnswerLines),
        ];

    private static IEnumerable<Line> Said(string text, int lines)
    {
        var all = CardText.Lines(text);
        foreach (var line in all.Take(lines))
        {
            var shown = lines == int.MaxValue ? line : Beginning(line);
            yield return new Line(WordLines.Gutter, [new Span(shown, Tone.Plain)]);
        }

        if (all.Length > lines)
        {
            yield return More(all.Length - lines, "more line");
        }
    }

    private static string Beginning(string line)
    {
        var pieces = CardCut.Pieces(line, LineLength, t => t.Length);
        return pieces.Length > 1 ? pieces[0] + " …" : line;
    }

    private static bool IsLong(CardQuestion question) =>
        IsLong(question.Text, QuestionLines)
        || (question.Answer is { } answer && IsLong(answer.Text, AnswerLines));

    private static bool IsLong(string text, int lines)
    {
        var all = CardText.Lines(text);
        return all.Length > lines || all.Any(l => l.Length > LineLength);
    }

    /// <summary>A request waits for a day at most: its date is with its deadline.</summary>
    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static Line More(int count, string of) =>
        Line.Of(
            new Span(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"… {count} {of}{(count == 1 ? "" : "s")}"
                ),
                Tone.Subtle
            )
        );
}
