using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Playground;

/// <summary>What people do reaches the bot signed, in Slack's shapes, with Slack's patience.</summary>
public sealed class SlackDeliveryTests : PlaygroundTest
{
    private static readonly string Bob = People.Bob.Slack!;

    protected override SlackOptions SlackOptions =>
        new() { EventRetries = [default, default, default] };

    private static JsonElement Payload(Received heard) =>
        JsonDocument
            .Parse(HttpUtility.ParseQueryString(Encoding.UTF8.GetString(heard.Body))["payload"]!)
            .RootElement;

    private async Task<string> PostCard()
    {
        var answer = await Call(
            "chat.postMessage",
            new
            {
                channel = Acme.SlackChannel,
                text = "card",
                blocks = new[]
                {
                    new
                    {
                        type = "actions",
                        elements = new[]
                        {
                            new
                            {
                                type = "button",
                                action_id = "approve",
                                value = "opaque",
                                text = new { type = "plain_text", text = "Approve" },
                            },
                        },
                    },
                },
            }
        );
        return answer.GetProperty("ts").GetString()!;
    }

    /// <summary>The published example of Slack's own documentation.</summary>
    [Fact]
    public void The_signature_is_the_one_of_slacks_documentation()
    {
        const string body =
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
            + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
            + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
            + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        using var slack = new SlackPlatform(
            new() { SigningSecret = "8f742231b10e8888abcd99yyyzzz85a5" },
            Clock
        );
        Assert.Equal(
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
            slack.Sign("1531420618", Encoding.UTF8.GetBytes(body))
        );
    }

    [Fact]
    public async Task A_click_arrives_signed_with_the_message_and_the_clicked_button()
    {
        var ts = await PostCard();
        var answer = await Slack.Click(Bob, Acme.SlackChannel, ts, "approve", null, Cancel);
        Assert.True(answer.Ok);
        var heard = Assert.Single(Bot.Heard);
        Assert.Equal("/slack/interactions", heard.Path);
        AssertSigned(heard);
        var payload = Payload(heard);
        Assert.Equal(Bob, payload.GetProperty("user").GetProperty("id").GetString());
        Assert.Equal(
            People.SlackTeam,
            payload.GetProperty("user").GetProperty("team_id").GetString()
        );
        var action = payload.GetProperty("actions")[0];
        Assert.Equal("opaque", action.GetProperty("value").GetString());
        var container = payload.GetProperty("container");
        Assert.Equal(ts, container.GetProperty("message_ts").GetString());
        Assert.Equal(
            payload
                .GetProperty("message")
                .GetProperty("blocks")[0]
                .GetProperty("block_id")
                .GetString(),
            action.GetProperty("block_id").GetString()
        );
    }

