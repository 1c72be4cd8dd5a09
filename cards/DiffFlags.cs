using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatApprovals.Cards;

/// <summary>Collects what a diff does besides changing lines, in the order met.</summary>
internal sealed class DiffFlags
{
    private static readonly string[] s_gitHeaders =
    [
        "index ",
        "old mode ",
        "new mode ",
        "deleted file mode ",
        "new file mode ",
        "copy from ",
        "copy to ",
        "rename from ",
        "rename to ",
        "similarity index ",
        "dissimilarity index ",
        "Binary files ",
    ];

    private readonly List<string> _flags = [];
    private readonly List<string> _files = [];

    public static bool IsGitHeader(string line) =>
        Array.Exists(s_gitHeaders, h => line.StartsWith(h, StringComparison.Ordinal));

    /// <summary>True when the line is a change of its own and not only bookkeeping.</summary>
    public bool GitHeader(string line)
    {
        if (
            line.StartsWith("index ", StringComparison.Ordinal)
            || line.Contains("similarity index ", StringComparison.Ordinal)
        )
        {
            return false;
        }

        _flags.Add(
            line switch
            {
                _ when line.EndsWith(" 120000", StringComparison.Ordinal) => line
                    + " (symbolic link)",
                _ when line.EndsWith(" 160000", StringComparison.Ordinal) => line + " (submodule)",
                _ when line.StartsWith("Binary", StringComparison.Ordinal) => line
                    + " (the content is not shown)",
                _ => line,
            }
        );
        return true;
    }

    public void File(string old, string now)
    {
        var (from, to) = (Name(old, "a/"), Name(now, "b/"));
        if (IsNull(from))
        {
            _flags.Add($"new file {to}");
        }
        else if (IsNull(to))
        {
            _flags.Add($"deleted file {from}");
        }
        else if (!string.Equals(from, to, StringComparison.Ordinal))
        {
            _flags.Add($"two names for one file: {from} and {to}");
        }

        var name = IsNull(to) ? from : to;
        if (_files.Contains(name, StringComparer.Ordinal))
        {
            _flags.Add($"the same file again: {name}");
        }

        _files.Add(name);
    }

    public void NoNewline(DiffKind kind) =>
        _flags.Add(
            $"no newline at the end of the file ({(kind == DiffKind.Removed ? "before" : "after")})"
        );

    public ImmutableArray<string> All() =>
        [
            .. _files.Count > 1
                ? [string.Create(CultureInfo.InvariantCulture, $"{_files.Count} files")]
                : Array.Empty<string>(),
            .. _flags.Distinct(StringComparer.Ordinal),
        ];

    private static bool IsNull(string path) =>
        string.Equals(path, "/dev/null", StringComparison.Ordinal);

    /// <summary>
    /// The path without git's prefix and without the time stamp that diff -u puts after a tab.
    /// </summary>
    private static string Name(string header, string prefix)
    {
        var tab = header.IndexOf('\t', StringComparison.Ordinal);
        var path = tab < 0 ? header : header[..tab];
        return path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path;
    }
}

/// <summary>
/// A hunk's head: <c>@@ -start,count +start,count @@</c>; a count of 1 may be left out.
/// </summary>
internal sealed partial record HunkHead(int OldStart, int OldCount, int NewStart, int NewCount)
{
    public static HunkHead? Parse(string line)
    {
        var match = Pattern().Match(line);
        if (!match.Success)
        {
            return null;
        }

        var head = new HunkHead(
            Number(match, "a", 0),
            Number(match, "b", 1),
            Number(match, "c", 0),
            Number(match, "d", 1)
        );
        return head is { OldCount: 0, NewCount: 0 } ? null : head;
    }

    public bool Follows(HunkHead before) =>
        First(OldStart, OldCount) >= First(before.OldStart, before.OldCount) + before.OldCount
        && First(NewStart, NewCount) >= First(before.NewStart, before.NewCount) + before.NewCount;

    /// <summary>A side with no lines names the line before them.</summary>
    private static int First(int start, int count) => count == 0 ? start + 1 : start;

    private static int Number(Match match, string group, int absent) =>
        match.Groups[group] is { Success: true } digits
            ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture)
            : absent;

    [GeneratedRegex(
        @"\A@@ -(?<a>[0-9]{1,8})(,(?<b>[0-9]{1,8}))? "
            + @"\+(?<c>[0-9]{1,8})(,(?<d>[0-9]{1,8}))? @@( [^\n]*)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Pattern();
}
