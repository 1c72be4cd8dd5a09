using System.Text.Json;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>What is kept beside an entry, held against the digest that the entry names.</summary>
internal static class LedgerContents
{
    /// <summary>What is wrong, in a sentence, or null.</summary>
    public static string? WhyNot(StoredEntry entry)
    {
        var digest = DigestOf(entry.Bytes);
        return (digest, entry.Content) switch
        {
            (null, null) => null,
            (null, _) => $"entry {entry.Seq} names no content, but there is one beside it",
            (_, null) => $"the content of entry {entry.Seq} is missing",
            var (named, content) => string.Equals(
                named,
                LedgerNotes.Digest(content),
                StringComparison.Ordinal
            )
                ? null
                : $"the content of entry {entry.Seq} is not the one that the entry names",
        };
    }

    private static string? DigestOf(byte[] entry)
    {
        var members = JsonElement.Parse(entry);
        return members.TryGetProperty("content", out var digest) ? digest.GetString() : null;
    }
}
