using System.Text.Json;
using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Playground;

/// <summary>The played Slack refuses what Slack refuses.</summary>
public sealed class SlackLimitsTests : PlaygroundTest
{
    private static object Section(string text) =>
        new { type = "section", text = new { type = "mrkdwn", text } };

    private static object Button(string id, string text = "Go", string value = "v") =>
        new
        {
            type = "button",
            action_id = id,
            text = new { type = "plain_text", text },
            value,
        };

    private Task<JsonElement> Post(params object[] blocks) =>
        Call(
            "chat.postMessage",
            new
            {
                channel = Acme.SlackChannel,
                text = "t",
                blocks,
            }
        );

    public static TheoryData<string, string> BadBlocks() =>
        new()
        {
            { """{"type":"marquee"}""", "unsupported type: marquee" },
            { """{"text":"no type"}""", "missing required field: type" },
            { """{"type":"section"}""", "missing required field: text" },
            { """{"type":"section","text":{"type":"mrkdwn","text":""}}""", "more than 0" },
            { """{"type":"header","text":{"type":"mrkdwn","text":"x"}}""", "unsupported type" },
            {
                """{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"style":"warning"}]}""",
                "must be one of"
            },
            {
                """{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"action_id":"a"},{"type":"button","text":{"type":"plain_text","text":"y"},"action_id":"a"}]}""",
                "already exists"
            },
            {
                """{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}""",
                "more than 0"
            },
            { """{"type":"context","elements":[]}""", "at least 1" },
        };

