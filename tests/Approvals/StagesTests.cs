using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// Stages one after the other, told as stories; whatever else can happen is in <see cref="SmallModel"/>.
/// </summary>
public sealed class StagesTests
{
    private const int People = 3;

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

    /// <summary>People 0 to 2; bit 2p+s of <c>members</c>: person p is in the group of stage s.</summary>
    private sealed class Model
    {
        private readonly int _members;

        public Model(StageOrder order, int[] counts, int members)
        {
            _members = members;
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

        private bool IsIn(int person, int stage) => (_members >> ((2 * person) + stage) & 1) == 1;

        private static AccountId Slack(int person) => Make.Slack($"P{person}");

        private static AccountId Teams(int person) => Make.Teams($"p{person}");
    }
}
