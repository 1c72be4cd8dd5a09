using System.Text.Json;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// What is kept beside the entries, held against the digests that they name, while a ledger goes by from its first
/// entry to its last. What is not there must be named by a later <c>erasure.performed</c>, and what one names must
/// not be there.
/// </summary>
internal sealed class LedgerContents
{
    private readonly SortedDictionary<long, Missing> _missing = [];

    /// <summary>How many contents had their digest.</summary>
    public long Sound { get; private set; }

    /// <summary>How many are gone, by an entry that says so.</summary>
    public long Erased { get; private set; }

    /// <summary>The entries that say so.</summary>
    public List<ErasureNote> Erasures { get; } = [];

    /// <summary>What is wrong with the next entry, in a sentence, or null.</summary>
    public string? WhyNot(StoredEntry entry)
    {
        var members = JsonElement.Parse(entry.Bytes);
        var digest = members.TryGetProperty("content", out var named) ? named.GetString() : null;
        return WhyNot(entry, members, digest)
            ?? (IsErasure(entry) ? WhyNot(ErasureNote.Of(entry)) : null);
    }

    /// <summary>What is wrong at the end, or null.</summary>
    /// <param name="size">How many entries went by.</param>
    /// <param name="later">
    /// An entry from then on, if there is one: what was erased while it was read is said by none before.
    /// </param>
    public string? WhyNotWhole(long size, Func<long, StoredEntry?> later)
    {
        foreach (var (seq, missing) in _missing)
        {
            if (
                missing.By is { } by
                && by >= size
                && later(by) is { } entry
                && IsErasure(entry)
                && ErasureNote.Of(entry).Says(seq)
            )
            {
                Erased++;
            }
            else
            {
                return $"The content of entry {seq} is missing, and no entry says that it was erased.";
            }
        }

        return null;
    }

    private static bool IsErasure(StoredEntry entry) => entry.Kind is EntryKinds.ErasurePerformed;

    private string? WhyNot(StoredEntry entry, JsonElement members, string? digest)
    {
        switch (digest, entry.Content)
        {
            case (null, null):
                return null;
            case (null, _):
                return $"Entry {entry.Seq} names no content, and has one.";
            case (_, null):
                _missing[entry.Seq] = new Missing(
                    entry.ErasedBy,
                    entry.Kind,
                    entry.Txn,
                    members.TryGetProperty("account", out var account) ? account.GetString()! : ""
                );
                return null;
            case var (named, content):
                Sound++;
                return string.Equals(named, LedgerNotes.Digest(content), StringComparison.Ordinal)
                    ? null
                    : $"The content of entry {entry.Seq} is not the one that the entry names.";
        }
    }

    private string? WhyNot(ErasureNote erasure)
    {
        Erasures.Add(erasure);
        foreach (var seq in erasure.Entries)
        {
            if (!_missing.Remove(seq, out var gone))
            {
                return erasure.Nothing(seq);
            }

            if (erasure.WhyNot(seq, gone.Kind, gone.Txn, gone.Account) is { } wrong)
            {
                return wrong;
            }

            Erased++;
        }

        return null;
    }

    /// <summary>An entry whose content is not there, and what the store says of that.</summary>
    private sealed record Missing(long? By, string Kind, string Txn, string Account);
}
