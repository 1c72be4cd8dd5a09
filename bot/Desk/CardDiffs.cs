using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace ChatApprovals.Desk;

/// <summary>The diff of a card: the agent's own text read strictly, or computed here from before and after.</summary>
internal static class CardDiffs
{
    /// <summary>Unchanged lines shown around a change.</summary>
    private const int Around = 3;

    private static readonly JsonSerializerOptions s_pretty = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static CardDiff Of(RequestedDiff diff) =>
        string.Equals(diff.Format, "json", StringComparison.Ordinal)
            ? Diff.FromLines(Compute(Pretty(diff.Before), Pretty(diff.After)))
            : Diff.Parse(diff.Text ?? "");

    /// <summary>
    /// Finding the shortest diff takes the square of the lines: above this, everything is said to be removed
    /// and added, which is true too.
    /// </summary>
    private const int ComparedMax = 4_000;

    private static IEnumerable<DiffLine> Compute(string before, string after)
    {
        var (old, present) = (before.Split('\n'), after.Split('\n'));
        return old.Length + present.Length > ComparedMax
            ?
            [
                .. old.Select(l => new DiffLine(DiffKind.Removed, l)),
                .. present.Select(l => new DiffLine(DiffKind.Added, l)),
            ]
            : Compared(before, after);
    }

    private static IEnumerable<DiffLine> Compared(string before, string after)
    {
        var lines = new InlineDiffBuilder(new Differ())
            .BuildDiffModel(before, after, ignoreWhitespace: false)
            .Lines;
        var near = Near(lines);
        var skipped = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (!near[i])
            {
                skipped++;
                continue;
            }

            if (skipped > 0)
            {
                yield return new DiffLine(DiffKind.Hunk, $"… {skipped} unchanged lines");
                skipped = 0;
            }

            yield return new DiffLine(KindOf(lines[i].Type), lines[i].Text);
        }

        if (skipped > 0)
        {
            yield return new DiffLine(DiffKind.Hunk, $"… {skipped} unchanged lines");
        }
    }

    private static bool[] Near(List<DiffPiece> lines)
    {
        var near = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Type is ChangeType.Unchanged)
            {
                continue;
            }

            var from = Math.Max(0, i - Around);
            Array.Fill(near, true, from, Math.Min(lines.Count, i + Around + 1) - from);
        }

        return near;
    }

    private static DiffKind KindOf(ChangeType type) =>
        type switch
        {
            ChangeType.Inserted => DiffKind.Added,
            ChangeType.Deleted => DiffKind.Removed,
            _ => DiffKind.Context,
        };

    private static string Pretty(JsonElement? value) =>
        value is { } v ? JsonSerializer.Serialize(v, s_pretty) : "";
}
