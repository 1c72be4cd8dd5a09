using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackDirectoryTests : SlackSurfaceFixture
{
    [Fact]
    public async Task A_member_is_asked_of_slack()
    {
        Assert.Null((await LookUp("T1", "U1")).Obstacle);
        Assert.Equal("U1", (string?)Assert.Single(Slack.Of("users.info"))["user"]);
    }

    [Fact]
    public async Task Somebody_of_another_workspace_is_a_stranger_without_asking()
    {
        Assert.Equal(MemberObstacle.Stranger, (await LookUp("T2", "U1")).Obstacle);
        Assert.Empty(Slack.Of("users.info"));
    }

    [Theory]
    [InlineData("""{"ok":false,"error":"internal_error"}""")]
    [InlineData("""{"ok":false,"error":"user_not_visible"}""")]
    [InlineData("""{"ok":true}""")]
    [InlineData("""{"ok":"true","user":{}}""")]
    [InlineData("nonsense")]
    public async Task Whom_slack_does_not_describe_is_unknown(string answer)
    {
        Slack.Answer("users.info", answer);
        Assert.Equal(MemberObstacle.Unknown, (await LookUp("T1", "U1")).Obstacle);
    }

    [Fact]
    public async Task Whom_slack_says_that_there_is_not_is_told_from_whom_it_does_not_describe()
    {
        Slack.Answer("users.info", """{"ok":false,"error":"user_not_found"}""");
        Assert.Equal(MemberObstacle.NoSuchAccount, (await LookUp("T1", "U1")).Obstacle);
    }

    [Fact]
    public async Task A_directory_that_does_not_answer_in_time_knows_nobody()
    {
        var hang = new TaskCompletionSource<IResult>();
        Slack.Answer("users.info", _ => new Hanging(hang.Task));
        Assert.Equal(MemberObstacle.Unknown, (await LookUp("T1", "U1")).Obstacle);
        hang.SetResult(Results.Ok());
    }

    [Fact]
    public async Task Credentials_that_slack_accepts_are_fine()
    {
        Assert.Null(await Surface.CheckAsync(Cancel));
        Slack.Answer("auth.test", """{"ok":false,"error":"invalid_auth"}""");
        Assert.Contains("Slack:BotToken", await Surface.CheckAsync(Cancel));
        Slack.Answer("auth.test", """{"ok":true,"team_id":"T2","user_id":"U","bot_id":"B"}""");
        Assert.Contains("restart", await Surface.CheckAsync(Cancel));
    }

    private Task<Member> LookUp(string team, string user) =>
        Surface.LookUpAsync(AccountId.Slack(team, user), Cancel);
}
