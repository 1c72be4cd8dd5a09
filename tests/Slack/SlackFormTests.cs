using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Cards;

namespace ChatApprovals.Tests.Slack;

/// <summary>The form of a policy: opened by a command or a button, sent back as a command.</summary>
public sealed class SlackFormTests : IAsyncLifetime
{
    private const string Yaml = "effect: deny";
    private SlackBot _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bot = await SlackBot.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_slash_command_opens_the_form_filled_in()
    {
        _bot.Reply = () => Task.FromResult(WithForm([]));
        var (_, body) = await _bot.SendAsync(
            "/slack/commands",
            "team_id=T1&api_app_id=A1&user_id=U1&channel_id=C1&command=%2Fapprovals"
                + "&text=policy+set+p&trigger_id=1.2.3",
            Cancel
        );
        Assert.Contains("The form is open.", body, StringComparison.Ordinal);
        var view = Assert.Single(_bot.Slack.Of("views.open"))["view"]!;
        Assert.Equal(PolicyForm.Verb, (string?)view["callback_id"]);
        Assert.Contains(Yaml, view.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_is_the_command_and_what_does_not_fit_is_told_at_the_field()
    {
        var (status, body) = await _bot.InteractAsync(Submitted(Yaml), Cancel);
        Assert.Equal(200, status);
        Assert.Equal("update", (string?)JsonNode.Parse(body)!["response_action"]);
        Assert.Equal("policy set p\n" + Yaml, Assert.Single(_bot.Commands).Text);

        _bot.Reply = () => Task.FromResult(WithForm(["Line 1, column 9: no."]));
        body = (await _bot.InteractAsync(Submitted("effect: maybe"), Cancel)).Body;
        Assert.Contains("column 9", (string?)JsonNode.Parse(body)!["errors"]!["yaml"]);
    }

    [Fact]
    public async Task A_button_in_the_own_chat_opens_it_too()
    {
        _bot.Reply = () => Task.FromResult(WithForm([]));
        var press = _bot.Press(PolicyForm.OpenVerb);
        press["actions"]![0]!["value"] = "p";
        Assert.Equal(200, (await _bot.InteractAsync(press, Cancel)).Status);
        await _bot.IdleAsync(Cancel);
        Assert.Single(_bot.Slack.Of("views.open"));
        Assert.Equal("policy set p\n", Assert.Single(_bot.Commands).Text);
    }

    private static Reply WithForm(string[] notes) =>
        new("Policy p", [.. notes]) { Form = new ReplyForm("p", Yaml, [.. notes]) };

    private static JsonObject Submitted(string yaml)
    {
        var submitted = SlackBot.Submit(PolicyForm.Verb, "p", null);
        submitted["view"]!["state"]!["values"] = new JsonObject
        {
            [PolicyForm.Field] = new JsonObject
            {
                [PolicyForm.Field] = new JsonObject
                {
                    ["type"] = "plain_text_input",
                    ["value"] = yaml,
                },
            },
        };
        return submitted;
    }
}
