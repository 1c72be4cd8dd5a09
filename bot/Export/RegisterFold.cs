using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// People, agents, groups and policies at each moment of a ledger, as its entries make them from the first on: what a verifier
/// and the report judge decisions by once more. Grows with people and configuration, not with requests.
/// What the bot knew besides (who has left, which platform did not answer) only took power away, so it is not missed.
/// </summary>
internal sealed class RegisterFold
{
    /// <summary>Accounts whose names and addresses of then were erased later, or are not here: who shared one with them, nobody can tell.</summary>
    private readonly HashSet<AccountId> _lost = [];

    private Register _register = Register.Empty;

    /// <summary>False once a group or policy went by whose content is not there.</summary>
    public bool KnowsGroups { get; private set; } = true;

    /// <summary>As of a time that is not before the last entry. Every group of a platform counts as read just then.</summary>
    public Register At(DateTimeOffset at) => _register.At(at);

    /// <summary>Whether what was known of a person then is not known any more.</summary>
    public bool IsLost(Person person) => person.Accounts.Any(a => _lost.Contains(a.Id));

    /// <summary>The next entry of a ledger where it is stored.</summary>
    /// <returns>As below.</returns>
    public string? Add(StoredEntry entry) =>
        IsOf(entry.Kind) ? Add(entry, LedgerSpan.Members(entry)) : null;

    /// <summary>The next entry, if it is about people or the configuration; else nothing.</summary>
    /// <returns>Why it cannot be, for a sentence that begins with the entry; or null.</returns>
    public string? Add(StoredEntry entry, JsonElement members)
    {
        if (
            !IsOf(entry.Kind)
            || (
                entry.Kind is EntryKinds.ErasurePerformed
                && EventLines.Text(members, "what") is not "person"
            )
        )
        {
            return null;
        }

        if (
            entry is { Kind: EntryKinds.ConfigChanged, Content: null }
            && members.TryGetProperty("content", out _)
        )
        {
            KnowsGroups = false;
            return null;
        }

        var fact = LedgerMembers.Read(entry, members)!;
        var wrong = WhyNot(fact);
        // An account that changed hands without a word is its new owner's all the same, to whoever looks on.
        if (wrong is null || fact is Fact.PersonLinked)
        {
            Apply(fact, entry);
        }

        return wrong;
    }

    private static bool IsOf(string kind) =>
        kind
            is EntryKinds.PersonLinked
                or EntryKinds.PersonUnlinked
                or EntryKinds.ConfigChanged
                or EntryKinds.ErasurePerformed;

    private string? WhyNot(Fact fact) =>
        fact switch
        {
            Fact.PersonLinked linked
                when _register.PersonOf(linked.Account) is { } had
                    && had.Id != linked.Person
                    && had.Id != linked.From =>
                $"links {linked.Account} to {linked.Person} without saying that it was {had.Id}'s",
            Fact.PersonUnlinked parted
                when _register.PersonOf(parted.Account)?.Id != parted.Person =>
                $"parts {parted.Account} from {parted.Person}, whose it was not",
            Fact.PersonErased erased when erased.Accounts.Any(a => _register.PersonOf(a) is null) =>
                "erases an account that nobody was linked with",
            _ => null,
        };

    private void Apply(Fact fact, StoredEntry entry)
    {
        switch (fact)
        {
            case Fact.PersonLinked linked when entry.Content is null:
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

        var before = _register;
        _register = _register.Apply(fact, entry.At);
        if (!ReferenceEquals(before.Groups, _register.Groups))
        {
            _register = _register with { GroupsRead = Sources(_register) };
        }
    }

    private static ImmutableDictionary<GroupSource, DateTimeOffset> Sources(Register register) =>
        register
            .Groups.Values.SelectMany(g => g.Sources)
            .Select(s => s.Group)
            .Distinct()
            .ToImmutableDictionary(g => g, _ => DateTimeOffset.MaxValue);
}
