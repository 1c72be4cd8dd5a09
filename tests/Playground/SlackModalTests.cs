using System.Text.Json;
using System.Web;
using ChatApprovals.Playground;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Playground;

/// <summary>Modals live by Slack's rules: single-use triggers of three seconds, three views, hashes, answers to submissions.</summary>
public sealed class SlackModalTests : PlaygroundTest
{
    private static readonly object View = new
    {
        type = "modal",
        callback_id = "reject",
        private_metadata = "apr_1",
        title = new { type = "plain_text", text = "Reject" },
        submit = new { type = "plain_text", text = "Reject" },
        blocks = new[]
        {
            new
            {
                type = "input",
                block_id = "reason",
                label = new { type = "plain_text", text = "Reason" },
                element = new { type = "plain_text_input", action_id = "reason" },
            },
        },
    };

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Typed(string reason) =>
        new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal)
        {
            ["reason"] = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["reason"] = reason,
            },
        };

    private async Task<string> Trigger()
    {
        await Slack.Command(People.Bob.Slack!, Acme.SlackChannel, "help", Cancel);
        var form = HttpUtility.ParseQueryString(
            System.Text.Encoding.UTF8.GetString(Bot.Heard.Last().Body)
        );
        return form["trigger_id"]!;
    }

    private Task<JsonElement> Open(string trigger) =>
        Call("views.open", new { trigger_id = trigger, view = View });

    [Fact]
    public async Task A_trigger_opens_one_modal_and_no_second()
    {
        var trigger = await Trigger();
        Assert.Null(ErrorOf(await Open(trigger)));
        Assert.Equal("exchanged_trigger_id", ErrorOf(await Open(trigger)));
        Assert.Equal("invalid_trigger_id", ErrorOf(await Open("1.2.3")));
        Assert.NotNull(Slack.Modal(People.Bob.Slack!));
    }

    [Fact]
    public async Task A_trigger_expires_after_three_seconds()
    {
        var trigger = await Trigger();
        Clock.Advance(TimeSpan.FromSeconds(3.001));
        Assert.Equal("expired_trigger_id", ErrorOf(await Open(trigger)));
    }

    [Fact]
    public async Task A_stale_hash_is_a_conflict_and_a_fourth_view_too_many()
    {
        var view = (await Open(await Trigger())).GetProperty("view");
        var (view_id, hash) = (
            view.GetProperty("id").GetString(),
            view.GetProperty("hash").GetString()
        );
        var update = new
        {
            view_id,
            hash,
            view = View,
        };
        Assert.Null(ErrorOf(await Call("views.update", update)));
        Assert.Equal("hash_conflict", ErrorOf(await Call("views.update", update)));
        foreach (var expected in new[] { null, null, "push_limit_reached" })
        {
            var push = new { trigger_id = await Trigger(), view = View };
            Assert.Equal(expected, ErrorOf(await Call("views.push", push)));
        }
    }

    [Fact]
    public async Task A_modal_with_a_long_title_or_without_submit_is_refused()
    {
        var longTitle = JsonSerializer.SerializeToNode(View)!;
        longTitle["title"]!["text"] = new string('x', 25);
        var noSubmit = JsonSerializer.SerializeToNode(View)!;
        noSubmit.AsObject().Remove("submit");
        foreach (var view in new[] { longTitle, noSubmit })
        {
            var answer = await Call("views.open", new { trigger_id = await Trigger(), view });
            Assert.Equal("invalid_arguments", ErrorOf(answer));
        }
    }

    [Fact]
    public async Task A_submission_carries_the_input_and_an_empty_answer_closes_the_modal()
    {
        await Open(await Trigger());
        Assert.False((await Slack.Submit(People.Bob.Slack!, Typed(" "), Cancel)).Ok);
        Assert.True((await Slack.Submit(People.Bob.Slack!, Typed("too wide"), Cancel)).Ok);
        Assert.Null(Slack.Modal(People.Bob.Slack!));
        var body = System.Text.Encoding.UTF8.GetString(Bot.Heard.Last().Body);
        var sent = JsonDocument.Parse(HttpUtility.ParseQueryString(body)["payload"]!).RootElement;
        Assert.Equal("view_submission", sent.GetProperty("type").GetString());
        var view = sent.GetProperty("view");
        Assert.Equal("apr_1", view.GetProperty("private_metadata").GetString());
        Assert.Equal(
            "too wide",
            view.GetProperty("state")
                .GetProperty("values")
                .GetProperty("reason")
                .GetProperty("reason")
                .GetProperty("value")
                .GetString()
        );
    }

    [Fact]
    public async Task The_answer_can_show_errors_or_replace_the_view()
    {
        await Open(await Trigger());
        Bot.Answer = (_, http) =>
            http.Response.WriteAsJsonAsync(
                new { response_action = "errors", errors = new { reason = "Too short" } },
                Cancel
            );
        await Slack.Submit(People.Bob.Slack!, Typed("x"), Cancel);
        Assert.Equal("Too short", Slack.Modal(People.Bob.Slack!)!.Errors["reason"]);
        var other = JsonSerializer.SerializeToNode(View)!;
        other["callback_id"] = "second";
        Bot.Answer = (_, http) =>
            http.Response.WriteAsJsonAsync(
                new { response_action = "update", view = other },
                Cancel
            );
        Assert.True((await Slack.Submit(People.Bob.Slack!, Typed("x"), Cancel)).Ok);
        var shown = Slack.Modal(People.Bob.Slack!)!.Content;
        Assert.Equal("second", shown.GetProperty("callback_id").GetString());
    }
}
