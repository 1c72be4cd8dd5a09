using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// People, groups and policies as the entries make them while a ledger goes by: what each decision is judged by once more.
/// What the bot knew besides (who has left, which platform did not answer) only took power away, so it is not missed.
/// </summary>
internal sealed class KnownRegister
{
    private Register _register = Register.Empty;

    /// <summary>False once a group or policy went by whose content is not there.</summary>
    public bool KnowsGroups { get; private set; } = true;

    /// <summary>As of an entry. Every group of a platform counts as read just then.</summary>
    public Register At(DateTimeOffset at) => _register.At(at);

    /// <summary>Takes the next entry, if it is about people or the configuration.</summary>
    /// <exception cref="FormatException">It cannot be, in a sentence.</exception>
    public void Learn(StoredEntry entry, JsonElement members)
    {
        switch (entry.Kind)
        {
            case EntryKinds.ConfigChanged when entry.Content is null && IsBeside(members):
                KnowsGroups = false;
                return;
            case EntryKinds.PersonLinked or EntryKinds.PersonUnlinked or EntryKinds.ConfigChanged:
                break;
            case EntryKinds.ErasurePerformed when EventLines.Text(members, "what") is "person":
                break;
            default:
                return;
        }

        var fact = LedgerMembers.Read(entry, members)!;
        if (WhyNot(fact) is { } wrong)
        {
            throw new FormatException($"Entry {entry.Seq} {wrong}.");
        }

        var before = _register;
        _register = _register.Apply(fact, entry.At);
        if (!ReferenceEquals(before.Groups, _register.Groups))
        {
            _register = _register with { GroupsRead = Sources(_register) };
        }
    }

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
            Fact.PersonErased erased when erased.Accounts.Any(a => !IsKnown(a)) =>
                "erases an account that nobody was linked with",
            _ => null,
        };

    private bool IsKnown(AccountId account) => _register.PersonOf(account) is not null;

    private static bool IsBeside(JsonElement members) => members.TryGetProperty("content", out _);

    private static ImmutableDictionary<GroupSource, DateTimeOffset> Sources(Register register) =>
        register
            .Groups.Values.SelectMany(g => g.Sources)
            .Select(s => s.Group)
            .Distinct()
            .ToImmutableDictionary(g => g, _ => DateTimeOffset.MaxValue);
}
