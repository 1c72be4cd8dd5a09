using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// Compares with a file beside the tests. <c>UPDATE_GOLDEN=1</c> writes the file instead; look at
/// the diff before committing.
/// </summary>
public static class Golden
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// The folder <c>tests</c> of the repository the running assembly was built from.
    /// </summary>
    public static string Tests { get; } = FindTests();

    /// <summary>
    /// Compares JSON, indented so that a change reads well. The path is relative to <c>tests</c>.
    /// </summary>
    public static void MatchesJson(string path, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        Matches(path, JsonSerializer.Serialize(document.RootElement, s_indented) + "\n");
    }

    public static void Matches(string path, string actual)
    {
        var file = Path.Combine(Tests, path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }

        var expected = File.Exists(file) ? File.ReadAllText(file) : "(no such file)";
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            Assert.Fail(
                $"{path} differs. {FirstDifference(expected, actual)} UPDATE_GOLDEN=1 rewrites it."
            );
        }
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (was, now) = (expected.Split('\n'), actual.Split('\n'));
        var line = 0;
        while (
            line < Math.Min(was.Length, now.Length)
            && string.Equals(was[line], now[line], StringComparison.Ordinal)
        )
        {
            line++;
        }

        return $"Line {line + 1}: expected '{At(was, line)}', got '{At(now, line)}'.";
    }

    private static string At(string[] lines, int line) =>
        line < lines.Length ? lines[line] : "(end)";

    private static string FindTests()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (
            folder is not null && !File.Exists(Path.Combine(folder.FullName, "ChatApprovals.sln"))
        )
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? ".", "tests");
    }
}
