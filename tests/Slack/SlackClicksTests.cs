using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Slack;
using ChatApprovals.Tests.Cards;

namespace ChatApprovals.Tests.Slack;

/// <summary>From a signed click to the desk's door, and what the person sees of the desk's answer.</summary>
public sealed class SlackClicksTests : IAsyncLifetime
{
    private SlackBot _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bot = await SlackBot.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task An_approval_says_who_and_from_where()
    {
        Assert.Equal((200, ""), await _bot.InteractAsync(_bot.Press("approve"), Cancel));

        var click = Assert.Single(_bot.Clicks);
        Assert.Equal(Verdict.Approved, click.Verdict);
        Assert.Equal(MakeCard.Token, click.Token);
        Assert.Equal(AccountId.Slack("T1", "U1"), click.Account);
        Assert.Equal((SlackBot.Channel, SlackBot.Ts), (click.Conversation, click.Message));
        Assert.Equal(AskReason.IfNeeded, click.Ask);
        Assert.False(click.Reviewed);
        Assert.Equal(43, click.EvidenceHash.Length);
    }

    [Fact]
    public async Task A_click_without_a_container_is_where_its_channel_and_message_are()
    {
        var payload = _bot.Press("approve");
        payload.Remove("container");
        await _bot.InteractAsync(payload, Cancel);
        Assert.Empty(_bot.Clicks);

        payload["message"] = new JsonObject { ["ts"] = SlackBot.Ts };
        await _bot.InteractAsync(payload, Cancel);
        var click = Assert.Single(_bot.Clicks);
        Assert.Equal((SlackBot.Channel, SlackBot.Ts), (click.Conversation, click.Message));
    }

    [Fact]
    public async Task Who_presses_again_is_told_that_it_counts_already()
    {
        var counted = new ClickAnswer.Counted(MakeCard.Bare, SlackBot.Copy);
        _bot.Desk = _ => Task.FromResult<ClickAnswer>(counted with { Note = "Once." });
        Assert.Equal((200, ""), await _bot.InteractAsync(_bot.Press("approve"), Cancel));
        await _bot.IdleAsync(Cancel);

        var note = Assert.Single(_bot.Slack.Of("chat.postEphemeral"));
        Assert.Contains("Once.", note.ToJsonString());
    }

