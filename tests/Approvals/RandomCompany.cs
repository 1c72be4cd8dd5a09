using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>A company by seed, with one pending request; each step changes something or clicks.</summary>
internal sealed class RandomCompany
{
    private const int PeopleMax = 6;
    private const int AccountsMax = 3;
    private const int AddressesMax = 7;

    private readonly Random _random;
    private readonly List<PersonId> _people = [];
    private Register _register = Register.Empty;

    public RandomCompany(int seed)
    {
        _random = new Random(seed);
        for (var i = 0; i < 2 + _random.Next(PeopleMax - 1); i++)
        {
            Hire(i);
        }

        KeyCreator = AnyPerson();
        OwnersThen = OwnersNow = Some(1);
        GroupThen = GroupNow = Some(_people.Count);
        Initiator = _random.Next(3) switch
        {
            0 => "nobody@elsewhere.example",
            1 => $"A{_random.Next(AddressesMax)}@acme.example",
            _ => AnyAccount().ToString(),
        };
        Record(Make.OwnedAgent(KeyCreator, [.. OwnersNow]));
        Record(Make.Group("approvers", [.. GroupNow]));
        Required = 1 + _random.Next(2);
        var policy = new Policy("random", 1) { Stages = [new Stage(["approvers"], Required)] };
        Approval = Make.Approval(_register, policy, Make.Request(Initiator));
    }

    public Dictionary<PersonId, List<AccountId>> Accounts { get; } = [];
    public Dictionary<AccountId, ImmutableArray<string>> Emails { get; } = [];
    public ImmutableArray<PersonId> OwnersThen { get; }
    public ImmutableArray<PersonId> OwnersNow { get; private set; }
    public ImmutableArray<PersonId> GroupThen { get; }
    public ImmutableArray<PersonId> GroupNow { get; private set; }
    public PersonId KeyCreator { get; }
    public string Initiator { get; }
    public int Required { get; }
    public Approval Approval { get; private set; }
    public int Ends { get; private set; }

    /// <summary>The state just made, when the last step approved it.</summary>
    public Approval? JustApproved { get; private set; }

    public void Step()
    {
        JustApproved = null;
        switch (_random.Next(10))
        {
            case 0:
                GroupNow = Some(_people.Count);
                Record(Make.Group("approvers", [.. GroupNow]));
                break;
            case 1:
                OwnersNow = Some(1);
                Record(Make.OwnedAgent(KeyCreator, [.. OwnersNow]));
                break;
            case 2:
                var person = AnyPerson();
                Link(person, Accounts[person][0]);
                break;
            default:
                Click();
                break;
        }
    }

    private void Click()
    {
        var verdict = _random.Next(8) == 0 ? Verdict.Rejected : Verdict.Approved;
        var ruling = Bench.Decide(
            Approval,
            _register,
            Make.Attempt(_register, AnyAccount(), verdict),
            Make.Noon
        );
        var facts = ruling switch
        {
            Ruling.Counted counted => counted.Facts,
            Ruling.Refused refused => refused.Facts,
            _ => [],
        };
        foreach (var fact in facts)
        {
            Approval = Approval.Apply(fact, Make.Noon);
            if (fact is Fact.RequestEnded ended)
            {
                Ends++;
                JustApproved = ended.Status == RequestStatus.Approved ? Approval : null;
            }
        }
    }

    private void Hire(int number)
    {
        var person = PersonId.New(Make.Noon);
        _people.Add(person);
        Accounts[person] = [];
        for (var i = 0; i <= _random.Next(AccountsMax); i++)
        {
            var account = i % 2 == 0 ? Make.Slack($"U{number}X{i}") : Make.Teams($"u{number}x{i}");
            Accounts[person].Add(account);
            Link(person, account);
        }
    }

    private void Link(PersonId person, AccountId account)
    {
        Emails[account] =
            _random.Next(5) == 0 ? [] : [$"a{_random.Next(AddressesMax)}@acme.example"];
        Record(Make.Linked(person, account, [.. Emails[account]]));
    }

    private void Record(Fact fact) => _register = _register.Apply(fact, Make.Noon);

    private PersonId AnyPerson() => _people[_random.Next(_people.Count)];

    private AccountId AnyAccount()
    {
        var accounts = Accounts[AnyPerson()];
        return accounts[_random.Next(accounts.Count)];
    }

    private ImmutableArray<PersonId> Some(int max) =>
        [.. _people.OrderBy(_ => _random.Next()).Take(1 + _random.Next(max))];
}
