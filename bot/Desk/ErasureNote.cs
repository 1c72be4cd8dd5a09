using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

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
    /// <summary><c>request</c> or <c>person</c>.</summary>
    public required string What { get; init; }

    /// <summary>Of a person: the accounts of which the directories' words are gone.</summary>
    public ImmutableArray<string> Accounts { get; init; } = [];

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
            )
            {
                What = members.GetProperty("what").GetString()!,
                Accounts = members.TryGetProperty("accounts", out var accounts)
                    ? [.. accounts.EnumerateArray().Select(a => a.GetString()!)]
                    : [],
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

    /// <summary>Whether the content of an entry is among what is gone.</summary>
    public bool Says(long seq) => Entries.Contains(seq);

    /// <summary>
    /// Why an entry that is named cannot have lost its content by this, in a sentence; null: it can. Whether there was any is
    /// another question.
    /// </summary>
    /// <param name="seq">The entry.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="txn">Its request or person.</param>
    /// <param name="account">Whose account it is about; empty: nobody's.</param>
    internal string? WhyNot(long seq, string kind, string txn, string account) =>
        !Erasing.IsErasable(kind)
            ? $"Entry {Seq} erases the content of entry {seq}, a {kind}: that is never erased."
        : What switch
        {
            "request" => Is(txn, Txn),
            "person" => kind is EntryKinds.PersonLinked
                ? Accounts.Contains(account, StringComparer.Ordinal)
                : kind is not EntryKinds.RequestCreated,
            _ => false,
        }
            ? null
        : $"Entry {Seq} erases the content of entry {seq}, which is not of {Txn}.";

    /// <summary>Why nothing of an entry that is named was there to erase.</summary>
    internal string Nothing(long seq) =>
        $"Entry {Seq} says that the content of entry {seq} was erased, but it was not.";

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);

    /// <summary>On one line: when, by whom, by which entry.</summary>
    public string How => $"erased {Rfc3339.Write(At)} by {By} and {ConfirmedBy} (entry {Seq})";

    public override string ToString() => $"{Txn}: {Entries.Length} contents {How}";
}
