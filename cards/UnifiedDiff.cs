using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>
/// Reads a unified diff (GNU diffutils "Detailed Unified", git's extended headers) strictly: every
/// hunk has exactly the lines its head counts, hunks ascend, nothing stands between. Inside a hunk
/// only the first character of a line means something, so <c>--- a/x</c> there is a removed line
/// and not a file.
/// </summary>
internal sealed class UnifiedDiff
{
    private readonly string[] _lines;
    private readonly ImmutableArray<DiffLine>.Builder _shown =
        ImmutableArray.CreateBuilder<DiffLine>();
    private readonly DiffFlags _flags = new();
    private int _at;
    private string? _fault;

    private UnifiedDiff(string[] lines) => _lines = lines;

    public static CardDiff Read(string text)
    {
        var all = text.Split('\n');
        var lines = all is [.., ""] ? all[..^1] : all;
        var reader = new UnifiedDiff(lines);
        if (reader.Files())
        {
            return new CardDiff(reader._shown.ToImmutable(), reader._flags.All(), null, false);
        }

        var fault = $"line {reader._at + 1}: {reader._fault}";
        return new CardDiff(
            [.. all.Select(l => new DiffLine(DiffKind.Plain, l))],
            [],
            fault,
            false
        );
    }

    private string? Current => _at < _lines.Length ? _lines[_at] : null;

    private bool Files()
    {
        if (_lines.Length == 0)
        {
            return Fail("the diff is empty");
        }

        while (Current is not null)
        {
            if (!OneFile())
            {
                return false;
            }
        }

        return true;
    }

    private bool OneFile()
    {
        var extended = GitHeaders(out var named);
        if (Current?.StartsWith("--- ", StringComparison.Ordinal) == true)
        {
            return PlainHeader() && Hunks();
        }

        return named && extended ? true : Fail("expected '--- ' and a file name");
    }

    /// <summary>
    /// git's lines before a file. True when they stand for a change of their own (rename, mode,
    /// binary).
    /// </summary>
    private bool GitHeaders(out bool named)
    {
        named = Current?.StartsWith("diff --git ", StringComparison.Ordinal) == true;
        var change = false;
        if (!named)
        {
            return false;
        }

        _shown.Add(new DiffLine(DiffKind.File, Current!));
        for (_at++; Current is { } line && DiffFlags.IsGitHeader(line); _at++)
        {
            _shown.Add(new DiffLine(DiffKind.File, line));
            change |= _flags.GitHeader(line);
        }

        return change;
    }

    private bool PlainHeader()
    {
        var old = Current!["--- ".Length..];
        _at++;
        if (Current?.StartsWith("+++ ", StringComparison.Ordinal) != true)
        {
            return Fail("expected '+++ ' and a file name");
        }

        var now = Current["+++ ".Length..];
        _at++;
        if (old.Length == 0 || now.Length == 0)
        {
            return Fail("a file without a name");
        }

        _flags.File(old, now);
        _shown.Add(new DiffLine(DiffKind.File, $"--- {old}"));
        _shown.Add(new DiffLine(DiffKind.File, $"+++ {now}"));
        return true;
    }

    private bool Hunks()
    {
        var reached = new HunkHead(-1, 0, -1, 0);
        var count = 0;
        for (; Current?.StartsWith("@@ ", StringComparison.Ordinal) == true; count++)
        {
            if (HunkHead.Parse(Current) is not { } head)
            {
                return Fail("not a hunk's head");
            }

            if (!head.Follows(reached))
            {
                return Fail("a hunk that overlaps the one before it");
            }

            _shown.Add(new DiffLine(DiffKind.Hunk, Current));
            _at++;
            if (!Body(head))
            {
                return false;
            }

            reached = head;
        }

        return count > 0 || Fail("a file without a hunk");
    }

    private bool Body(HunkHead head)
    {
        var (old, now) = (head.OldCount, head.NewCount);
        while (old > 0 || now > 0)
        {
            var (kind, takesOld, takesNew) = Current switch
            {
                [' ', ..] => (DiffKind.Context, 1, 1),
                ['-', ..] => (DiffKind.Removed, 1, 0),
                ['+', ..] => (DiffKind.Added, 0, 1),
                _ => (DiffKind.Plain, 0, 0),
            };
            if (kind == DiffKind.Plain || takesOld > old || takesNew > now)
            {
                return Fail("the hunk has not the lines its head counts");
            }

            (old, now) = (old - takesOld, now - takesNew);
            _shown.Add(new DiffLine(kind, Current![1..]));
            _at++;
            NoNewline(kind);
        }

        return Current is not [' ' or '+', ..]
            || Fail("the hunk has more lines than its head counts");
    }

    private void NoNewline(DiffKind kind)
    {
        if (Current?.StartsWith("\\ ", StringComparison.Ordinal) == true)
        {
            _shown.Add(new DiffLine(DiffKind.Hunk, Current));
            _flags.NoNewline(kind);
            _at++;
        }
    }

    private bool Fail(string fault)
    {
        _fault = fault;
        return false;
    }
}