    [Theory]
    [MemberData(nameof(BadBlocks))]
    public async Task A_malformed_block_is_refused_and_named(string block, string said)
    {
        var answer = await Post(JsonSerializer.Deserialize<JsonElement>(block));
        Assert.Equal("invalid_blocks", ErrorOf(answer));
        var messages = answer.GetProperty("response_metadata").GetProperty("messages");
        Assert.Contains(said, messages[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("/blocks/0", messages[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_blocks_are_taken_and_fifty_one_are_not()
    {
        Assert.Null(ErrorOf(await Post([.. Enumerable.Repeat(Section("x"), 50)])));
        var answer = await Post([.. Enumerable.Repeat(Section("x"), 51)]);
        Assert.Equal("invalid_blocks", ErrorOf(answer));
    }

    [Fact]
    public async Task A_section_is_measured_after_escaping()
    {
        Assert.Null(ErrorOf(await Post(Section(new string('x', 3000)))));
        Assert.Equal("invalid_blocks", ErrorOf(await Post(Section(new string('x', 3001)))));
        Assert.Equal("invalid_blocks", ErrorOf(await Post(Section(new string('<', 1000)))));
    }

    [Fact]
    public async Task Headers_fields_and_buttons_have_their_own_limits()
    {
        object Header(int n) =>
            new { type = "header", text = new { type = "plain_text", text = new string('x', n) } };
        object Fields(int n) =>
            new
            {
                type = "section",
                fields = Enumerable.Repeat(new { type = "mrkdwn", text = "f" }, n),
            };
        object Actions(params object[] elements) => new { type = "actions", elements };
        Assert.Null(ErrorOf(await Post(Header(150), Fields(10), Actions(Button("a")))));
        Assert.Equal("invalid_blocks", ErrorOf(await Post(Header(151))));
        Assert.Equal("invalid_blocks", ErrorOf(await Post(Fields(11))));
        Assert.Equal(
            "invalid_blocks",
            ErrorOf(await Post(Actions(Button("a", new string('x', 76)))))
        );
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            "invalid_blocks",
            ErrorOf(await Post(Actions(Button("a", "x", new string('x', 2001)))))
        );
        var many = Enumerable.Range(0, 26).Select(i => Button($"a{i}")).ToArray();
        Assert.Equal("invalid_blocks", ErrorOf(await Post(Actions(many))));
    }

    [Fact]
    public async Task All_text_of_a_message_together_is_limited()
    {
        var section = Section(new string('x', 3000));
        Assert.Null(ErrorOf(await Post(section, section, section, section)));
        Assert.Equal(
            "msg_blocks_too_long",
            ErrorOf(await Post(section, section, section, section, Section("x")))
        );
    }

    [Fact]
    public async Task Text_is_limited_and_never_empty()
    {
        var channel = Acme.SlackChannel;
        var fits = new { channel, text = new string('x', 40_000) };
        Assert.Null(ErrorOf(await Call("chat.postMessage", fits)));
        var tooLong = new { channel, text = new string('x', 40_001) };
        Assert.Equal("msg_too_long", ErrorOf(await Call("chat.postMessage", tooLong)));
        Assert.Equal("no_text", ErrorOf(await Call("chat.postMessage", new { channel })));
    }

    [Fact]
    public async Task Stored_text_is_escaped_but_references_stay_alive()
    {
        await Post(Section("a < b & <@U07BOB00001> &amp; <script>"));
        var stored = Slack.Channel(Acme.SlackChannel)!.Messages[^1];
        Assert.Equal(
            "a &lt; b &amp; <@U07BOB00001> &amp; &lt;script&gt;",
            stored.Blocks!.Value[0].GetProperty("text").GetProperty("text").GetString()
        );
        Assert.True(stored.Blocks.Value[0].TryGetProperty("block_id", out _));
    }

    [Fact]
    public async Task A_fifth_message_within_a_second_must_wait()
    {
        var arguments = new { channel = Acme.SlackChannel, text = "x" };
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(ErrorOf(await Call("chat.postMessage", arguments)));
        }
        using var fifth = await Send("chat.postMessage", arguments, Slack.Options.BotToken);
        Assert.Equal(429, (int)fifth.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), fifth.Headers.RetryAfter!.Delta);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(ErrorOf(await Call("chat.postMessage", arguments)));
    }

    [Fact]
    public async Task Only_the_bots_token_is_known_and_only_known_methods_exist()
    {
        using var none = await Send("auth.test", new { }, token: null);
        Assert.Contains(
            "not_authed",
            await none.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal
        );
        using var wrong = await Send("auth.test", new { }, "xoxb-wrong");
        Assert.Contains(
            "invalid_auth",
            await wrong.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal
        );
        Assert.Equal("unknown_method", ErrorOf(await Call("chat.shout", new { })));
        var test = await Call("auth.test", new { });
        Assert.Equal(People.SlackTeam, test.GetProperty("team_id").GetString());
    }

    [Fact]
    public async Task Form_bodies_are_understood_too()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(Slack.ApiBaseUrl, "chat.postMessage")
        );
        request.Headers.Authorization = new("Bearer", Slack.Options.BotToken);
        request.Content = new FormUrlEncodedContent(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["channel"] = Acme.SlackChannel,
                ["blocks"] = """[{"type":"divider"}]""",
                ["text"] = "by form + plus",
            }
        );
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal("by form + plus", Slack.Channel(Acme.SlackChannel)!.Messages[^1].Text);
    }

    [Fact]
    public async Task Updates_need_an_own_message_that_exists()
    {
        var channel = Acme.SlackChannel;
        var ts = (await Post(Section("one"))).GetProperty("ts").GetString();
        Assert.Null(
            ErrorOf(
                await Call(
                    "chat.update",
                    new
                    {
                        channel,
                        ts,
                        text = "two",
                    }
                )
            )
        );
        var kept = Slack.Channel(channel)!.Find(ts)!;
        Assert.Equal("two", kept.Text);
        Assert.True(kept.Edited);
        var missing = new
        {
            channel,
            ts = "1.000001",
            text = "x",
        };
        Assert.Equal("message_not_found", ErrorOf(await Call("chat.update", missing)));
        await Slack.Message(People.Bob.Slack!, channel, "mine", Cancel);
        var bobs = Slack.Channel(channel)!.Messages[^1].Ts;
        var foreign = new
        {
            channel,
            ts = bobs,
            text = "x",
        };
        Assert.Equal("cant_update_message", ErrorOf(await Call("chat.update", foreign)));
    }
}
