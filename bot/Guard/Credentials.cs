using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Guard;

/// <summary>What became of looking for a credential. The value goes into one header and nowhere else.</summary>
internal abstract record Credential
{
    private Credential() { }

    public sealed record Value(string Text) : Credential
    {
        /// <summary>Never in a log by accident.</summary>
        public override string ToString() => "(credential)";
    }

    /// <summary><see cref="Why"/>: a sentence for administrators that holds nothing of it.</summary>
    public sealed record Missing(string Why) : Credential;
}

/// <summary>
/// The credentials that guarded endpoints add: from the bot's environment, or from files in
/// <c>Data:Directory/secrets</c> that only the bot's user can read. Read at each use, so that a file is
/// rotated by replacing it.
/// </summary>
public sealed class Credentials(string directory)
{
    /// <summary>In <c>Data:Directory</c>.</summary>
    public const string Folder = "secrets";

    /// <summary>Own limit; a header of 8 KiB is more than most servers take.</summary>
    private const int BytesMax = 8 * 1024;

    /// <summary>Why a header could not be added now, in a sentence, or null.</summary>
    public string? WhyNot(HeldHeader header) => (Read(header) as Credential.Missing)?.Why;

    internal Credential Read(HeldHeader header) =>
        !HeldHeader.IsSource(header.From) ? Missing(header, "is no place of a credential.")
        : header.From.StartsWith(HeldHeader.File, StringComparison.Ordinal) ? FromFile(header)
        : Of(
            header,
            Environment.GetEnvironmentVariable(header.From[HeldHeader.Environment.Length..])
        );

    private Credential FromFile(HeldHeader header)
    {
        var path = Path.Combine(directory, header.From[HeldHeader.File.Length..]);
        var file = new FileInfo(path);
        if (!file.Exists || file.LinkTarget is not null)
        {
            return Missing(header, "is no file in the directory secrets of the bot's data.");
        }

        try
        {
            using var handle = File.OpenHandle(path);
            // Who alone can write to the directory alone could have put a link there since.
            if ((PrivateFile.WhyNotIn(directory) ?? PrivateFile.WhyNot(handle)) is { } open)
            {
                return Missing(header, open);
            }

            var bytes = new byte[BytesMax];
            var read = RandomAccess.Read(handle, bytes, 0);
            return Of(header, Encoding.Latin1.GetString(bytes, 0, read).TrimEnd('\r', '\n'));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Missing(header, "cannot be read by the bot.");
        }
    }

    private static Credential Of(HeldHeader header, string? text) =>
        text is null or "" ? Missing(header, "is not set on the bot's host.")
        : HttpText.IsHeaderValue(text) ? new Credential.Value(text)
        : Missing(
            header,
            "is not the value of a header: one line of visible ASCII, at most 4,096."
        );

    private static Credential.Missing Missing(HeldHeader header, string why) =>
        new($"{header.From} {why}");
}
