using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Slack;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackMemberTests
{
    private static readonly AccountId Bob = AccountId.Slack("T1", "U1");

    [Fact]
    public void A_live_full_human_member_has_no_obstacle()
    {
        var member = Read(_ => { });

        Assert.Null(member.Obstacle);
        Assert.Equal("Bob", member.Name);
        Assert.Equal(["bob@acme.example"], member.Emails);
    }

    [Theory]
    [InlineData("deleted", MemberObstacle.Deactivated)]
    [InlineData("is_invited_user", MemberObstacle.Deactivated)]
    [InlineData("is_bot", MemberObstacle.NotHuman)]
    [InlineData("is_app_user", MemberObstacle.NotHuman)]
    [InlineData("is_workflow_bot", MemberObstacle.NotHuman)]
    [InlineData("is_connector_bot", MemberObstacle.NotHuman)]
    [InlineData("is_restricted", MemberObstacle.Guest)]
    [InlineData("is_ultra_restricted", MemberObstacle.Guest)]
    [InlineData("is_stranger", MemberObstacle.Stranger)]
    public void Each_flag_stands_in_the_way(string flag, MemberObstacle obstacle)
    {
        Assert.Equal(obstacle, Read(u => u[flag] = true).Obstacle);
        Assert.NotNull(Read(u => u[flag] = "yes").Obstacle);
        Assert.NotNull(Read(u => u[flag] = 0).Obstacle);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("team_id")]
    [InlineData("deleted")]
    [InlineData("is_bot")]
    [InlineData("is_restricted")]
    [InlineData("is_ultra_restricted")]
    public void What_slack_does_not_say_is_unknown(string field)
    {
        Assert.Equal(MemberObstacle.Unknown, Read(u => u.Remove(field)).Obstacle);
        Assert.Equal(MemberObstacle.Unknown, Read(u => u[field] = null).Obstacle);
    }

    [Fact]
    public void A_user_of_another_workspace_is_a_stranger_without_any_flag() =>
        Assert.Equal(MemberObstacle.Stranger, Read(u => u["team_id"] = "T2").Obstacle);

    [Fact]
    public void An_answer_about_somebody_else_is_no_answer() =>
        Assert.Equal(MemberObstacle.Unknown, Read(u => u["id"] = "U2").Obstacle);

    [Fact]
    public void Slackbot_is_not_human()
    {
        var slackbot = AccountId.Slack("T1", "USLACKBOT");
        var member = SlackMember.Read(slackbot, "T1", User(u => u["id"] = "USLACKBOT"));
        Assert.Equal(MemberObstacle.NotHuman, member.Obstacle);
    }

    [Fact]
    public void An_unconfirmed_address_excludes_and_counts_once_all_the_same() =>
        Assert.Equal(
            ["bob@acme.example"],
            Read(u => u["is_email_confirmed"] = false).Emails.ToArray()
        );

    [Fact]
    public void A_member_of_our_workspace_may_be_at_home_in_another_of_the_same_organisation()
    {
        Assert.Null(Read(u => AtHomeElsewhere(u, "T1", "T2")).Obstacle);
        Assert.Equal(MemberObstacle.Stranger, Read(u => AtHomeElsewhere(u, "T2", "T3")).Obstacle);

        static void AtHomeElsewhere(JsonObject user, params string[] workspaces)
        {
            user["team_id"] = "T2";
            user["enterprise_user"] = new JsonObject
            {
                ["enterprise_id"] = "E1",
                ["teams"] = new JsonArray([.. workspaces.Select(t => JsonValue.Create(t))]),
            };
        }
    }

    private static Member Read(Action<JsonObject> change) =>
        SlackMember.Read(Bob, "T1", User(change));

    private static JsonElement User(Action<JsonObject> change)
    {
        var user = StubSlack.User("U1");
        change(user);
        return JsonSerializer.SerializeToElement(user);
    }
}
