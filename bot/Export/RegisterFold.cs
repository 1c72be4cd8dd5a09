using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Who was who, and who owned what, at each moment of a ledger: made from its entries from the first on, as live. Grows with
/// people and configuration, not with requests.
/// </summary>
internal sealed class RegisterFold
{
    /// <summary>Accounts whose names and addresses of then were erased later: who shared one with them, nobody can tell.</summary>
    private readonly HashSet<AccountId> _lost = [];

    private Register _register = Register.Empty;

    /// <summary>As it was at a time that is not before the last entry.</summary>
    public Register At(DateTimeOffset now) => _register = _register.At(now);

    /// <summary>The next entry.</summary>
    public void Add(StoredEntry entry)
    {
        if (
            entry.Kind
                is not (
                    EntryKinds.PersonLinked
                    or EntryKinds.PersonUnlinked
                    or EntryKinds.ConfigChanged
                    or EntryKinds.ErasurePerformed
                )
            || LedgerNotes.Read(entry) is not { } fact
        )
        {
            return;
        }

        switch (fact)
        {
            case Fact.PersonLinked linked when entry.ErasedBy is not null:
                _lost.Add(linked.Account);
                break;
            case Fact.PersonLinked linked:
                _lost.Remove(linked.Account);
                break;
            case Fact.PersonErased erased:
                // From here on it is as live: the entry says with whom they shared an address.
                _lost.ExceptWith(erased.Accounts);
                break;
            default:
                break;
        }

        _register = _register.Apply(fact, entry.At);
    }

    /// <summary>Whether what was known of a person then is not known any more.</summary>
    public bool IsLost(Person person) => person.Accounts.Any(a => _lost.Contains(a.Id));
}
