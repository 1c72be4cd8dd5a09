using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Slack;
using ChatApprovals.Tests.Cards;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackSurfaceTests : SlackSurfaceFixture
{
    private static readonly CopyToDraw New = new(
        "tok.1",
        "C1",
        Message: null,
        MaybePosted: false,
        MakeCard.Bare,
        MakeCard.Now,
        []
    );

    [Fact]
    public async Task A_new_card_is_posted_inert_and_can_be_found_again()
    {
        var drawn = Assert.IsType<Drawing.Drawn>(await Surface.DrawAsync(New, Cancel));

        Assert.Equal("1700000000.000100", drawn.Message);
        Assert.Equal(BlockKit.Message(MakeCard.Bare).DisplayHash, drawn.DisplayHash);
        var sent = Assert.Single(Slack.Of("chat.postMessage"));
        Assert.Equal("C1", (string?)sent["channel"]);
        Assert.Equal("none", (string?)sent["parse"]);
        Assert.False((bool)sent["link_names"]!);
        Assert.False((bool)sent["unfurl_links"]!);
        Assert.False((bool)sent["unfurl_media"]!);
        Assert.Equal("chatapprovals_card", (string?)sent["metadata"]!["event_type"]);
        Assert.Equal("tok.1", (string?)sent["metadata"]!["event_payload"]!["copy"]);
        Assert.NotEmpty(sent["blocks"]!.AsArray());
        Assert.NotEmpty((string)sent["text"]!);
        Assert.All(Slack.Calls, c => Assert.Equal("Bearer " + StubSlack.Token, c.Authorization));
    }

    [Fact]
    public async Task A_posted_card_is_updated_and_not_posted_again()
    {
        var drawn = await Surface.DrawAsync(New with { Message = "17.1" }, Cancel);

        Assert.Equal("17.1", Assert.IsType<Drawing.Drawn>(drawn).Message);
        Assert.Equal("17.1", (string?)Assert.Single(Slack.Of("chat.update"))["ts"]);
        Assert.Empty(Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task A_card_that_may_have_been_posted_is_looked_for_before_it_is_posted_again()
    {
        Slack.Answer(
            "conversations.history",
            """
            {"ok":true,"messages":[
              {"ts":"18.1","bot_id":"B1","metadata":{"event_type":"chatapprovals_card","event_payload":{"copy":"tok.2"}}},
              {"ts":"18.2","bot_id":"B2","metadata":{"event_type":"chatapprovals_card","event_payload":{"copy":"tok.1"}}},
              {"ts":"18.3","user":"U1","text":"tok.1"},
              {"ts":"18.4","bot_id":"B1","metadata":{"event_type":"chatapprovals_card","event_payload":{"copy":"tok.1"}}}]}
            """
        );

        var drawn = await Surface.DrawAsync(New with { MaybePosted = true }, Cancel);

        Assert.Equal("18.4", Assert.IsType<Drawing.Drawn>(drawn).Message);
        Assert.Empty(Slack.Of("chat.postMessage"));
        Assert.Equal(
            "true",
            (string?)Slack.Of("conversations.history").Single()["include_all_metadata"]
        );
    }

    [Fact]
    public async Task A_card_that_is_not_there_is_posted()
    {
        Slack.Answer("conversations.history", """{"ok":true,"messages":[],"has_more":false}""");
        Assert.IsType<Drawing.Drawn>(
            await Surface.DrawAsync(New with { MaybePosted = true }, Cancel)
        );
        Assert.Single(Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task A_card_that_cannot_be_looked_for_is_not_posted_twice()
    {
        Slack.Answer(
            "conversations.history",
            """{"ok":false,"error":"missing_scope","needed":"channels:history"}"""
        );
        var later = Assert.IsType<Drawing.Later>(
            await Surface.DrawAsync(New with { MaybePosted = true }, Cancel)
        );

        Assert.True(later.MaybePosted);
        Assert.Contains("channels:history", later.Why);
        Assert.Empty(Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task A_card_that_can_never_be_looked_for_is_posted_in_the_end_while_its_request_is_open()
    {
        Slack.Answer("conversations.history", """{"ok":false,"error":"not_in_channel"}""");
        var unsure = New with { MaybePosted = true };
        for (var look = 1; look < 4; look++)
        {
            Assert.IsType<Drawing.Later>(await Surface.DrawAsync(unsure, Cancel));
        }

        Assert.Empty(Slack.Of("chat.postMessage"));
        Assert.IsType<Drawing.Drawn>(await Surface.DrawAsync(unsure, Cancel));
        Assert.Single(Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task A_card_that_can_never_be_looked_for_is_given_up_when_its_request_is_over()
    {
        Slack.Answer("conversations.history", """{"ok":false,"error":"not_in_channel"}""");
        var over = New with { MaybePosted = true, Card = MakeCard.In(CardState.Expired) };
        for (var look = 1; look < 4; look++)
        {
            Assert.IsType<Drawing.Later>(await Surface.DrawAsync(over, Cancel));
        }

        var never = Assert.IsType<Drawing.Never>(await Surface.DrawAsync(over, Cancel));
        Assert.Contains("invite", never.Why);
        Assert.Empty(Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task A_lost_answer_leaves_it_open_whether_the_card_is_there()
    {
        Slack.Answer("chat.postMessage", _ => Results.StatusCode(502));
        Assert.True(Assert.IsType<Drawing.Later>(await Surface.DrawAsync(New, Cancel)).MaybePosted);

        Slack.Answer("chat.postMessage", "<html>");
        Assert.True(Assert.IsType<Drawing.Later>(await Surface.DrawAsync(New, Cancel)).MaybePosted);
    }

    [Fact]
    public async Task A_slack_that_is_not_there_was_not_reached()
    {
        await Slack.DisposeAsync();
        Assert.False(
            Assert.IsType<Drawing.Later>(await Surface.DrawAsync(New, Cancel)).MaybePosted
        );
    }

    [Fact]
    public async Task A_rate_limit_is_obeyed()
    {
        Slack.Answer("chat.update", _ => new Slow(30));
        var copy = New with { Message = "17.1" };
        var later = Assert.IsType<Drawing.Later>(await Surface.DrawAsync(copy, Cancel));
        Assert.Equal(TimeSpan.FromSeconds(30), later.After);
        Assert.False(later.MaybePosted);

        Assert.IsType<Drawing.Later>(await Surface.DrawAsync(copy, Cancel));
        Assert.Single(Slack.Of("chat.update"));
    }

    [Fact]
    public async Task A_limit_of_a_channel_holds_for_all_that_is_posted_there_and_for_no_other()
    {
        Slack.Answer("chat.postMessage", _ => new Slow(3_600));
        var later = Assert.IsType<Drawing.Later>(await Surface.DrawAsync(New, Cancel));
        Assert.True(later.IsFull);
        Assert.Equal(TimeSpan.FromHours(1), later.After);

        Slack.Answer("chat.postMessage", """{"ok":true,"channel":"C1","ts":"17.9"}""");
        var other = New with { Token = "tok.2" };
        var next = Assert.IsType<Drawing.Later>(await Surface.DrawAsync(other, Cancel));
        Assert.True(next.IsFull);
        Assert.InRange(next.After!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        Assert.NotNull(await Surface.SayAsync("C1", "17.1", new CardTalk("a", null, "b"), Cancel));
        Assert.Single(Slack.Of("chat.postMessage"));

        var elsewhere = New with { Conversation = "C2" };
        Assert.IsType<Drawing.Drawn>(await Surface.DrawAsync(elsewhere, Cancel));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(499)]
    public async Task Who_gave_up_waiting_for_slack_does_not_say_that_it_was_not_posted(int status)
    {
        Slack.Answer("chat.postMessage", _ => Results.StatusCode(status));
        Assert.True(Assert.IsType<Drawing.Later>(await Surface.DrawAsync(New, Cancel)).MaybePosted);
    }

    [Theory]
    [InlineData("channel_not_found")]
    [InlineData("not_in_channel")]
    [InlineData("is_archived")]
    [InlineData("restricted_action")]
    public async Task A_place_that_can_be_mended_is_tried_again_while_the_request_waits(
        string error
    )
    {
        Slack.Answer("chat.postMessage", $$"""{"ok":false,"error":"{{error}}"}""");
        Slack.Answer("chat.update", $$"""{"ok":false,"error":"{{error}}"}""");
        foreach (var copy in new[] { New, New with { Message = "17.1" } })
        {
            var later = Assert.IsType<Drawing.Later>(await Surface.DrawAsync(copy, Cancel));
            Assert.True(later.IsToMend);
            Assert.Contains(error, later.Why, StringComparison.Ordinal);
            var over = copy with { Card = MakeCard.In(CardState.Expired) };
            Assert.IsType<Drawing.Never>(await Surface.DrawAsync(over, Cancel));
        }
    }

    [Theory]
    [InlineData("msg_blocks_too_long")]
    [InlineData("invalid_blocks")]
    public async Task Some_refusals_are_for_ever(string error)
    {
        Slack.Answer("chat.postMessage", $$"""{"ok":false,"error":"{{error}}"}""");
        var never = Assert.IsType<Drawing.Never>(await Surface.DrawAsync(New, Cancel));
        Assert.Contains(error, never.Why);
    }

    [Theory]
    [InlineData("message_not_found")]
    [InlineData("cant_update_message")]
    public async Task A_message_that_is_gone_is_not_replaced(string error)
    {
        Slack.Answer("chat.update", $$"""{"ok":false,"error":"{{error}}"}""");
        Assert.IsType<Drawing.Never>(
            await Surface.DrawAsync(New with { Message = "17.1" }, Cancel)
        );
    }

    [Theory]
    [InlineData("invalid_auth")]
    [InlineData("missing_scope")]
    [InlineData("something_new")]
    public async Task Others_may_be_mended(string error)
    {
        Slack.Answer("chat.postMessage", $$"""{"ok":false,"error":"{{error}}"}""");
        var later = Assert.IsType<Drawing.Later>(await Surface.DrawAsync(New, Cancel));
        Assert.False(later.MaybePosted);
        Assert.DoesNotContain(StubSlack.Token, later.Why);
    }

    [Fact]
    public async Task A_users_id_is_no_route() =>
        Assert.IsType<Drawing.Never>(
            await Surface.DrawAsync(New with { Conversation = "U1" }, Cancel)
        );

    private sealed class Slow(int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            httpContext.Response.Headers.RetryAfter = seconds.ToString();
            return Task.CompletedTask;
        }
    }
}