    [Fact]
    public async Task A_refusal_is_told_to_the_clicker_alone()
    {
        Refuse(Refusal.Initiator, "You asked for this yourself.");
        Assert.Equal(200, (await _bot.InteractAsync(_bot.Press("approve"), Cancel)).Status);
        await _bot.IdleAsync(Cancel);

        var note = Assert.Single(_bot.Slack.Of("chat.postEphemeral"));
        Assert.Equal(("C1", "U1"), ((string?)note["channel"], (string?)note["user"]));
        Assert.Contains("You asked for this yourself.", note.ToJsonString());
        Assert.Empty(_bot.Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task Where_no_ephemeral_message_can_be_shown_a_direct_one_is_sent()
    {
        Refuse(Refusal.Initiator, "No.");
        _bot.Slack.Answer("chat.postEphemeral", """{"ok":false,"error":"user_not_in_channel"}""");
        await _bot.InteractAsync(_bot.Press("approve"), Cancel);
        await _bot.IdleAsync(Cancel);

        Assert.Equal("D1", (string?)Assert.Single(_bot.Slack.Of("chat.postMessage"))["channel"]);
    }

    [Fact]
    public async Task The_response_url_is_the_last_way_and_only_if_it_is_slacks()
    {
        Refuse(Refusal.Initiator, "No.");
        _bot.Slack.Answer("chat.postEphemeral", """{"ok":false,"error":"user_not_in_channel"}""");
        _bot.Slack.Answer("conversations.open", """{"ok":false,"error":"user_not_found"}""");
        var evil = _bot.Press("approve");
        await using var other = await StubSlack.StartAsync(Cancel);
        evil["response_url"] = other.Url + "/hooks/press";
        await _bot.InteractAsync(evil, Cancel);
        await _bot.InteractAsync(_bot.Press("approve"), Cancel);
        await _bot.IdleAsync(Cancel);

        Assert.Empty(other.Calls);
        var call = Assert.Single(_bot.Slack.Calls, c => c.Method is "press");
        Assert.Null(call.Authorization);
        Assert.Equal("ephemeral", (string?)call.Arguments["response_type"]);
    }

    [Fact]
    public async Task A_reject_asks_for_a_reason_and_then_counts_with_it()
    {
        Want(Verdict.Rejected);
        await _bot.InteractAsync(_bot.Press("reject"), Cancel);
        await _bot.IdleAsync(Cancel);

        Assert.Equal(AskReason.Always, Assert.Single(_bot.Clicks).Ask);
        var opened = Assert.Single(_bot.Slack.Of("views.open"));
        Assert.Equal("1.2.3", (string?)opened["trigger_id"]);
        Assert.Equal("reject", (string?)opened["view"]!["callback_id"]);
        var metadata = (string)opened["view"]!["private_metadata"]!;

        Count();
        var answer = await _bot.InteractAsync(SlackBot.Submit("reject", metadata, " no "), Cancel);

        Assert.Equal((200, """{"response_action":"clear"}"""), answer);
        var click = _bot.Clicks.Last();
        Assert.Equal(
            (Verdict.Rejected, "no", null, null),
            (click.Verdict, click.Reason, click.Conversation, click.Message)
        );
        Assert.Equal(AskReason.Never, click.Ask);
        Assert.False(click.Reviewed);
    }

    [Fact]
    public async Task A_missing_reason_is_shown_at_its_field()
    {
        Refuse(Refusal.ReasonMissing, "Say why.");
        var (_, body) = await _bot.InteractAsync(
            SlackBot.Submit("reject", MakeCard.Token, null),
            Cancel
        );

        var answer = JsonNode.Parse(body)!;
        Assert.Equal("errors", (string?)answer["response_action"]);
        Assert.Equal("Say why.", (string?)answer["errors"]!["reason"]);
    }

    [Fact]
    public async Task Any_other_refusal_takes_the_place_of_the_modal()
    {
        Refuse(Refusal.Ended, "It has ended.");
        var (_, body) = await _bot.InteractAsync(
            SlackBot.Submit("approve", MakeCard.Token, "x"),
            Cancel
        );

        var answer = JsonNode.Parse(body)!;
        Assert.Equal("update", (string?)answer["response_action"]);
        Assert.Equal("modal", (string?)answer["view"]!["type"]);
        Assert.Contains("It has ended.", body);
    }

    [Fact]
    public async Task A_review_opens_turns_its_pages_and_ends_in_a_reviewed_approval()
    {
        await _bot.InteractAsync(_bot.Press("review"), Cancel);
        await _bot.IdleAsync(Cancel);
        var metadata = (string)
            Assert.Single(_bot.Slack.Of("views.open"))["view"]!["private_metadata"]!;

        await _bot.InteractAsync(InModal("review", MakeCard.Token + "|2", metadata), Cancel);
        await _bot.IdleAsync(Cancel);
        var turned = Assert.Single(_bot.Slack.Of("views.update"));
        Assert.Equal(("V1", "h1"), ((string?)turned["view_id"], (string?)turned["hash"]));

        await _bot.InteractAsync(SlackBot.Submit("approve", metadata, null), Cancel);
        var click = Assert.Single(_bot.Clicks);
        Assert.True(click.Reviewed);
        Assert.Equal(MakeCard.Token, click.Token);
    }

    [Fact]
    public async Task A_modal_without_a_submit_button_was_not_read_to_the_end()
    {
        var submitted = SlackBot.Submit("approve", MakeCard.Token + "|1|", null);
        submitted["view"]!.AsObject().Remove("submit");
        await _bot.InteractAsync(submitted, Cancel);

        Assert.False(Assert.Single(_bot.Clicks).Reviewed);
    }

    [Theory]
    [InlineData("review", MakeCard.Token + "|3")]
    [InlineData("review", "another|2")]
    [InlineData("approve", MakeCard.Token + "|2")]
    public async Task Pages_cannot_be_skipped_nor_cards_changed_nor_anything_approved_in_between(
        string action,
        string value
    )
    {
        await _bot.InteractAsync(InModal(action, value, MakeCard.Token + "|1|"), Cancel);
        await _bot.IdleAsync(Cancel);

        Assert.Empty(_bot.Clicks);
        Assert.Empty(_bot.Slack.Of("views.update"));
    }

    [Fact]
    public async Task Rejecting_from_a_review_asks_for_the_reason_on_top_of_it()
    {
        await _bot.InteractAsync(InModal("reject", MakeCard.Token, MakeCard.Token + "|1|"), Cancel);
        await _bot.IdleAsync(Cancel);

        var pushed = Assert.Single(_bot.Slack.Of("views.push"));
        Assert.Equal("reject", (string?)pushed["view"]!["callback_id"]);
        Assert.Empty(_bot.Clicks);
    }

    [Fact]
    public async Task A_review_does_not_open_from_another_message_or_channel()
    {
        var elsewhere = _bot.Press("review");
        elsewhere["container"]!["message_ts"] = "1.1";
        await _bot.InteractAsync(elsewhere, Cancel);
        var copied = _bot.Press("review");
        copied["container"]!["channel_id"] = "C2";
        copied["channel"]!["id"] = "C2";
        await _bot.InteractAsync(copied, Cancel);
        await _bot.IdleAsync(Cancel);

        Assert.Empty(_bot.Slack.Of("views.open"));
        Assert.Equal(2, _bot.Slack.Of("chat.postEphemeral").Count());
    }

    [Fact]
    public async Task What_could_not_be_saved_is_never_answered_as_done()
    {
        _bot.Desk = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unavailable());
        Assert.Equal(503, (await _bot.InteractAsync(_bot.Press("approve"), Cancel)).Status);
        await _bot.IdleAsync(Cancel);
        Assert.Single(_bot.Slack.Of("chat.postEphemeral"));

        var (_, body) = await _bot.InteractAsync(
            SlackBot.Submit("approve", MakeCard.Token, "x"),
            Cancel
        );
        Assert.Contains("errors", body);
    }

    [Fact]
    public async Task The_answer_waits_for_the_decision_but_not_longer_than_slack_does()
    {
        var durable = new TaskCompletionSource<ClickAnswer>();
        _bot.Desk = _ => durable.Task;
        var answer = await _bot.InteractAsync(
            SlackBot.Submit("approve", MakeCard.Token, "x"),
            Cancel
        );
        Assert.Equal(503, answer.Status);

        durable.SetResult(
            new ClickAnswer.Refused(Refusal.Ended, "Too late.", MakeCard.Bare, SlackBot.Copy)
        );
        await _bot.IdleAsync(Cancel);
        Assert.Contains(
            "Too late.",
            Assert.Single(_bot.Slack.Of("chat.postMessage")).ToJsonString()
        );
    }

    internal static JsonObject InModal(string action, string value, string metadata)
    {
        var payload = SlackBot.Submit("approve", metadata, null);
        payload["type"] = "block_actions";
        payload["trigger_id"] = "4.5.6";
        payload["container"] = new JsonObject { ["type"] = "view", ["view_id"] = "V1" };
        payload["view"]!["hash"] = "h1";
        payload["actions"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "button",
                ["action_id"] = action,
                ["value"] = value,
            }
        );
        return payload;
    }

    private void Count() =>
        _bot.Desk = _ =>
            Task.FromResult<ClickAnswer>(new ClickAnswer.Counted(MakeCard.Bare, SlackBot.Copy));

    private void Refuse(Refusal why, string text) =>
        _bot.Desk = _ =>
            Task.FromResult<ClickAnswer>(
                new ClickAnswer.Refused(why, text, MakeCard.Bare, SlackBot.Copy)
            );

    private void Want(Verdict verdict) =>
        _bot.Desk = _ =>
            Task.FromResult<ClickAnswer>(
                new ClickAnswer.ReasonWanted(verdict, Required: true, MakeCard.Bare)
            );
}
