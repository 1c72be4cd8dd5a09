using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Cards;

namespace ChatApprovals.Tests.Slack;

/// <summary>Well signed, but not about us, or not saying who acted where.</summary>
public sealed class SlackForeignClicksTests : IAsyncLifetime
{
    private SlackBot _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bot = await SlackBot.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    public static TheoryData<string, string, string?> Foreign =>
        new()
        {
            { "an app", "api_app_id", "\"A2\"" },
            { "a workspace", "team", """{"id":"T2"}""" },
            { "no workspace", "team", null },
            { "an organisation", "team", "null" },
        };

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task What_is_not_about_our_installation_is_refused(
        string what,
        string member,
        string? json
    )
    {
        Assert.NotEmpty(what);
        foreach (
            var payload in new[]
            {
                _bot.Press("approve"),
                SlackBot.Submit("approve", MakeCard.Token, "x"),
            }
        )
        {
            payload.Remove(member);
            if (json is not null)
            {
                payload[member] = JsonNode.Parse(json);
            }

            Assert.Equal(403, (await _bot.InteractAsync(payload, Cancel)).Status);
        }

        Assert.Empty(_bot.Clicks);
    }

    [Fact]
    public async Task Somebody_from_another_workspace_reaches_the_desk_as_a_stranger()
    {
        var payload = _bot.Press("approve");
        payload["team"]!["id"] = "T2";
        payload["user"]!["team_id"] = "T2";
        await _bot.InteractAsync(payload, Cancel);

        Assert.Equal(AccountId.Slack("T2", "U1"), Assert.Single(_bot.Clicks).Account);
    }

    [Theory]
    [InlineData("user", """{"id":"U1"}""")]
    [InlineData("enterprise", """{"id":"E1","name":"Acme"}""")]
    [InlineData("team", """{"id":"T1","enterprise_id":"E1"}""")]
    [InlineData("api_app_id", null)]
    [InlineData("response_url", null)]
    [InlineData("channel", null)]
    [InlineData("message", $$"""{"ts":"{{SlackBot.Ts}}"}""")]
    public async Task What_slack_leaves_out_or_adds_elsewhere_does_not_change_who_clicked(
        string member,
        string? json
    )
    {
        var payload = _bot.Press("approve");
        payload.Remove(member);
        if (json is not null)
        {
            payload[member] = JsonNode.Parse(json);
        }

        await _bot.InteractAsync(payload, Cancel);

        Assert.Equal(AccountId.Slack("T1", "U1"), Assert.Single(_bot.Clicks).Account);
    }

    [Theory]
    [InlineData("user", """{"team_id":"T1"}""")]
    [InlineData("user", "null")]
    [InlineData("user", """{"id":"U1:U2","team_id":"T1"}""")]
    [InlineData("channel", """{"id":"C2"}""")]
    [InlineData("container", """{"type":"message","channel_id":"C1"}""")]
    [InlineData(
        "container",
        """{"type":"message_attachment","channel_id":"C1","message_ts":"1.2"}"""
    )]
    [InlineData("actions", "[]")]
    [InlineData(
        "actions",
        """[{"type":"button","action_id":"approve","value":"a"},{"type":"button","action_id":"approve","value":"b"}]"""
    )]
    [InlineData("actions", """[{"type":"static_select","action_id":"approve","value":"a"}]""")]
    [InlineData("message", """{"ts":"1.1"}""")]
    public async Task A_click_that_does_not_say_who_or_where_decides_nothing(
        string member,
        string json
    )
    {
        var payload = _bot.Press("approve");
        payload[member] = JsonNode.Parse(json);
        await _bot.InteractAsync(payload, Cancel);

        Assert.Empty(_bot.Clicks);
    }
}
