using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Jose;

namespace ChatApprovals.Export;

/// <summary>
/// The contents of a bundle, read along with the entries, one file of 256 at a time. A content's digest is a member
/// of its entry.
/// </summary>
internal sealed class BundleContents(BundleFiles files, FileMarks expected)
{
    private readonly Dictionary<long, StoredContent> _open = [];
    private string _path = "";

    /// <summary>The content of an entry, or null when the bundle has none.</summary>
    /// <exception cref="FormatException">It is not the one that the entry names.</exception>
    public StoredContent? Of(long seq, string digest)
    {
        Turn(seq);
        if (!_open.Remove(seq, out var content))
        {
            return null;
        }

        return LedgerNotes.Digest(content).Equals(digest, StringComparison.Ordinal)
            ? content
            : throw new FormatException(
                $"The content of entry {seq} is not the one that the entry names."
            );
    }

    /// <summary>What nobody asked for belongs to no entry.</summary>
    public void Finish()
    {
        if (_open.Count > 0)
        {
            throw new FormatException(
                $"{_path} has content for entry {_open.Keys.Min()}, which names none."
            );
        }
    }

    private void Turn(long seq)
    {
        var path = Bundle.ContentPath(seq);
        if (path.Equals(_path, StringComparison.Ordinal))
        {
            return;
        }

        Finish();
        _path = path;
        if (!files.Has(path))
        {
            return;
        }

        expected.Add(path);
        foreach (var line in files.Lines(path))
        {
            Take(path, line);
        }
    }

    private void Take(string path, ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var members = document.RootElement;
            var seq = members.GetProperty("seq").GetInt64();
            var body = Encoding.UTF8.GetBytes(members.GetProperty("body").GetString()!);
            if (
                Base64UrlText.TryDecode(members.GetProperty("salt").GetString(), out var salt)
                && Bundle.ContentPath(seq).Equals(path, StringComparison.Ordinal)
                && Bundle
                    .ContentLine(seq, new StoredContent(salt, body))
                    .AsSpan()[..^1]
                    .SequenceEqual(line.Span)
                && _open.TryAdd(seq, new StoredContent(salt, body))
            )
            {
                return;
            }
        }
        catch (Exception broken)
            when (broken is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"{path} has a line that is no content.", broken);
        }

        throw new FormatException($"{path} has a line that is no content.");
    }
}
