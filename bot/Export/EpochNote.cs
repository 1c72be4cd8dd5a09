using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>One <c>ledger.restored</c> as verifiers and views tell it.</summary>
/// <param name="Seq">The entry, the first of its epoch.</param>
/// <param name="At">When it was restored.</param>
/// <param name="Epoch">2 the first time.</param>
/// <param name="Size">How many entries the backup had.</param>
/// <param name="KnownSize">How many somebody else knew of, if anybody was asked.</param>
public sealed record EpochNote(long Seq, DateTimeOffset At, long Epoch, long Size, long? KnownSize)
{
    /// <summary>Entries that were known were given up.</summary>
    public bool IsForced => KnownSize > Size;

    /// <summary>The root of the backup's entries, in base64.</summary>
    public required string Root { get; init; }

    /// <exception cref="FormatException">It has not the members that such an entry has.</exception>
    internal static EpochNote Of(StoredEntry entry)
    {
        try
        {
            var e = JsonElement.Parse(entry.Bytes);
            return new EpochNote(
                entry.Seq,
                entry.At,
                e.GetProperty("epoch").GetInt64(),
                e.GetProperty("size").GetInt64(),
                e.TryGetProperty("known_size", out var known) ? known.GetInt64() : null
            )
            {
                Root = EventLines.Text(e, "root"),
            };
        }
        catch (Exception odd)
            when (odd is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new FormatException(
                $"Entry {entry.Seq} has a member that no such entry has.",
                odd
            );
        }
    }

    /// <summary>Of an entry that is one, else null.</summary>
    /// <exception cref="FormatException">As above.</exception>
    internal static EpochNote? Of(EntryHead head, ReadOnlyMemory<byte> bytes) =>
        head.Kind is EntryKinds.LedgerRestored
            ? Of(
                new StoredEntry(
                    head.Seq,
                    head.At,
                    head.Kind,
                    head.Txn,
                    bytes.ToArray(),
                    Content: null
                )
            )
            : null;

    /// <summary>What is wrong with it, for a sentence that begins with the entry; or null.</summary>
    /// <param name="before">How many there were before it.</param>
    /// <param name="rootOf">The root of so many of the first entries.</param>
    internal string? WhyNot(int before, Func<long, byte[]> rootOf) =>
        Epoch != before + 2 ? $"begins epoch {Epoch}, where epoch {before + 1} was the last"
        : Size != Seq ? $"goes on from a backup of {Size} entries, and {Seq} come before it"
        : !Root.Equals(Convert.ToBase64String(rootOf(Size)), StringComparison.Ordinal)
            ? "goes on from a backup of other entries than those before it"
        : null;

    /// <summary>
    /// What these entries may explain where a checkpoint that somebody kept contradicts the ledger: a sentence with a blank
    /// before it, or nothing. It stays a contradiction.
    /// </summary>
    internal static string Explained(
        IEnumerable<EpochNote> epochs,
        IReadOnlyCollection<Checkpoint> known
    ) =>
        epochs.FirstOrDefault(e => known.Any(k => k.Size > e.Size)) is { } epoch
            ? $" Entry {epoch.Seq} says that the ledger was restored at {Rfc3339.Write(epoch.At)} from a backup of {epoch.Size} entries: a checkpoint of more from before that is of the epoch that ended then. Ask who restored it."
            : "";

    public override string ToString() =>
        $"entry {Seq}, {Rfc3339.Write(At)}: epoch {Epoch} goes on from a backup of {Size} entries"
        + (
            IsForced
                ? $"; forced: entries {Size} to {KnownSize - 1} of the epoch before were known and are not in it"
                : ""
        );
}
