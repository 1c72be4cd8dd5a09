using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// Two stages, three people of two accounts each, one request: what can happen is tried in every order, and
/// after each step the rules and <see cref="SlowJudge"/> must agree. A refused click changes nothing, so the
/// orders of those that count are the orders of all, repeats included.
/// </summary>
internal sealed class SmallModel
{
    private const int Accounts = 6;
    private static readonly TimeSpan s_wait = TimeSpan.FromHours(24);
    private static readonly ImmutableArray<AccountId> s_accounts =
    [
        .. Enumerable
            .Range(0, Accounts)
            .Select(a => a % 2 == 0 ? Make.Slack($"P{a / 2}") : Make.Teams($"p{a / 2}")),
    ];

    private readonly ImmutableArray<PersonId> _ids =
    [
        .. s_accounts.Select(_ => PersonId.New(Make.Noon)),
    ];

    private readonly Stack<string> _path = new();
    private readonly string _name;
    private readonly ModelPerson[] _people;
    private readonly SlowJudge _judge;
    private readonly Approval _approval;
    private readonly Register _register;

    public SmallModel(StageOrder order, int[] needed, ModelPerson[] people, int way)
    {
        _people = people;
        _judge = new SlowJudge(order, needed, people);
        _name =
            $"{order} {needed[0]}+{needed[1]}, {string.Join("; ", (object[])people)}, way {way}";
        var owner = PersonId.New(Make.Noon);
        var register = Make.Register([
            Make.Linked(owner, Make.Slack("OWNER"), "owner@acme.example"),
            .. s_accounts.Select((a, i) => Make.Linked(_ids[i], a, EmailOf(i))),
        ]);
        for (var p = 0; p < people.Length; p++)
        {
            register = people[p].Tie switch
            {
                Tie.Linked => LinkedAt(register, p, Make.Noon - (2 * s_wait)),
                Tie.Fresh => LinkedAt(register, p, Make.Noon - (s_wait / 2)),
                _ => register,
            };
        }

        var behind = Behind().ToArray();
        var owners = way == 0 ? behind.Select(a => _ids[a]) : [];
        var creator = way == 1 && behind.Length > 0 ? _ids[behind[0]] : owner;
        _register = register
            .Apply(Make.OwnedAgent(creator, [owner, .. owners]), Make.Noon)
            .Apply(Make.Group("g0", Members(0)), Make.Noon)
            .Apply(Make.Group("g1", Members(1)), Make.Noon);
        var policy = new Policy("two", 1)
        {
            Order = order,
            Stages = [new Stage(["g0"], needed[0]), new Stage(["g1"], needed[1])],
        };
        // Whoever is not owner or key's creator is behind it by address or by account.
        var chain = behind
            .Skip(way == 1 ? 1 : 0)
            .Select(a => new Party("human", way == 2 ? EmailOf(a) : s_accounts[a].ToString(), null))
            .ToArray();
        var request = Make.Request("owner@acme.example") with
        {
            OnBehalfOf = way == 0 ? [] : [.. chain],
        };
        _approval = Make.Approval(_register, policy, request);
    }

    /// <summary>How many attempts were compared, and how many orders of them ended in an approval.</summary>
    public (int Attempts, int Approved) Count { get; private set; }

    /// <summary>Every order of clicks, with up to so many links or partings among them.</summary>
    public void Try(int changes) => Try(_approval, _register, _judge, changes);

    private void Try(Approval approval, Register register, SlowJudge judge, int changes)
    {
        for (var account = 0; account < Accounts; account++)
        {
            foreach (var verdict in (Verdict[])[Verdict.Approved, Verdict.Rejected])
            {
                _path.Push($"{verdict} by {account}");
                var then = judge.Copy();
                var after = Compare(approval, register, then, account, verdict);
                if (after != approval && (after.IsPending || verdict == Verdict.Approved))
                {
                    Try(after, register, then, changes);
                }

                _path.Pop();
            }
        }

        for (var p = 0; p < _people.Length && changes > 0 && approval.IsPending; p++)
        {
            _path.Push($"link or part {p}");
            var then = judge.Copy();
            then.LinkOrPart(p);
            Try(approval, LinkOrPart(register, p), then, changes - 1);
            _path.Pop();
        }
    }

    private Approval Compare(
        Approval approval,
        Register register,
        SlowJudge judge,
        int account,
        Verdict verdict
    )
    {
        var counts = judge.Says(account, verdict);
        var attempt = Make.Attempt(register, s_accounts[account], verdict);
        var ruling = Bench.Decide(approval, register, attempt, Make.Noon);
        var after = ruling switch
        {
            Ruling.Counted counted => counted.Facts,
            Ruling.Refused refused => refused.Facts,
            _ => [],
        };
        var next = after.Aggregate(approval, (a, f) => a.Apply(f, Make.Noon));
        if (counts != ruling is Ruling.Counted || next.Status != judge.Status)
        {
            Assert.Fail(
                $"{_name}: {string.Join(", ", _path.Reverse())}: {ruling}, {next.Status}, "
                    + $"by the slow judge {(counts ? "it counts" : "it does not")}, {judge.Status}"
            );
        }

        var isApproved = approval.IsPending && next.Status == RequestStatus.Approved;
        Count = (Count.Attempts + 1, Count.Approved + (isApproved ? 1 : 0));
        return counts ? next : approval;
    }

    private static Register LinkOrPart(Register register, int person)
    {
        var (one, other) = (s_accounts[2 * person], s_accounts[(2 * person) + 1]);
        return register.PersonOf(one)!.Id == register.PersonOf(other)!.Id
            ? Done(register, Linking.Unlink(register, other, null, s_wait, Make.Noon), Make.Noon)
            : LinkedAt(register, person, Make.Noon);
    }

    private static Register LinkedAt(Register register, int person, DateTimeOffset at)
    {
        var (to, other) = (s_accounts[2 * person], s_accounts[(2 * person) + 1]);
        var member = Make.Member(other, [.. register.PersonOf(other)!.Emails]);
        var ruling = Linking.Link(
            register,
            register.PersonOf(to)!,
            member,
            "admin",
            null,
            s_wait,
            at
        );
        return Done(register, ruling, at);
    }

    private static Register Done(Register register, LinkRuling ruling, DateTimeOffset at) =>
        ((LinkRuling.Done)ruling).Facts.Aggregate(register, (r, f) => r.Apply(f, at));

    private PersonId[] Members(int stage) =>
        [
            .. _people
                .Select((p, i) => (p, i))
                .Where(p => (p.p.Stages >> stage & 1) == 1)
                .Select(p => _ids[2 * p.i]),
        ];

    private IEnumerable<int> Behind() => _people.Select((p, i) => p.Behind + (2 * i)).OfType<int>();

    private string EmailOf(int account) =>
        _people[account / 2].Tie == Tie.SharedAddress
            ? $"p{account / 2}@acme.example"
            : $"a{account}@acme.example";
}
