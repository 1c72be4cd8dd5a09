using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// A company by seed, with one pending request; each step changes something or clicks. Every account is
/// enrolled as somebody of its own; links and partings, before the request and during it, make people of
/// them. What was done is kept raw, for an oracle that knows nothing of the rules.
/// </summary>
internal sealed class RandomCompany : RawCompany
{
    public static readonly TimeSpan Wait = TimeSpan.FromHours(24);

    private const int AccountsMax = 8;
    private const int AddressesMax = 7;
    private const int StepsBeforeMax = 6;

    private readonly Random _random;
    private Register _register = Register.Empty;

    public RandomCompany(int seed)
    {
        _random = new Random(seed);
        Now = Make.Noon.AddDays(-4);
        for (var i = 0; i < 3 + _random.Next(AccountsMax - 2); i++)
        {
            Hire(i);
        }

        for (var i = _random.Next(StepsBeforeMax); i > 0; i--)
        {
            Now += TimeSpan.FromHours(_random.Next(1, 16));
            if (_random.Next(3) == 0)
            {
                Delegate();
            }
            else
            {
                LinkOrPart();
            }
        }

        Now = Make.Noon;
        KeyCreator = AnyAccount();
        OwnersThen = OwnersNow = Some(1);
        GroupsThen = [Some(Accounts.Count), Some(Accounts.Count)];
        GroupsNow = [.. GroupsThen];
        Initiator = _random.Next(3) switch
        {
            0 => "nobody@elsewhere.example",
            1 => $"A{_random.Next(AddressesMax)}@acme.example",
            _ => AnyAccount().ToString(),
        };
        Record(Make.OwnedAgent(Self[KeyCreator], Ids(OwnersNow)));
        Record(Make.Group("g0", Ids(GroupsNow[0])));
        Record(Make.Group("g1", Ids(GroupsNow[1])));
        var policy = new Policy("random", 1)
        {
            Order = _random.Next(3) == 0 ? StageOrder.Sequential : StageOrder.Any,
            Stages = [.. Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => AnyStage())],
        };
        _register = _register.At(Now);
        Approval = Make.Approval(_register, policy, Make.Request(Initiator));
    }

    public DateTimeOffset Now { get; private set; }
    public ImmutableArray<AccountId> OwnersThen { get; }
    public ImmutableArray<AccountId> OwnersNow { get; private set; }

    /// <summary>Of g0 and of g1.</summary>
    public ImmutableArray<ImmutableArray<AccountId>> GroupsThen { get; }
    public ImmutableArray<AccountId>[] GroupsNow { get; }
    public AccountId KeyCreator { get; }
    public string Initiator { get; }
    public Policy Policy => Approval.Opening.Policy;
    public Approval Approval { get; private set; }
    public int Ends { get; private set; }

    /// <summary>The state just made, when the last step approved it.</summary>
    public Approval? JustApproved { get; private set; }

    public void Step()
    {
        JustApproved = null;
        Now += TimeSpan.FromSeconds(_random.Next(20));
        _register = _register.At(Now);
        switch (_random.Next(13))
        {
            case 0:
                ChangeGroup(_random.Next(2));
                break;
            case 1:
                OwnersNow = Some(1);
                Record(Make.OwnedAgent(Self[KeyCreator], Ids(OwnersNow)));
                break;
            case 2:
                var account = AnyAccount();
                Report(account, _register.PersonOf(account)!.Id);
                break;
            case 3 or 4:
                LinkOrPart();
                break;
            case 5:
                Delegate();
                break;
            default:
                Click(AnyAccount(), _random.Next(8) == 0 ? Verdict.Rejected : Verdict.Approved);
                break;
        }
    }

    /// <summary>These approve, in an order by chance; how many were counted.</summary>
    public int Approve(IEnumerable<AccountId> accounts, Random order)
    {
        foreach (var account in accounts.OrderBy(_ => order.Next()))
        {
            Click(account, Verdict.Approved);
        }

        return Approval.Decisions.Length;
    }

    public Refusal? WhyNot(AccountId account) =>
        Duties.Judge(
            Approval,
            _register,
            _register.PersonOf(account)!,
            Make.Member(account, [.. Emails[account]])
        );

    private void Click(AccountId account, Verdict verdict)
    {
        var attempt = Make.Attempt(_register, account, verdict);
        var ruling = Bench.Decide(Approval, _register, attempt, Now);
        var facts = ruling switch
        {
            Ruling.Counted counted => counted.Facts,
            Ruling.Refused refused => refused.Facts,
            _ => [],
        };
        foreach (var fact in facts)
        {
            Approval = Approval.Apply(fact, Now);
            if (fact is Fact.RequestEnded ended)
            {
                Ends++;
                JustApproved = ended.Status == RequestStatus.Approved ? Approval : null;
            }
        }
    }

    /// <summary>Whoever makes one larger is remembered in it.</summary>
    private void ChangeGroup(int group)
    {
        var (before, after) = (GroupsNow[group], Some(Accounts.Count));
        var by = AnyAccount();
        var widens = after.Except(before).Any();
        if (widens)
        {
            Widened.Add((by, group));
        }

        GroupsNow[group] = after;
        ImmutableArray<Widening> widenings =
        [
            .. Widened.Where(w => w.Group == group).Select(w => new Widening(Now, [Self[w.By]])),
        ];
        Record(Make.Group($"g{group}", widenings, Ids(after)));
    }

    private Stage AnyStage()
    {
        string[] groups = _random.Next(3) switch
        {
            0 => ["g0"],
            1 => ["g1"],
            _ => ["g0", "g1"],
        };
        return new Stage([.. groups], 1 + _random.Next(2));
    }

    private void Hire(int number)
    {
        var person = PersonId.New(Now);
        var account = (number % 3) switch
        {
            0 => Make.Slack($"U{number}"),
            1 => Make.Teams($"u{number}"),
            _ => AccountId.Parse($"oidc:https://login.acme.example:sub|{number}", null),
        };
        Accounts.Add(account);
        Self[account] = person;
        Human[account] = number;
        Report(account, person);
    }

    /// <summary>The directory tells an account's address.</summary>
    private void Report(AccountId account, PersonId person)
    {
        ImmutableArray<string> emails =
            _random.Next(5) == 0 ? [] : [$"a{_random.Next(AddressesMax)}@acme.example"];
        foreach (
            var old in Emails.GetValueOrDefault(account, []).Except(emails, StringComparer.Ordinal)
        )
        {
            GivenUp.Add((account, old, Now));
        }

        Emails[account] = emails;
        Record(Make.Linked(person, account, [.. emails]));
    }

    private void LinkOrPart()
    {
        var account = AnyAccount();
        if (_random.Next(3) == 0)
        {
            Part(account);
            return;
        }

        var to = _register.PersonOf(AnyAccount())!;
        var member = Make.Member(account, [.. Emails[account]]);
        var ruling = Linking.Link(_register, to, member, "admin", null, Wait, Now);
        var human = Human[to.Accounts[0].Id];
        foreach (
            var moved in Accounts
                .Where(a => Human[a] == Human[account] && human != Human[a])
                .ToList()
        )
        {
            Human[moved] = human;
            LinkedAt[moved] = Now;
        }

        Take(ruling);
    }

    /// <summary>Somebody names somebody, or takes it back. Here in circles too: no rule may depend on that.</summary>
    private void Delegate()
    {
        var (from, to) = (AnyAccount(), AnyAccount());
        for (var i = 0; i < Delegated.Count; i++)
        {
            if (Delegated[i].From == from && Delegated[i].Until > Now)
            {
                Delegated[i] = Delegated[i] with { Until = Now };
            }
        }

        if (_random.Next(4) > 0)
        {
            var most = _random.Next(3) == 0 ? 200 : 200_000;
            Delegated.Add((from, to, Now, Now.AddSeconds(_random.Next(1, most))));
        }

        var all = Delegated
            .Where(d => d.From == from)
            .Select(d => new Delegation(Self[d.From], d.From, Self[d.To], d.At, d.Until));
        Record(
            Make.Changed(Register.DelegationArea, Self[from].ToString(), new Delegator([.. all]))
        );
    }

    private void Part(AccountId account)
    {
        var others = Accounts.Where(a => a != account && Human[a] == Human[account]).ToList();
        Parted.AddRange(others.Select(o => (account, o, Now)));
        Human[account] = Human.Values.Max() + 1;
        Take(Linking.Unlink(_register, account, null, Wait, Now));
    }

    private void Take(LinkRuling ruling)
    {
        foreach (var fact in ruling is LinkRuling.Done done ? done.Facts : [])
        {
            Record(fact);
        }
    }

    private void Record(Fact fact) => _register = _register.Apply(fact, Now);

    private PersonId[] Ids(IEnumerable<AccountId> accounts) => [.. accounts.Select(a => Self[a])];

    private AccountId AnyAccount() => Accounts[_random.Next(Accounts.Count)];

    private ImmutableArray<AccountId> Some(int max) =>
        [.. Accounts.OrderBy(_ => _random.Next()).Take(1 + _random.Next(max))];
}
