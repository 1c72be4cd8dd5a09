using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// A request as its ledger entries make it, and nothing else: what receipts, exports and verifiers go by,
/// because a projection is not evidence.
/// </summary>
internal static class Replay
{
    /// <summary>The request after one more of its entries.</summary>
    /// <exception cref="InvalidDataException">The entry cannot be: the request is not there, or ended before.</exception>
    public static Approval? Next(Approval? request, StoredEntry entry) =>
        // A change of the configuration has its own entries beside those of the request that confirms it.
        IsOfRequest(entry.Kind) && LedgerNotes.Read(entry) is { } fact
            ? Next(request, entry, fact)
            : request;

    /// <summary>The same for who has read such an entry's fact.</summary>
    /// <exception cref="InvalidDataException">The entry cannot be: the request is not there, or ended before.</exception>
    public static Approval Next(Approval? request, StoredEntry entry, Fact fact)
    {
        if (fact is Fact.RequestCreated created)
        {
            return request is null
                ? new Approval(created.Id, entry.At, created.Opening)
                : throw new InvalidDataException($"Entry {entry.Seq} makes {entry.Txn} again.");
        }

        try
        {
            return (
                request
                ?? throw new InvalidDataException(
                    $"Entry {entry.Seq} is about {entry.Txn}, which was not made before."
                )
            ).Apply(fact, entry.At);
        }
        catch (InvalidOperationException broken)
        {
            throw new InvalidDataException(
                $"Entry {entry.Seq}, {entry.Kind}, is about {entry.Txn}, which had ended before.",
                broken
            );
        }
    }

    /// <summary>Whether entries of this kind change a request.</summary>
    public static bool IsOfRequest(string kind) =>
        EntryKinds.IsEnd(kind)
        || kind
            is EntryKinds.RequestCreated
                or EntryKinds.RequestDisplayed
                or EntryKinds.RequestReminded
                or EntryKinds.RequestEscalated
                or EntryKinds.DecisionApproved
                or EntryKinds.DecisionRejected
                or EntryKinds.QuestionAsked
                or EntryKinds.QuestionAnswered
                or EntryKinds.ExecutionReported;
}
