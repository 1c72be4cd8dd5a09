using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Slack;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackCommandsTests : IAsyncLifetime
{
    private SlackBot _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bot = await SlackBot.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_slash_command_is_answered_to_the_asker_alone()
    {
        var (status, body) = await Type("group add sre <@U2|bob>");

        Assert.Equal(200, status);
        var answer = JsonNode.Parse(body)!;
        Assert.Equal("ephemeral", (string?)answer["response_type"]);
        Assert.Contains("a line", answer["blocks"]!.ToJsonString());
        var (text, asker) = Assert.Single(_bot.Commands);
        Assert.Equal("group add sre slack:T1:U2", text);
        Assert.Equal(
            new Asker(AccountId.Slack("T1", "U1"), "C1", IsPrivate: true),
            asker with
            {
                Delivery = null,
            }
        );
        Assert.StartsWith("/slack/commands v0=", asker.Delivery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_command_is_answered_later_and_still_alone()
    {
        var done = new TaskCompletionSource<Reply>();
        _bot.Reply = () => done.Task;
        Assert.Equal((200, ""), await Type("export"));

        done.SetResult(new Reply("Done", []));
        await _bot.IdleAsync(Cancel);
        var late = Assert.Single(_bot.Slack.Of("command"));
        Assert.Equal("ephemeral", (string?)late["response_type"]);
    }

    [Fact]
    public async Task A_command_that_cannot_be_saved_says_so()
    {
        _bot.Reply = () => throw new UnavailableException("disk full");
        Assert.Contains("could not be saved", (await Type("freeze all")).Body);
    }

    [Theory]
    [InlineData("team_id=T2&api_app_id=A1")]
    [InlineData("team_id=T1&api_app_id=A2")]
    public async Task A_command_of_another_app_or_workspace_is_refused(string where)
    {
        var form = $"{where}&user_id=U1&channel_id=C1&command=%2Fapprovals&text=whoami";
        Assert.Equal(403, (await _bot.SendAsync("/slack/commands", form, Cancel)).Status);
        Assert.Empty(_bot.Commands);
    }

    [Fact]
    public async Task A_direct_message_is_a_command_and_answered_as_a_message()
    {
        await Say("Ev1", "message", "im", "whoami");

        var (text, asker) = Assert.Single(_bot.Commands);
        Assert.Equal("whoami", text);
        Assert.True(asker.IsPrivate);
        Assert.Equal("D9", (string?)Assert.Single(_bot.Slack.Of("chat.postMessage"))["channel"]);
    }

    [Fact]
    public async Task A_direct_message_is_known_by_its_conversation_where_slack_says_no_kind()
    {
        var inner = Inner("message", "im", "whoami");
        inner.Remove("channel_type");
        await Deliver("Ev1", inner);
        await _bot.IdleAsync(Cancel);

        var (text, asker) = Assert.Single(_bot.Commands);
        Assert.Equal("whoami", text);
        Assert.True(asker.IsPrivate);
    }

    [Fact]
    public async Task A_mention_in_a_channel_is_answered_to_the_asker_alone()
    {
        await Say("Ev1", "app_mention", null, "<@UBOT> pending");

        var (text, asker) = Assert.Single(_bot.Commands);
        Assert.Equal("pending", text);
        Assert.False(asker.IsPrivate);
        Assert.Equal("U1", (string?)Assert.Single(_bot.Slack.Of("chat.postEphemeral"))["user"]);
        Assert.Empty(_bot.Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task A_key_goes_to_a_direct_message_never_to_a_channel()
    {
        _bot.Reply = () => Task.FromResult(new Reply("Key", ["cak_1"]) { Secret = true });
        await Say("Ev1", "app_mention", null, "<@UBOT> agent rotate x");
        Assert.Equal("D1", (string?)Assert.Single(_bot.Slack.Of("chat.postMessage"))["channel"]);
        Assert.Empty(_bot.Slack.Of("chat.postEphemeral"));

        _bot.Slack.Answer("conversations.open", """{"ok":false,"error":"user_not_found"}""");
        await Say("Ev2", "app_mention", null, "<@UBOT> agent rotate x");
        var note = Assert.Single(_bot.Slack.Of("chat.postEphemeral"));
        Assert.DoesNotContain("cak_1", note.ToJsonString());
    }

    [Fact]
    public async Task How_far_a_file_is_is_one_direct_message_that_changes()
    {
        _bot.Reply = () =>
            Task.FromResult(
                new Reply("Made soon", [])
                {
                    File = async (tell, cancel) =>
                    {
                        await tell(new Reply("10 %", []), cancel);
                        await tell(new Reply("60 %", []), cancel);
                        return new Packed.Not(new Reply("Not made", []));
                    },
                }
            );
        await Say("Ev1", "app_mention", null, "<@UBOT> export");
        var posted = Assert.Single(_bot.Slack.Of("chat.postMessage"));
        Assert.Equal(("D1", "10 %"), ((string?)posted["channel"], (string?)posted["text"]));
        var changed = Assert.Single(_bot.Slack.Of("chat.update"));
        Assert.Equal(("D1", "60 %"), ((string?)changed["channel"], (string?)changed["text"]));
        Assert.NotNull(changed["ts"]);
    }

    [Fact]
    public async Task An_event_that_slack_delivers_again_is_not_heard_again()
    {
        await Say("Ev1", "message", "im", "freeze all");
        await Say("Ev1", "message", "im", "freeze all");
        Assert.Single(_bot.Commands);
    }

    [Theory]
    [InlineData("bot_id", "B1")]
    [InlineData("subtype", "message_changed")]
    [InlineData("user", "UBOT")]
    [InlineData("team", "T2")]
    [InlineData("user_team", "E1")]
    [InlineData("channel_type", "channel")]
    public async Task Bots_edits_strangers_and_talk_in_channels_are_not_commands(
        string member,
        string value
    )
    {
        var inner = Inner("message", "im", "freeze all");
        inner[member] = value;
        Assert.Equal(200, (await Deliver("Ev1", inner)).Status);
        await _bot.IdleAsync(Cancel);

        Assert.Empty(_bot.Commands);
    }

    [Theory]
    [InlineData("message", "im", "chat.postMessage")]
    [InlineData("app_mention", null, "chat.postEphemeral")]
    public async Task What_is_written_in_a_thread_is_answered_in_it(
        string type,
        string? kind,
        string method
    )
    {
        var inner = Inner(type, kind, "whoami");
        inner["thread_ts"] = "1700000000.000100";
        await Deliver("Ev1", Inner(type, kind, "whoami"));
        await Deliver("Ev2", inner);
        await _bot.IdleAsync(Cancel);

        var threads = _bot.Slack.Of(method).Select(a => (string?)a["thread_ts"]);
        Assert.Equal(",1700000000.000100", string.Join(',', threads.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_changed_account_is_asked_about_again()
    {
        var inner = new JsonObject
        {
            ["type"] = "user_change",
            ["user"] = new JsonObject
            {
                ["id"] = "U7",
                ["team_id"] = "T1",
                ["deleted"] = true,
            },
        };
        await Deliver("Ev1", inner);

        Assert.Contains(AccountId.Slack("T1", "U7"), _bot.Forgotten);
    }

    [Fact]
    public async Task Events_of_other_workspaces_are_taken_and_ignored()
    {
        var outer = Outer("Ev1", Inner("message", "im", "whoami"));
        outer["team_id"] = "T2";
        Assert.Equal(
            200,
            (await _bot.SendAsync("/slack/events", outer.ToJsonString(), Cancel)).Status
        );
        await _bot.IdleAsync(Cancel);
        Assert.Empty(_bot.Commands);
    }

    private Task<(int Status, string Body)> Type(string text) =>
        _bot.SendAsync(
            "/slack/commands",
            "team_id=T1&api_app_id=A1&user_id=U1&channel_id=C1&command=%2Fapprovals&text="
                + Uri.EscapeDataString(text)
                + "&response_url="
                + Uri.EscapeDataString(_bot.Slack.Url + "/hooks/command"),
            Cancel
        );

    private async Task Say(string id, string type, string? channelType, string text)
    {
        Assert.Equal(200, (await Deliver(id, Inner(type, channelType, text))).Status);
        await _bot.IdleAsync(Cancel);
    }

    private Task<(int Status, string Body)> Deliver(string id, JsonObject inner) =>
        _bot.SendAsync("/slack/events", Outer(id, inner).ToJsonString(), Cancel);

    private static JsonObject Inner(string type, string? channelType, string text) =>
        new()
        {
            ["type"] = type,
            ["user"] = "U1",
            ["team"] = "T1",
            ["channel"] = channelType is "im" ? "D9" : "C1",
            ["channel_type"] = channelType,
            ["text"] = text,
            ["ts"] = "1.1",
        };

    private static JsonObject Outer(string id, JsonObject inner) =>
        new()
        {
            ["type"] = "event_callback",
            ["event_id"] = id,
            ["team_id"] = "T1",
            ["api_app_id"] = "A1",
            ["event"] = inner,
        };
}
