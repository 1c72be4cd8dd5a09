using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>
/// How a span is drawn. Text from outside is only ever Name, Value, Added, Removed, or Plain behind
/// a gutter.
/// </summary>
internal enum Tone
{
    Plain,

    /// <summary>Bold: the bot's own heads.</summary>
    Label,

    /// <summary>The name of a fact.</summary>
    Key,

    /// <summary>A value that must catch the eye: what is done to what.</summary>
    Name,

    /// <summary>
    /// Monospaced: text that came from outside, so that it cannot pass for a label.
    /// </summary>
    Value,
    Subtle,
    Warning,
    Added,
    Removed,
}

internal readonly record struct Span(string Text, Tone Tone);

/// <summary>
/// One line of visible text. The gutter is the bot's mark in front of it; continuations repeat it.
/// </summary>
internal sealed record Line(string Gutter, ImmutableArray<Span> Spans)
{
    public int Characters => Spans.Sum(s => s.Text.Length);

    public static Line Of(params ReadOnlySpan<Span> spans) => new("", [.. spans]);
}

internal enum PartKind
{
    Action,
    Facts,
    Data,
    Change,
    Approvals,
    Words,
}

/// <summary>A titled group of lines; titles are constants of the bot.</summary>
internal sealed record Part(PartKind Kind, string? Title, ImmutableArray<Line> Lines)
{
    /// <summary>Something of it is left out already: the review has it.</summary>
    public bool IsShort { get; init; }
}

/// <summary>
/// The card as titled lines of visible text, in the contract's order: what both surfaces draw.
/// </summary>
internal static class CardLayout
{
    public const string WordsTitle = "The agent's words, not verified";

    /// <summary>Everything, as the review shows it.</summary>
    public static ImmutableArray<Part> Whole(Card card) => Parts(card, WordLines.Of(card));

    /// <summary>The same, with the talk with the agent as short as a card takes it.</summary>
    public static ImmutableArray<Part> OnCard(Card card)
    {
        var (lines, isShort) = WordLines.OnCard(card);
        var parts = Parts(card, lines);
        return isShort ? parts.SetItem(parts.Length - 1, parts[^1] with { IsShort = true }) : parts;
    }

    private static ImmutableArray<Part> Parts(Card card, ImmutableArray<Line> words)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        parts.Add(new Part(PartKind.Action, null, FactLines.OfAction(card)));
        Add(parts, PartKind.Facts, null, FactLines.Of(card.Facts));
        Add(parts, PartKind.Data, "Data", FactLines.Of(card.DataScope));
        if (card.Diff is { } diff)
        {
            parts.Add(new Part(PartKind.Change, DiffLines.Title(diff), DiffLines.Of(diff)));
        }

        parts.Add(new Part(PartKind.Approvals, "Approvals", ApprovalLines.Of(card)));
        Add(parts, PartKind.Words, WordsTitle, words);
        return parts.ToImmutable();
    }

    private static void Add(
        ImmutableArray<Part>.Builder parts,
        PartKind kind,
        string? title,
        ImmutableArray<Line> lines
    )
    {
        if (!lines.IsEmpty)
        {
            parts.Add(new Part(kind, title, lines));
        }
    }
}
