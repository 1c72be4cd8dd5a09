using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Inbox;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_stream_tells_each_change_and_ends_with_the_request()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        var reading = bot.GetAsync($"/v1/requests/{id}/events");
        await bot.DecideAsync(id, "BOB", Verdict.Rejected);
        var reply = (await reading).Is(200);
        Assert.Equal("text/event-stream", reply.Headers["Content-Type"]);
        Assert.Equal("no", reply.Headers["X-Accel-Buffering"]);
        var events = EventsOf(reply.Text);
        Assert.Equal("request.created", events[0].Kind);
        Assert.Equal("request.denied", events[^1].Kind);
        Assert.Equal(events.Select(e => e.Seq).Order(), events.Select(e => e.Seq));
        Assert.Contains($"\"id\":\"{id}\"", events[0].Data, StringComparison.Ordinal);
        Assert.EndsWith("\"status\":\"pending\"}", events[0].Data, StringComparison.Ordinal);
        Assert.EndsWith("\"status\":\"denied\"}", events[^1].Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, ": 401 unauthenticated")]
    [InlineData(true, ": 403 agent_disabled")]
    public async Task A_stream_whose_key_does_not_hold_any_more_tells_nothing_more(
        bool disable,
        string last
    )
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        using var opened = await bot.Http.GetAsync(
            $"/v1/requests/{id}/events",
            HttpCompletionOption.ResponseHeadersRead,
            InboxBot.Cancel
        );
        await bot.WithdrawKeyAsync(disable);
        await bot.DecideAsync(id, "BOB", Verdict.Rejected);
        var text = await opened.Content.ReadAsStringAsync(InboxBot.Cancel);
        Assert.Equal("request.created", EventsOf(text)[^1].Kind);
        Assert.Contains(last, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_whose_key_does_not_hold_any_more_is_answered_with_that()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        var waiting = bot.GetAsync($"/v1/requests/{id}?wait=60");
        var asker = AgentName.Parse("asker", provider: null);
        await Eventually.TrueAsync(() => bot.Waits.CountOf(asker) == 1, "it waits");
        await bot.WithdrawKeyAsync(disable: false);
        await bot.DecideAsync(id, "BOB", Verdict.Rejected);
        (await waiting).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_stream_of_an_approved_request_waits_for_its_result()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        var reading = bot.GetAsync($"/v1/requests/{id}/events");
        await bot.PostAsync($"/v1/requests/{id}/result", """{"outcome":"failed"}""");
        var last = EventsOf((await reading).Is(200).Text)[^1];
        Assert.Equal("execution.reported", last.Kind);
        Assert.EndsWith("\"status\":\"approved\"}", last.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_resumes_after_the_last_event_seen_and_is_204_when_nothing_is_left()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        await bot.DecideAsync(id, "BOB", Verdict.Rejected);
        var all = EventsOf((await Resume(null)).Is(200).Text);
        var rest = EventsOf((await Resume(all[0].Seq.ToString(provider: null))).Is(200).Text);
        Assert.Equal(all.Skip(1), rest);
        (await Resume(all[^1].Seq.ToString(provider: null))).Is(204);
        // As after a restore of the ledger: an id that is still to come would keep everything back.
        var later = (await Resume((all[^1].Seq + 1).ToString(provider: null))).Is(200);
        Assert.Equal(all, EventsOf(later.Text));
        (await Resume("x")).IsProblem(400, "invalid_request");
        (await Resume("-1")).IsProblem(400, "invalid_request");

        async Task<Reply> Resume(string? last)
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, $"/v1/requests/{id}/events");
            if (last is not null)
            {
                message.Headers.TryAddWithoutValidation("Last-Event-ID", last);
            }

            return await bot.SendAsync(message);
        }
    }

    [Theory]
    [InlineData("request.denied", "denied", true)]
    [InlineData("request.expired", "expired", true)]
    [InlineData("request.cancelled", "cancelled", true)]
    [InlineData("request.approved", "approved", false)]
    [InlineData("request.displayed", "pending", false)]
    [InlineData("decision.refused", "pending", false)]
    public void The_status_follows_the_kind(string kind, string status, bool over)
    {
        var feed = new EventFeed(RequestId.New(DateTimeOffset.UnixEpoch));
        var frame = feed.Take(new Change(7, DateTimeOffset.UnixEpoch, kind));
        Assert.Equal((status, over, 7L), (feed.Status, feed.IsOver, feed.Seq));
        Assert.StartsWith(
            $"id: 7\nevent: {kind}\ndata: {{\"type\":\"{kind}\",",
            frame,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\"timestamp\":\"1970-01-01T00:00:00.000Z\"",
            frame,
            StringComparison.Ordinal
        );
    }

    private static List<(long Seq, string Kind, string Data)> EventsOf(string text) =>
        [
            .. text.Split("\n\n")
                .Where(frame => frame.StartsWith("id: ", StringComparison.Ordinal))
                .Select(frame => frame.Split('\n'))
                .Select(l => (long.Parse(l[0][4..], provider: null), l[1][7..], l[2][6..])),
        ];
}
