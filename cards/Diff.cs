using System.Collections.Immutable;

namespace ChatApprovals.Cards;

public enum DiffKind
{
    Added,
    Removed,
    Context,

    /// <summary>A hunk's head: where in the file the next lines stand.</summary>
    Hunk,

    /// <summary>A file's head: its path, or old and new path.</summary>
    File,

    /// <summary>A line of a text that is no well-formed diff, exactly as it came.</summary>
    Plain,
}

/// <summary>One line of a diff, without its <c>+</c> or <c>-</c>. The text is raw.</summary>
public sealed record DiffLine(DiffKind Kind, string Text);

/// <summary>
/// A change to show. <c>Computed</c>: the bot made it from before and after; otherwise it is the
/// agent's claim and the card says so. <c>Fault</c>: why the text is no well-formed diff (then
/// every line is Plain), or null. <c>Flags</c>: what a reader would miss in the lines (renames,
/// modes, binary files, a file named twice); raw.
/// </summary>
public sealed record CardDiff(
    ImmutableArray<DiffLine> Lines,
    ImmutableArray<string> Flags,
    string? Fault,
    bool Computed
)
{
    public bool WellFormed => Fault is null;
}

/// <summary>
/// Makes a <see cref="CardDiff"/> from an agent's text or from lines the bot computed.
/// </summary>
public static class Diff
{
    /// <summary>
    /// Reads a unified diff strictly. Never refuses: a text that is not one comes back as plain
    /// lines with the fault.
    /// </summary>
    public static CardDiff Parse(string unified) => UnifiedDiff.Read(unified);

    /// <summary>A diff the bot computed itself.</summary>
    public static CardDiff FromLines(IEnumerable<DiffLine> lines) =>
        new([.. lines], [], null, true);
}
