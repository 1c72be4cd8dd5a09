using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Rights at their edges: lent to nobody, by nobody, for nothing, or from a group that came later.</summary>
public sealed class RightsTests
{
    private static readonly PersonId s_ann = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_nobody = PersonId.New(Make.Noon);
    private static readonly AccountId s_annSlack = Make.Slack("ANN");
    private static readonly AccountId s_bobSlack = Make.Slack("BOB");

    private static readonly Register s_register = Make.Register(
        Make.Linked(s_ann, s_annSlack, "ann@acme.example"),
        Make.Linked(s_bob, s_bobSlack, "bob@acme.example"),
        Make.OwnedAgent(s_nobody, s_nobody),
        Make.Group("approvers", s_ann),
        Make.Changed("policy", "no", new Policy("no", 1) { Effect = Effect.Deny })
    );

    [Fact]
    public void A_policy_that_asks_nobody_gives_nobody_anything_to_lend()
    {
        Assert.True(IsApprover(s_ann, s_annSlack));
        Assert.False(IsApprover(s_bob, s_bobSlack));
    }

    [Fact]
    public void Whoever_is_named_and_not_known_is_one_place_with_nobody()
    {
        var lent = Lent(s_nobody);
        var circle = lent.Circle(Policy.Default, lent.Person(s_ann)!, Make.Noon);
        Assert.Equal(s_ann, Assert.Single(circle).Id);
    }

    [Fact]
    public void Where_nothing_is_left_to_fill_nobody_is_needed_and_a_place_is_still_somebodys()
    {
        var lent = Lent(s_bob);
        var policy = Policy.Default with { Order = StageOrder.Sequential };
        var pending = Make.Approval(lent, policy);
        var ruling = Bench.Decide(pending, lent, Make.Attempt(lent, s_bobSlack), Make.Noon);
        var full = Assert
            .IsType<Ruling.Counted>(ruling)
            .Facts.Aggregate(pending, (a, f) => a.Apply(f, Make.Noon));
        Assert.Equal(RequestStatus.Approved, full.Status);
        var bob = lent.Person(s_bob)!;
        Assert.False(Forecast.IsNeededLater(full, lent, bob));
        Assert.Equal(s_ann, Standing.InPlaceOf(full, lent, bob, s_bobSlack));
    }

    [Fact]
    public void A_platforms_group_gives_its_members_nothing_in_requests_made_before_it_came()
    {
        var source = GroupSource.Slack("T1", "S1");
        var backed = new Group("approvers", [], []) { Sources = [new Backing(source, Make.Noon)] };
        var register = s_register
            .Apply(Make.Changed("group", "approvers", backed), Make.Noon)
            .Apply(
                Make.Changed(
                    Register.PlatformGroupArea,
                    source.ToString(),
                    new PlatformGroup(source, "sre", [s_bob], Make.Noon)
                ),
                Make.Noon
            ) with
        {
            GroupsRead = Register.Empty.GroupsRead.Add(source, Make.Noon),
        };
        Assert.Equal([s_bob], register.MembersOf("approvers"));
        Assert.Empty(register.MembersOf("approvers", Make.Noon.AddMinutes(-1)));
    }

    [Fact]
    public void A_guard_that_was_removed_is_none_any_more()
    {
        var guard = new KnownGuard(Make.Agent, "https://guard.example", s_ann, Make.Noon);
        Assert.False(guard.IsIn(s_register));
        var known = s_register.Apply(
            Make.Changed("guard", guard.Name.ToString(), guard),
            Make.Noon
        );
        Assert.True(guard.IsIn(known));
    }

    private static bool IsApprover(PersonId person, AccountId account) =>
        Delegating.IsApprover(s_register, s_register.Person(person)!, account, Make.Noon);

    private static Register Lent(PersonId to)
    {
        var delegation = new Delegation(
            s_ann,
            s_annSlack,
            to,
            Make.Noon.AddHours(-1),
            Make.Noon.AddHours(1)
        );
        return s_register
            .Apply(
                Make.Changed(
                    Register.DelegationArea,
                    s_ann.ToString(),
                    new Delegator([delegation])
                ),
                Make.Noon
            )
            .At(Make.Noon);
    }
}
