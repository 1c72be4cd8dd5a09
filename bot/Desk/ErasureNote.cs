using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>One <c>erasure.performed</c> as verifiers and views tell it.</summary>
/// <param name="Seq">The entry.</param>
/// <param name="At">When it was performed.</param>
/// <param name="Txn">What was erased: a request or a person.</param>
/// <param name="By">Who wanted it: <c>per_…</c>.</param>
/// <param name="ConfirmedBy">The other administrator.</param>
/// <param name="Entries">The entries whose contents are gone.</param>
public sealed record ErasureNote(
    long Seq,
    DateTimeOffset At,
    string Txn,
    string By,
    string ConfirmedBy,
    ImmutableArray<long> Entries
)
{
    /// <exception cref="FormatException">It has not the members that such an entry has.</exception>
    internal static ErasureNote Of(StoredEntry entry)
    {
        try
        {
            var members = JsonElement.Parse(entry.Bytes);
            return new ErasureNote(
                entry.Seq,
                entry.At,
                entry.Txn,
                members.GetProperty("by").GetString()!,
                members.GetProperty("confirmed_by").GetString()!,
                LedgerMembers.Erasures(members)
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

    /// <summary>Whether the content of an entry is among what is gone.</summary>
    public bool Says(long seq) => Entries.Contains(seq);

    /// <summary>On one line: when, by whom, by which entry.</summary>
    public string How => $"erased {Rfc3339.Write(At)} by {By} and {ConfirmedBy} (entry {Seq})";

    public override string ToString() => $"{Txn}: {Entries.Length} contents {How}";
}
