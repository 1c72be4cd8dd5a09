using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Desk;

public sealed class OutboxTests
{
    [Fact]
    public async Task A_card_is_posted_then_redrawn_when_the_request_ends()
    {
        await using var desk = await TestDesk.OpenAsync();
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var approval = await desk.OpenOneAsync();
        await Eventually.TrueAsync(() => Shown(desk, approval), "the card's message is stored");
        await desk.ClickAsync(approval, "BOB");
        await Eventually.TrueAsync(
            () => desk.Wall.Drawn.Any(d => d.Card.State == CardState.Approved),
            "the card says approved"
        );
        Assert.Equal(2, desk.Wall.Drawn.Count);
        Assert.Equal("m1", desk.Wall.Drawn.Last().Message);
        Assert.Equal(CardActions.None, desk.Wall.Drawn.Last().Card.Actions);
        await desk.Outbox.StopAsync(TestDesk.Cancel);
    }

    [Fact]
    public async Task A_failed_drawing_is_tried_again_and_says_that_it_may_be_there()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Next.Enqueue(new Drawing.Later("timeout", TimeSpan.Zero, MaybePosted: true));
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var approval = await desk.OpenOneAsync();
        await Eventually.TrueAsync(() => Shown(desk, approval), "the card's message is stored");
        Assert.True(Assert.Single(desk.Wall.Drawn).MaybePosted);
        await desk.Outbox.StopAsync(TestDesk.Cancel);
    }

    [Fact]
    public async Task A_conversation_that_is_full_rests_while_what_it_shows_is_redrawn()
    {
        await using var desk = await TestDesk.OpenAsync();
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var shown = await desk.OpenOneAsync("CHG-1");
        await Eventually.TrueAsync(() => Shown(desk, shown), "the first card is there");

        desk.Wall.Next.Enqueue(Full(TimeSpan.FromHours(1)));
        var waiting = await desk.OpenOneAsync("CHG-2");
        await Eventually.TrueAsync(() => desk.Wall.Next.IsEmpty, "the second was tried");
        await desk.OpenOneAsync("CHG-3");
        await desk.ClickAsync(shown, "BOB");
        await Eventually.TrueAsync(
            () => desk.Wall.Drawn.Any(d => d.Card.State == CardState.Approved),
            "the first says approved"
        );
        Assert.All(desk.Wall.Drawn, d => Assert.Equal(shown.Copies[0].Token, d.Token));
        await Eventually.TrueAsync(
            () => desk.Store.Queues(Surface.Slack).Count == 1,
            "nothing is owed but the two posts"
        );
        var post = Assert.Single(desk.Store.Queues(Surface.Slack));
        var owed = desk.Store.Due(Surface.Slack, post.Name, DateTimeOffset.MaxValue, 9);
        Assert.Equal(2, owed.Count);
        Assert.Equal(waiting.Id, owed[0].Request);
        Assert.All(owed, l => Assert.Equal(0, l.Attempts));
    }

    [Fact]
    public async Task What_waited_for_a_full_conversation_is_posted_when_it_has_rested()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Next.Enqueue(Full(TimeSpan.FromMilliseconds(50)));
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var approval = await desk.OpenOneAsync();
        await Eventually.TrueAsync(() => Shown(desk, approval), "the card's message is stored");
        Assert.Single(desk.Wall.Drawn);
    }

    [Fact]
    public async Task A_card_that_cannot_be_shown_is_named_with_the_reason()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Next.Enqueue(new Drawing.Never("the bot is not in that channel: invite it"));
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var approval = await desk.OpenOneAsync();
        await Eventually.TrueAsync(() => desk.Undrawn.All.Count == 1, "the card is named");
        var copy = desk.Undrawn.All[0];
        Assert.Equal((approval.Id, "C1", true), (copy.Request, copy.Conversation, copy.GivenUp));
        Assert.Contains("invite", copy.Why);
        await desk.ClickAsync(approval, "BOB");
        await Eventually.TrueAsync(() => desk.Outbox.IsIdle, "nothing is owed");
        await desk.Outbox.StopAsync(TestDesk.Cancel);
    }

    [Theory]
    [InlineData(true, 60)]
    [InlineData(false, 300)]
    public async Task What_somebody_must_mend_is_tried_again_each_minute(bool toMend, int seconds)
    {
        var clock = new HandClock(Make.Noon);
        await using var desk = await TestDesk.OpenAsync(clock: clock);
        var approval = await desk.OpenOneAsync();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            await desk.Committer.CommitAsync(
                commit =>
                {
                    commit.DrawAgain(Owed(desk, approval), clock.GetUtcNow(), maybePosted: false);
                    return true;
                },
                TestDesk.Cancel
            );
        }

        desk.Wall.Next.Enqueue(
            new Drawing.Later("invite the bot", null, false) { IsToMend = toMend }
        );
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        await Eventually.TrueAsync(
            () => desk.Wall.Next.IsEmpty && desk.Outbox.IsIdle,
            "it was tried"
        );
        await desk.Outbox.StopAsync(TestDesk.Cancel);
        Assert.Equal(Make.Noon.AddSeconds(seconds), Owed(desk, approval).DueAt);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(Assert.Single(desk.Undrawn.All).GivenUp);
    }

    [Theory]
    [InlineData(40, 6, false)]
    [InlineData(39, 8, false)]
    [InlineData(40, 8, true)]
    public async Task The_last_drawing_is_tried_for_a_week_and_some_hours(
        int attempts,
        int days,
        bool givenUp
    )
    {
        var clock = new HandClock(Make.Noon);
        await using var desk = await TestDesk.OpenAsync(clock: clock);
        var opened = await desk.OpenOneAsync();
        await CommitAsync(
            desk,
            c => c.Record(new Fact.RequestDisplayed(opened.Id, 0, Surface.Slack, "C1", "m1", "h"))
        );
        await desk.ClickAsync(opened, "BOB");
        var ended = (await desk.Desk.ShowAsync(opened.Id, TestDesk.Cancel))!;
        clock.Advance(TimeSpan.FromDays(days));
        var now = clock.GetUtcNow();
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            await CommitAsync(desk, c => c.DrawAgain(Owed(desk, ended), now, maybePosted: false));
        }

        desk.Wall.Next.Enqueue(new Drawing.Later("add the bot", null, false) { IsToMend = true });
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        await Eventually.TrueAsync(
            () => desk.Wall.Next.IsEmpty && desk.Outbox.IsIdle,
            "it was tried"
        );
        await desk.Outbox.StopAsync(TestDesk.Cancel);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(givenUp, Assert.Single(desk.Undrawn.All).GivenUp);
        if (!givenUp)
        {
            Assert.Equal(now.AddMinutes(5), Owed(desk, ended).DueAt);
        }
    }

    private static Task<bool> CommitAsync(TestDesk desk, Action<Commit> record) =>
        desk.Committer.CommitAsync(
            commit =>
            {
                record(commit);
                return true;
            },
            TestDesk.Cancel
        );

    private static OutboxLine Owed(TestDesk desk, Approval approval)
    {
        var queue = OutboxTurn.Of(approval, approval.Copies[0]);
        return Assert.Single(desk.Store.Due(Surface.Slack, queue, DateTimeOffset.MaxValue, 9));
    }

    [Fact]
    public async Task What_was_owed_at_a_crash_is_drawn_after_the_start()
    {
        await using var first = await TestDesk.OpenAsync();
        first.Keep = true;
        var approval = await first.OpenOneAsync();
        await first.DisposeAsync();

        await using var second = await TestDesk.OpenAsync(first.Path);
        await second.Outbox.StartAsync(TestDesk.Cancel);
        await Eventually.TrueAsync(() => Shown(second, approval), "the card's message is stored");
        Assert.True(Assert.Single(second.Wall.Drawn).MaybePosted);
        await second.Outbox.StopAsync(TestDesk.Cancel);
    }

    [Fact]
    public async Task A_request_whose_time_is_over_expires_by_itself_and_its_card_says_so()
    {
        await using var desk = await TestDesk.OpenAsync();
        using var timers = new Timers(
            desk.Committer,
            desk.Store,
            new ChatApprovals.Desk.Directory([desk.Wall], desk.Clock),
            PatientClock.Shared,
            NullLogger<Timers>.Instance
        );
        await timers.StartAsync(TestDesk.Cancel);
        var approval = await desk.OpenOneAsync(expiresIn: 1);
        var ended = await desk.Desk.WaitAsync(
            Make.Agent,
            approval.Id,
            TimeSpan.FromSeconds(20),
            TestDesk.Cancel
        );
        Assert.Equal(RequestStatus.Expired, ended!.Status);
        Assert.True(ended.EndedAt >= approval.Opening.ExpiresAt);
        await timers.StopAsync(TestDesk.Cancel);
    }

    [Fact]
    public async Task A_surface_that_hangs_for_ever_delays_no_card_of_the_other()
    {
        var stuck = new StuckSurface();
        await using var desk = await TestDesk.OpenAsync(others: stuck);
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        // More than all workers of a surface, and than it looks ahead.
        const int many = 100;
        for (var i = 0; i < many; i++)
        {
            await desk.OpenOneAsync($"CHG-{i}");
        }

        await Eventually.TrueAsync(
            () => desk.Wall.Drawn.DistinctBy(d => d.Token, StringComparer.Ordinal).Count() == many,
            "every card is in Slack while Teams hangs"
        );
        Assert.InRange(stuck.Hanging, 1, 32);
        stuck.LetGo();
        await Eventually.TrueAsync(() => desk.Outbox.IsIdle, "every card is in Teams, too");
        Assert.Equal(many, stuck.Drawn);
        await desk.Outbox.StopAsync(TestDesk.Cancel);
    }

    [Fact]
    public async Task Cards_of_a_surface_that_is_switched_off_wait_until_it_is_on_again()
    {
        await using var first = await TestDesk.OpenAsync(others: new StuckSurface());
        first.Keep = true;
        await first.OpenOneAsync();
        await first.DisposeAsync();

        await using var off = await TestDesk.OpenAsync(first.Path);
        off.Keep = true;
        await off.Outbox.StartAsync(TestDesk.Cancel);
        await Eventually.TrueAsync(() => off.Outbox.IsIdle, "Slack's card is drawn");
        await off.Outbox.StopAsync(TestDesk.Cancel);
        await off.DisposeAsync();

        var teams = new StuckSurface();
        teams.LetGo();
        await using var on = await TestDesk.OpenAsync(first.Path, others: teams);
        await on.Outbox.StartAsync(TestDesk.Cancel);
        await Eventually.TrueAsync(() => teams.Drawn == 1, "Teams' card is drawn");
        await on.Outbox.StopAsync(TestDesk.Cancel);
    }

    private static Drawing.Later Full(TimeSpan rest) =>
        new("enough for now", rest, MaybePosted: false) { IsFull = true };

    private static bool Shown(TestDesk desk, Approval approval) =>
        desk.Committer.Recent.Find(approval.Id)?.Copies[0].Message is not null
        && desk.Outbox.IsIdle;
}
