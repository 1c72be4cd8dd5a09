using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackGroupsTests : SlackSurfaceFixture
{
    [Fact]
    public async Task User_groups_are_read_with_their_members_in_one_call()
    {
        Answer(Group("S1", users: """["U1","U2"]"""));
        var known = Assert.IsType<GroupsAnswer.Known>(await Surface.GroupsAsync(Cancel));
        var group = Assert.Single(known.Groups);
        Assert.Equal((GroupSource.Slack("T1", "S1"), "oncall"), (group.Id, group.Name));
        Assert.Equal([AccountId.Slack("T1", "U1"), AccountId.Slack("T1", "U2")], group.Members);
        Assert.Equal("true", (string?)Assert.Single(Slack.Of("usergroups.list"))["include_users"]);
    }

    [Theory]
    [InlineData("S1", "1700000000", "false", """["U1"]""")] // disabled
    [InlineData("S1", "0", "true", """["U1"]""")] // shared by another organisation
    [InlineData("S1", "0", "false", "null")] // members not told
    [InlineData("S1", "\"0\"", "false", """["U1"]""")]
    [InlineData("U1", "0", "false", """["U1"]""")]
    public async Task What_is_not_plainly_a_group_in_use_is_left_out(
        string id,
        string deleted,
        string isExternal,
        string users
    )
    {
        Answer(Group(id, deleted, isExternal, users));
        Assert.Empty(Assert.IsType<GroupsAnswer.Known>(await Surface.GroupsAsync(Cancel)).Groups);
    }

    [Theory]
    [InlineData(
        """{"ok":false,"error":"missing_scope","needed":"usergroups:read"}""",
        "usergroups:read"
    )]
    [InlineData("""{"ok":true}""", "did not say")]
    [InlineData("nonsense", "no result")]
    public async Task What_slack_does_not_tell_is_unknown(string answer, string why)
    {
        Slack.Answer("usergroups.list", answer);
        var unknown = Assert.IsType<GroupsAnswer.Unknown>(await Surface.GroupsAsync(Cancel));
        Assert.Contains(why, unknown.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slack_says_how_long_to_wait_and_until_then_it_is_not_asked()
    {
        Slack.Answer("usergroups.list", _ => new Slow());
        var unknown = Assert.IsType<GroupsAnswer.Unknown>(await Surface.GroupsAsync(Cancel));
        Assert.Equal(TimeSpan.FromSeconds(30), unknown.After);
        Assert.IsType<GroupsAnswer.Unknown>(await Surface.GroupsAsync(Cancel));
        Assert.Single(Slack.Of("usergroups.list"));
    }

    private void Answer(string group) =>
        Slack.Answer("usergroups.list", $$"""{"ok":true,"usergroups":[{{group}}]}""");

    private static string Group(
        string id,
        string deleted = "0",
        string isExternal = "false",
        string users = "[]"
    ) =>
        $$"""{"id":{{JsonSerializer.Serialize(id)}},"handle":"oncall","date_delete":{{deleted}},"is_external":{{isExternal}},"users":{{users}}}""";

    private sealed class Slow : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            httpContext.Response.Headers.RetryAfter = "30";
            return Task.CompletedTask;
        }
    }
}
