using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Makes the projections (requests, register) anew from the ledger, in one transaction. The same
/// application of facts as live: what comes out can only differ if a projection was tampered with.
/// </summary>
public static class Rebuild
{
    private const int Page = 1_000;

    /// <summary>Reads every entry; answers how many. Run while nothing else writes.</summary>
    public static long Run(IStore store)
    {
        using var transaction = store.Begin();
        transaction.ForgetProjections();
        var register = Register.Empty;
        long from = 0;
        while (store.Entries(from, Page) is { Count: > 0 } entries)
        {
            foreach (var entry in entries)
            {
                register = Apply(transaction, register, entry);
            }

            from += entries.Count;
        }

        transaction.Commit();
        return from;
    }

    private static Register Apply(IStoreTransaction store, Register register, StoredEntry entry)
    {
        if (LedgerNotes.Read(entry) is not { } fact)
        {
            return register;
        }

        register = register.Apply(fact, entry.At);
        Projection.Put(store, register, fact, entry.Seq, entry.At);
        if (
            fact is not Fact.RequestCreated
            && IsOfRequest(fact)
            && RequestId.TryParse(entry.Txn, provider: null, out var id)
        )
        {
            var row =
                store.Request(id)
                ?? throw new InvalidDataException($"entry {entry.Seq} is about no known request");
            var after = RequestState.Read(row).Apply(fact, entry.At);
            store.UpdateRequest(id, after.Status, RequestState.Write(after));
        }

        return register;
    }

    /// <summary>One request as its entries make it.</summary>
    internal static Approval One(IReadOnlyList<StoredEntry> entries)
    {
        var opened = (Fact.RequestCreated)LedgerNotes.Read(entries[0])!;
        var made = new Approval(opened.Id, entries[0].At, opened.Opening);
        return entries
            .Skip(1)
            .Select(e => (e.At, Fact: LedgerNotes.Read(e)))
            .Where(e => e.Fact is { } fact && IsOfRequest(fact))
            .Aggregate(made, (request, e) => request.Apply(e.Fact!, e.At));
    }

    /// <summary>A change that a request confirms is not of the request, though its entry has its id.</summary>
    private static bool IsOfRequest(Fact fact) =>
        fact
            is not (
                Fact.ConfigChanged
                or Fact.PersonLinked
                or Fact.PersonUnlinked
                or Fact.PersonErased
            );
}
