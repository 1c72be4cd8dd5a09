using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Ask;

/// <summary>Reads what the options name.</summary>
internal static class AskFiles
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <param name="options">What was typed.</param>
    /// <param name="program">Null without a command.</param>
    /// <param name="initiator">Of the environment.</param>
    /// <exception cref="AskException">A file cannot be read, or is not what it shall be.</exception>
    public static AskInput Read(AskOptions options, AskProgram? program, string? initiator) =>
        new()
        {
            Request = options.FromFile switch
            {
                null => null,
                "-" => Decoded(Input(), "the standard input"),
                var file => Text(file),
            },
            Plan = options.TerraformPlan is { } plan ? TerraformPlan.Read(Text(plan)) : null,
            Diff = options.DiffFile is { } diff ? Text(diff) : null,
            Logs = [.. options.Logs.Select(l => (Path.GetFileName(l), Text(l)))],
            Bound = Digests(options.Binds),
            Program = program?.Path ?? "",
            Directory = program?.Directory ?? "",
            Initiator = string.IsNullOrWhiteSpace(initiator) ? null : initiator,
        };

    /// <summary>Lower-case hexadecimal SHA-256 of each.</summary>
    private static ImmutableArray<(string Name, string Sha256)> Digests(
        ImmutableArray<string> files
    ) => [.. files.Distinct(StringComparer.Ordinal).Select(f => (f, Opened(f, Digest)))];

    /// <summary>Whether a file still has this <c>sha256:…</c>; one that cannot be read has not.</summary>
    public static bool Is(string path, string? sha256)
    {
        try
        {
            var now = "sha256:" + Opened(path, Digest);
            return string.Equals(now, sha256, StringComparison.Ordinal);
        }
        catch (AskException)
        {
            return false;
        }
    }

    /// <summary>All of a file, which must be UTF-8.</summary>
    public static string Text(string path) => Decoded(Opened(path, All), path);

    private static string Digest(FileStream file) =>
        Convert.ToHexStringLower(SHA256.HashData(file));

    private static byte[] All(FileStream file)
    {
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }

    private static byte[] Input()
    {
        using var input = Console.OpenStandardInput();
        using var copy = new MemoryStream();
        input.CopyTo(copy);
        return copy.ToArray();
    }

    private static T Opened<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using var file = File.OpenRead(path);
            return read(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AskException.NotAsked($"{path} cannot be read: {error.Message}");
        }
    }

    private static string Decoded(byte[] bytes, string what)
    {
        try
        {
            var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble)
                ? Encoding.UTF8.Preamble.Length
                : 0;
            return s_strict.GetString(bytes.AsSpan(start));
        }
        catch (DecoderFallbackException)
        {
            throw AskException.NotAsked($"{what} is not UTF-8 text");
        }
    }
}
