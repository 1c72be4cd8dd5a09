using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatApprovals.Cards;

/// <summary>The facts zone: what will happen to what, one fact a line, values monospaced.</summary>
internal static partial class FactLines
{
    /// <summary>In front of the second and further lines of one value.</summary>
    public const string Continued = "↳ ";

    public static ImmutableArray<Line> OfAction(Card card) =>
        [
            .. Prominent(Identifier("Action", card.Action)),
            .. Prominent(Identifier("Resource", card.ResourceId)),
            .. Identifier("Type", card.ResourceType),
            Risk(card.Risk),
        ];

    public static ImmutableArray<Line> Of(ImmutableArray<CardFact> facts) =>
        [.. facts.SelectMany(f => Fact(f.Label, f.Value, CardScripts.NoteForWords(f.Value)))];

    public static ImmutableArray<Line> Of(CardDataScope? scope) =>
        scope is null
            ? []
            :
            [
                .. Optional("Classification", scope.Classification),
                .. Optional("What", scope.Summary),
                .. Optional("Records", scope.Records is { } n ? Count(n) : null),
                .. scope.Datasets.SelectMany(d => Identifier("Dataset", d)),
                .. scope.Fields.SelectMany(f => Identifier("Field", f)),
                .. scope.Destination is { } to ? Identifier("Destination", to) : [],
            ];

    /// <summary>
    /// A fact whose value is a name: anything outside ASCII in it is remarked on.
    /// </summary>
    public static IEnumerable<Line> Identifier(string label, string value) =>
        Fact(label, value, CardScripts.NoteFor(value));

    private static IEnumerable<Line> Optional(string label, string? value) =>
        value is null ? [] : Fact(label, value, CardScripts.NoteForWords(value));

    private static IEnumerable<Line> Fact(string label, string value, string? note)
    {
        var shown = CardText.Lines(value);
        yield return new Line("", [.. Label(label), .. Value(shown[0]), .. Note(note)]);
        foreach (var line in shown.Skip(1))
        {
            yield return new Line(Continued, [.. Value(line)]);
        }
    }

    /// <summary>
    /// The bot's own words, or a path through what binds: names, names in quotes that have dots or spaces, and
    /// places in lists. A key that could be mistaken for something else is shown as a value itself (threats T35).
    /// </summary>
    private static IEnumerable<Span> Label(string label) =>
        PlainLabel().IsMatch(label)
            ? [new Span(label + ": ", Tone.Key)]
            :
            [
                new Span("⚠ unusual key", Tone.Warning),
                new Span(": ", Tone.Key),
                .. Value(CardText.Code(label)),
                new Span(" = ", Tone.Key),
            ];

    private static IEnumerable<Span> Value(string shown) =>
        shown.Length == 0 ? [new Span("(empty)", Tone.Subtle)] : [new Span(shown, Tone.Value)];

    private static IEnumerable<Span> Note(string? note) =>
        note is null ? [] : [new Span(" ⚠ " + note, Tone.Warning)];

    private static IEnumerable<Line> Prominent(IEnumerable<Line> lines) =>
        lines.Select(l =>
            l with
            {
                Spans =
                [
                    .. l.Spans.Select(s => s.Tone == Tone.Value ? s with { Tone = Tone.Name } : s),
                ],
            }
        );

    private static Line Risk(string risk) =>
        risk switch
        {
            "low" or "medium" => Line.Of(new Span("Risk: ", Tone.Key), new Span(risk, Tone.Plain)),
            "high" => Line.Of(new Span("Risk: ", Tone.Key), new Span("▲ HIGH", Tone.Warning)),
            "critical" => Line.Of(
                new Span("Risk: ", Tone.Key),
                new Span("▲▲ CRITICAL", Tone.Warning)
            ),
            _ => Line.Of(
                new Span("Risk: ", Tone.Key),
                new Span("▲ unknown: ", Tone.Warning),
                new Span(CardText.Line(risk), Tone.Value)
            ),
        };

    /// <summary>The exact digits, and grouped ones where grouping helps.</summary>
    private static string Count(long n)
    {
        var exact = n.ToString(CultureInfo.InvariantCulture);
        return n is > -10_000 and < 10_000
            ? exact
            : $"{n.ToString("N0", CultureInfo.InvariantCulture)} ({exact})";
    }

    [GeneratedRegex(
        @"\A(?=.{1,160}\z)[A-Za-z][A-Za-z0-9_\-]*"
            + @"(?:\.[A-Za-z0-9_\-]+|\.""[A-Za-z0-9_.\-]+(?: [a-z]{1,12}){0,3}""|\[[0-9]{1,6}\])*"
            + @"(?: [a-z]{1,12}){0,3}\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex PlainLabel();
}
