using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// Stages against an independent slow judge. An exhaustive small model: two stages, three people of two
/// accounts each, every membership, every order of six clicks; and random companies by seed.
/// </summary>
public sealed class StagesTests
{
    private const int People = 3;

    [Theory]
    [InlineData(StageOrder.Any)]
    [InlineData(StageOrder.Sequential)]
    public void Every_order_of_clicks_of_three_people_with_two_accounts_agrees_with_the_judge(
        StageOrder order
    )
    {
        var orders = Permutations([0, 1, 2, 3, 4, 5]).ToList();
        var approved = 0;
        for (var members = 0; members < 1 << (2 * People); members++)
        {
            foreach (
                var counts in (int[][])
                    [
                        [1, 1],
                        [2, 1],
                        [1, 2],
                    ]
            )
            {
                var model = new Model(order, counts, members);
                foreach (var clicks in orders.Where((_, i) => i % 7 == members % 7))
                {
                    approved += model.Run(clicks) ? 1 : 0;
                }
            }
        }

        Assert.True(approved > 1_000, $"only {approved} were approved: the test is weak");
    }

    [Fact]
    public void One_after_the_other_an_approval_stays_where_it_was_given()
    {
        var model = new Model(StageOrder.Sequential, [1, 1], members: 0b11_11_11);
        var after = model.Click(model.Click(model.Start, 0), 2);
        Assert.Equal(RequestStatus.Approved, after.Status);
        Assert.Equal([0, 1], after.Decisions.Select(d => d.Stage));
    }

    [Fact]
    public void Whoever_leaves_the_first_stage_opens_it_again_and_the_second_keeps_its_place()
    {
        var model = new Model(StageOrder.Sequential, [1, 2], members: 0b10_11_01);
        var once = model.Click(model.Start, 0);
        var twice = model.Click(once, 4);
        Assert.Equal(RequestStatus.Pending, twice.Status);
        Assert.Equal([1, 1], Quorum.Of(twice, model.Register).Filled);
        var without = model.Register.Apply(Make.Group("g0", model.Ids[1]), Make.Noon);
        var quorum = Quorum.Of(twice, without);
        Assert.Equal([0, 1], quorum.Filled);
        Assert.Equal(0, quorum.FirstOpen);
        Assert.True(quorum.WouldGrowBy([0, 1]));
        Assert.False(quorum.WouldGrowBy([1]));
    }

    private static IEnumerable<int[]> Permutations(int[] items) =>
        items.Length == 1
            ? [items]
            : items.SelectMany(
                first => Permutations([.. items.Where(i => i != first)]),
                (first, rest) => (int[])[first, .. rest]
            );

    /// <summary>People 0 to 2; bit 2p+s of <c>members</c>: person p is in the group of stage s.</summary>
    private sealed class Model
    {
        private readonly StageOrder _order;
        private readonly int[] _counts;
        private readonly int _members;

        public Model(StageOrder order, int[] counts, int members)
        {
            (_order, _counts, _members) = (order, counts, members);
            Ids = [.. Enumerable.Range(0, People).Select(_ => PersonId.New(Make.Noon))];
            var owner = PersonId.New(Make.Noon);
            Register = Make.Register([
                .. Ids.Select((p, i) => Make.Linked(p, Slack(i), $"p{i}@acme.example")),
                .. Ids.Select((p, i) => Make.Linked(p, Teams(i), $"p{i}@acme.example")),
                Make.Linked(owner, Make.Slack("OWNER"), "owner@acme.example"),
                Make.OwnedAgent(owner, owner),
                Make.Group("g0", [.. Ids.Where((_, i) => IsIn(i, 0))]),
                Make.Group("g1", [.. Ids.Where((_, i) => IsIn(i, 1))]),
            ]);
            var policy = new Policy("two", 1)
            {
                Order = order,
                Stages = [new Stage(["g0"], counts[0]), new Stage(["g1"], counts[1])],
            };
            Start = Make.Approval(Register, policy);
        }

        public Register Register { get; }
        public Approval Start { get; }
        public ImmutableArray<PersonId> Ids { get; }

        /// <summary>Clicks are accounts: 2p is person p on Slack, 2p+1 on Teams.</summary>
        public bool Run(int[] clicks)
        {
            var approval = Start;
            List<(int Person, int? Stage)> judged = [];
            foreach (var click in clicks)
            {
                var person = click / 2;
                var wasPending = approval.IsPending;
                var counts = wasPending && Accepts(judged, person);
                var stage = counts && _order == StageOrder.Sequential ? Open(judged) : null;
                if (counts)
                {
                    judged.Add((person, stage));
                }

                var before = approval.Decisions.Length;
                approval = Click(approval, click);
                var where = $"members {_members:b}, clicks {string.Join(',', clicks)}, at {click}";
                Assert.True(counts == approval.Decisions.Length > before, where);
                Assert.True(IsFull(judged) == !approval.IsPending, where);
            }

            return approval.Status == RequestStatus.Approved;
        }

        public Approval Click(Approval approval, int click)
        {
            var account = click % 2 == 0 ? Slack(click / 2) : Teams(click / 2);
            var ruling = Bench.Decide(
                approval,
                Register,
                Make.Attempt(Register, account),
                Make.Noon
            );
            return ruling is Ruling.Counted counted
                ? counted.Facts.Aggregate(approval, (a, f) => a.Apply(f, Make.Noon))
                : approval;
        }

        private bool Accepts(List<(int Person, int? Stage)> judged, int person)
        {
            if (judged.Exists(j => j.Person == person))
            {
                return false;
            }

            return _order == StageOrder.Sequential
                ? Open(judged) is { } open && IsIn(person, open)
                : Best([.. judged.Select(j => j.Person), person])
                    > Best([.. judged.Select(j => j.Person)]);
        }

        private int? Open(List<(int Person, int? Stage)> judged)
        {
            for (var stage = 0; stage < 2; stage++)
            {
                if (judged.Count(j => j.Stage == stage) < _counts[stage])
                {
                    return stage;
                }
            }

            return null;
        }

        private bool IsFull(List<(int Person, int? Stage)> judged) =>
            _order == StageOrder.Sequential
                ? Open(judged) is null
                : Best([.. judged.Select(j => j.Person)]) == _counts.Sum();

        /// <summary>The most places that can be filled: every way to send each to a stage or to none.</summary>
        private int Best(int[] people)
        {
            var best = 0;
            for (var way = 0; way < Math.Pow(3, people.Length); way++)
            {
                var (rest, taken, fits) = (way, new int[2], true);
                foreach (var person in people)
                {
                    var stage = rest % 3;
                    rest /= 3;
                    if (stage < 2)
                    {
                        fits &= IsIn(person, stage) && ++taken[stage] <= _counts[stage];
                    }
                }

                best = fits ? Math.Max(best, taken.Sum()) : best;
            }

            return best;
        }

        private bool IsIn(int person, int stage) => (_members >> ((2 * person) + stage) & 1) == 1;

        private static AccountId Slack(int person) => Make.Slack($"P{person}");

        private static AccountId Teams(int person) => Make.Teams($"p{person}");
    }
}