    [Fact]
    public async Task A_response_url_works_five_times_within_half_an_hour()
    {
        var ts = await PostCard();
        await Slack.Click(Bob, Acme.SlackChannel, ts, "approve", null, Cancel);
        var url = Payload(Bot.Heard.Last()).GetProperty("response_url").GetString()!;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, await PostTo(url));
        }
        Assert.Equal(404, await PostTo(url));
        await Slack.Click(Bob, Acme.SlackChannel, ts, "approve", null, Cancel);
        url = Payload(Bot.Heard.Last()).GetProperty("response_url").GetString()!;
        Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(404, await PostTo(url));
        var alone = Slack
            .Channel(Acme.SlackChannel)!
            .Messages.Where(m => m.EphemeralFor is not null);
        Assert.Equal(5, alone.Count());
    }

    [Fact]
    public async Task A_command_turns_names_into_references_and_shows_the_answer_to_the_asker_alone()
    {
        Bot.Answer = (_, http) => http.Response.WriteAsync("done", Cancel);
        await Slack.Command(Bob, Acme.SlackGeneral, "group add sre @carol a@b.example", Cancel);
        var heard = Bot.Heard.Last();
        AssertSigned(heard);
        var form = HttpUtility.ParseQueryString(Encoding.UTF8.GetString(heard.Body));
        Assert.Equal("/approvals", form["command"]);
        Assert.Equal($"group add sre <@{People.Carol.Slack}|carol> a@b.example", form["text"]);
        var shown = Slack.Channel(Acme.SlackGeneral)!.Messages[^1];
        Assert.Equal(("done", Bob), (shown.Text, shown.EphemeralFor));
    }

    [Fact]
    public async Task An_event_is_retried_three_times_with_the_same_id_and_numbered_headers()
    {
        Bot.Answer = (_, http) =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        Assert.False((await Slack.Message(Bob, Slack.Direct(Bob).Id, "help", Cancel)).Ok);
        Assert.Equal(4, Bot.Heard.Count);
        Assert.All(Bot.Heard, AssertSigned);
        var numbers = Bot.Heard.Select(h => h.Headers["X-Slack-Retry-Num"].ToString());
        Assert.Equal(",1,2,3", string.Join(',', numbers));
        Assert.Single(
            Bot.Heard.Select(h =>
                    JsonDocument.Parse(h.Body).RootElement.GetProperty("event_id").GetString()
                )
                .Distinct(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_channel_message_is_heard_only_when_it_mentions_the_bot()
    {
        await Slack.Message(Bob, Acme.SlackChannel, "hello all", Cancel);
        Assert.Empty(Bot.Heard);
        await Slack.Message(Bob, Acme.SlackChannel, "@chatapprovals help", Cancel);
        var said = JsonDocument.Parse(Bot.Heard.Single().Body).RootElement.GetProperty("event");
        Assert.Equal("app_mention", said.GetProperty("type").GetString());
        Assert.Equal($"<@{Slack.Options.BotUserId}> help", said.GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_challenge_must_come_back()
    {
        Assert.False((await Slack.VerifyUrl(Cancel)).Ok);
        Bot.Answer = (heard, http) =>
            http.Response.WriteAsync(
                JsonDocument.Parse(heard.Body).RootElement.GetProperty("challenge").GetString()!,
                Cancel
            );
        Assert.True((await Slack.VerifyUrl(Cancel)).Ok);
    }

    [Fact]
    public async Task Faults_come_in_order_and_an_unheard_call_is_done_all_the_same()
    {
        Slack.Faults.Next("chat.postMessage", new Fault.RateLimited(7));
        Slack.Faults.Next("chat.postMessage", new Fault.HttpError(503));
        Slack.Faults.Next("chat.postMessage", new Fault.Refused("restricted_action"));
        Slack.Faults.Next("chat.postMessage", new Fault.DoneButUnheard());
        var arguments = new { channel = Acme.SlackChannel, text = "x" };
        var token = Slack.Options.BotToken;
        using var first = await Send("chat.postMessage", arguments, token);
        Assert.Equal(
            (429, 7),
            ((int)first.StatusCode, (int)first.Headers.RetryAfter!.Delta!.Value.TotalSeconds)
        );
        using var second = await Send("chat.postMessage", arguments, token);
        Assert.Equal(503, (int)second.StatusCode);
        Assert.Equal("restricted_action", ErrorOf(await Call("chat.postMessage", arguments)));
        Assert.Empty(Slack.Channel(Acme.SlackChannel)!.Messages);
        await Assert.ThrowsAsync<HttpRequestException>(() => Call("chat.postMessage", arguments));
        Assert.Single(Slack.Channel(Acme.SlackChannel)!.Messages);
        Assert.Equal(4, Slack.Calls.Count(c => c.Method is "chat.postMessage"));
    }

    [Fact]
    public async Task History_shows_metadata_only_when_asked_and_never_what_one_person_alone_saw()
    {
        var channel = Acme.SlackChannel;
        var metadata = new { event_type = "card", event_payload = new { id = "apr_1" } };
        await Call(
            "chat.postMessage",
            new
            {
                channel,
                text = "x",
                metadata,
            }
        );
        await Call(
            "chat.postEphemeral",
            new
            {
                channel,
                text = "psst",
                user = Bob,
            }
        );
        var plain = await Call("conversations.history", new { channel });
        var message = Assert.Single(plain.GetProperty("messages").EnumerateArray());
        Assert.False(message.TryGetProperty("metadata", out _));
        var full = await Call(
            "conversations.history",
            new { channel, include_all_metadata = true }
        );
        Assert.Equal(
            "card",
            full.GetProperty("messages")[0]
                .GetProperty("metadata")
                .GetProperty("event_type")
                .GetString()
        );
    }

    [Fact]
    public async Task Users_info_tells_guests_and_the_deactivated_apart()
    {
        async Task<JsonElement> Info(string user) =>
            (await Call("users.info", new { user })).GetProperty("user");
        Assert.True((await Info(People.Dan.Slack!)).GetProperty("is_restricted").GetBoolean());
        Assert.False((await Info(Bob)).GetProperty("is_restricted").GetBoolean());
        var bob = Slack.Users.Single(u => u.Id is "U07BOB00001");
        await Slack.ChangeUser(bob with { Deleted = true }, Cancel);
        Assert.True((await Info(Bob)).GetProperty("deleted").GetBoolean());
        Assert.Equal(
            "users_not_found",
            ErrorOf(await Call("users.lookupByEmail", new { email = bob.Email }))
        );
        var told = JsonDocument.Parse(Bot.Heard.Single().Body).RootElement.GetProperty("event");
        Assert.Equal("user_change", told.GetProperty("type").GetString());
    }

    private async Task<int> PostTo(string url)
    {
        using var content = new StringContent(
            """{"text":"hi"}""",
            Encoding.UTF8,
            "application/json"
        );
        using var response = await Http.PostAsync(new Uri(url), content, Cancel);
        return (int)response.StatusCode;
    }

    private void AssertSigned(Received heard)
    {
        var timestamp = heard.Headers["X-Slack-Request-Timestamp"].ToString();
        byte[] signed = [.. Encoding.UTF8.GetBytes("v0:" + timestamp + ":"), .. heard.Body];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Slack.Options.SigningSecret), signed);
        Assert.Equal(
            "v0=" + Convert.ToHexStringLower(mac),
            heard.Headers["X-Slack-Signature"].ToString()
        );
    }
}
