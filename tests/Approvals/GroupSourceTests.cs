using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

public sealed class GroupSourceTests
{
    [Theory]
    [InlineData("slack-group:T1:S1", Surface.Slack, "S1")]
    [InlineData("entra-group:T-1:AB-2", Surface.Teams, "ab-2")]
    public void It_is_a_platforms_own_id(string text, Surface surface, string id)
    {
        var group = GroupSource.Parse(text, provider: null);
        Assert.Equal((surface, id), (group.Surface, group.Id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("slack-group:T1:U1")]
    [InlineData("slack-group:T1:")]
    [InlineData("slack-group:T1:S1:2")]
    [InlineData("slack-group:T 1:S1")]
    [InlineData("slack:T1:S1")]
    [InlineData("entra-group::a")]
    public void Nothing_else_is_one(string? text) =>
        Assert.False(GroupSource.TryParse(text, provider: null, out _));

    [Fact]
    public void What_is_none_is_not_parsed_and_no_group_has_no_text()
    {
        Assert.Throws<FormatException>(() => GroupSource.Parse("sre", provider: null));
        Assert.Equal("?", default(GroupSource).ToString());
        Assert.False(
            GroupSource.TryParse($"slack-group:T1:S{new string('1', 200)}", provider: null, out _)
        );
    }

    [Fact]
    public void Members_who_are_new_are_remembered_with_the_time_and_nothing_new_is_no_change()
    {
        var (one, two) = (PersonId.New(Make.Noon), PersonId.New(Make.Noon));
        var group = new PlatformGroup(GroupSource.Slack("T1", "S1"), "a", [one], Make.Noon);
        Assert.Null(group.With("a", [one], Make.Noon));
        Assert.Equal("b", group.With("b", [one], Make.Noon)!.Name);
        var later = group.With("a", [one, two], Make.Noon.AddHours(1))!;
        Assert.Equal([one], later.MembersSince(Make.Noon));
        Assert.Equal([one, two], later.MembersSince(Make.Noon.AddHours(1)));
        Assert.Empty(later.With("a", [one], Make.Noon.AddHours(2))!.Joined);
        Assert.Empty((later with { Joined = default }).Joined);
    }

    [Fact]
    public void A_group_without_what_the_platform_said_has_only_its_own_members()
    {
        var (one, group) = (PersonId.New(Make.Noon), GroupSource.Slack("T1", "S1"));
        var register = Make.Register(
            Make.Changed(
                "group",
                "sre",
                new Group("sre", [one], []) { Sources = [new Backing(group, Make.Noon)] }
            )
        ) with
        {
            GroupsRead = System.Collections.Immutable.ImmutableDictionary<
                GroupSource,
                DateTimeOffset
            >.Empty.Add(group, Make.Noon),
        };
        Assert.Equal([one], register.MembersOf("sre"));
        Assert.False(register.IsInGroup("sre", PersonId.New(Make.Noon)));
        Assert.Empty(register.MembersOf("nosuch"));
        Assert.Null(register.Value(Register.PlatformGroupArea, group.ToString()));
        Assert.Empty((register.Group("sre")! with { Sources = default }).Sources);
    }
}
