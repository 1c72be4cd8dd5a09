using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

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
            );
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

    public override string ToString() =>
        $"entry {Seq}, {Rfc3339.Write(At)}: epoch {Epoch} goes on from a backup of {Size} entries"
        + (
            IsForced
                ? $"; forced: entries {Size} to {KnownSize - 1} of the epoch before were known and are not in it"
                : ""
        );
}
