using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// What an erasure comes to when another administrator confirms it, judged inside that commit: only content
/// goes. Who decided what, when and by which rule stays in the entries, whoever wants it gone.
/// </summary>
internal static class Erasing
{
    /// <summary>As an area of the configuration: nothing is kept there, it is only proposed and confirmed.</summary>
    public const string Area = "erasure";

    /// <summary>Own limit: an entry holds 65,535 bytes.</summary>
    private const int EntriesMax = 4_000;

    /// <param name="commit">The commit that confirms it.</param>
    /// <param name="approval">The request that asked for it, as it was before.</param>
    /// <param name="change">What is to be erased: <c>apr_…</c> or <c>per_…</c>.</param>
    /// <param name="confirmer">The other administrator.</param>
    /// <param name="scan">Where the person stands, as far as was looked before the commit.</param>
    public static (ImmutableArray<Fact> Facts, string? WhyNot) Facts(
        Commit commit,
        Approval approval,
        ProposedChange change,
        PersonId confirmer,
        PersonScan? scan
    )
    {
        var erasure = new Erasure(change.By, confirmer, approval.Id);
        return RequestId.TryParse(change.Name, provider: null, out var request)
                ? OfRequest(commit, request, erasure)
            : PersonId.TryParse(change.Name, provider: null, out var id)
            && commit.Register.Person(id) is { } person
                ? OfPerson(commit, person, erasure, scan)
            : ([], "Not applied: nobody is known by that id.");
    }

    /// <summary>Contents of a request that can be erased: its configuration change, if it is one, cannot.</summary>
    public static ImmutableArray<long> Left(IEnumerable<StoredEntry> entries) =>
        [.. entries.Where(e => e.Content is not null && IsErasable(e.Kind)).Select(e => e.Seq)];

    /// <summary>Of the kinds that have content at all.</summary>
    public static bool IsErasable(string kind) =>
        !kind.StartsWith("config.", StringComparison.Ordinal)
        && !kind.StartsWith("erasure.", StringComparison.Ordinal);

    private static (ImmutableArray<Fact>, string?) OfRequest(
        Commit commit,
        RequestId id,
        Erasure erasure
    )
    {
        if (commit.Find(id) is not { IsPending: false } found)
        {
            return ([], "Not applied: there is no such request that has ended.");
        }

        var left = Left(commit.Store.EntriesOf(id.ToString()));
        return left.IsEmpty
            ? ([], "Not applied: nothing of it is left to erase.")
            : ([new Fact.RequestErased(id, erasure, left, found.Copies)], null);
    }

    private static (ImmutableArray<Fact>, string?) OfPerson(
        Commit commit,
        Person person,
        Erasure erasure,
        PersonScan? scan
    )
    {
        // What was found before the commit is only taken if it was looked for by what is known now.
        scan = scan?.IsOf(person) == true ? scan : new PersonScan(person);
        var own = erasure.Change.ToString();
        var found = scan.Look(commit.Store.Naming, long.MaxValue)
            .Found.Where(n => !string.Equals(n.Txn, own, StringComparison.Ordinal))
            .ToLookup(n => n.Txn, StringComparer.Ordinal);
        if (
            found.Select(f => Pending(commit, f.Key)).OfType<Approval>().FirstOrDefault() is
            { } waits
        )
        {
            return (
                [],
                $"Not applied: {waits.Opening.Code} waits for a decision and names them. "
                    + "When it has ended, ask again."
            );
        }

        var openings = found.Where(f => f.Any(n => n.IsOpening)).ToList();
        var rest = found.Where(f => !f.Any(n => n.IsOpening)).SelectMany(f => f).Select(n => n.Seq);
        return (
            [
                .. openings.Select(f => Opening(commit, f, erasure)),
                .. OfPerson(commit, person, erasure, [.. rest.Order()]),
            ],
            null
        );
    }

    private static Fact.RequestErased Opening(
        Commit commit,
        IGrouping<string, Naming> named,
        Erasure erasure
    )
    {
        var id = RequestId.Parse(named.Key, provider: null);
        return new Fact.RequestErased(
            id,
            erasure,
            [.. named.Select(n => n.Seq)],
            commit.Find(id)!.Copies
        );
    }

    private static IEnumerable<Fact> OfPerson(
        Commit commit,
        Person person,
        Erasure erasure,
        ImmutableArray<long> entries
    )
    {
        ImmutableArray<PersonId> same =
        [
            .. commit
                .Register.SamePeople(person, commit.Now)
                .SelectMany(p => p.Ids)
                .Except(person.Ids),
        ];
        ImmutableArray<AccountId> accounts = [.. person.Accounts.Select(a => a.Id)];
        // Also where no entry names them: the register does.
        return entries
            .Chunk(EntriesMax)
            .DefaultIfEmpty([])
            .Select(some => new Fact.PersonErased(person.Id, erasure, [.. some], accounts, same));
    }

    private static Approval? Pending(Commit commit, string txn) =>
        RequestId.TryParse(txn, provider: null, out var id)
        && commit.Find(id) is { IsPending: true } pending
            ? pending
            : null;
}
