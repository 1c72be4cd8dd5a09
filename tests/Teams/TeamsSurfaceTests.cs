using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Teams;
using ChatApprovals.Tests.Cards;
using Member = ChatApprovals.Approvals.Member;

namespace ChatApprovals.Tests.Teams;

/// <summary>Cards into the played Teams, and who people are there.</summary>
public sealed class TeamsSurfaceTests : TeamsBench
{
    [Fact]
    public async Task A_card_is_posted_and_then_updated_in_place()
    {
        var id = await PostedAsync();
        var again = await DrawAsync(ToDraw(id));
        Assert.Equal(id, Assert.IsType<Drawing.Drawn>(again).Message);
        var message = Assert.Single(Channel.Messages);
        Assert.True(message is { Edited: true, FromBot: true });
        Assert.Empty(Teams.Lints);
    }

    [Fact]
    public async Task The_notification_says_nothing_of_the_request()
    {
        await PostedAsync();
        Assert.Equal("A request for approval", Assert.Single(Channel.Messages).Summary);
    }

    [Fact]
    public async Task Those_whose_view_differs_are_asked_to_refresh()
    {
        var drawing = await DrawAsync(ToDraw(null, AccountOf(People.Carol), Stranger));
        var message = Channel.Find(Assert.IsType<Drawing.Drawn>(drawing).Message)!;
        var users = message.Card!.Value.GetProperty("refresh").GetProperty("userIds");
        Assert.Equal(Carol, Assert.Single(users.EnumerateArray()).GetString());
        // Neither is asked for again: the bot's ids do not change.
        await DrawAsync(ToDraw(message.Id, AccountOf(People.Carol), Stranger));
        Assert.Equal(2, Teams.Calls.Count(c => c.Method is "members.get"));
    }

    [Fact]
    public async Task A_post_that_nobody_answered_may_have_arrived()
    {
        Teams.Faults.Next("activities.post", new Fault.DoneButUnheard());
        var later = Assert.IsType<Drawing.Later>(await DrawAsync(ToDraw()));
        Assert.True(later.MaybePosted);
        Assert.Single(Channel.Messages);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_gateways_answer_to_a_post_tells_nothing(int status)
    {
        Teams.Faults.Next("activities.post", new Fault.HttpError(status));
        Assert.True(Assert.IsType<Drawing.Later>(await DrawAsync(ToDraw())).MaybePosted);
        Assert.Equal(1, Posts);
    }

    [Fact]
    public async Task An_unheard_post_is_found_again_by_the_first_client_that_shows_it()
    {
        Teams.Faults.Next("activities.post", new Fault.DoneButUnheard());
        await DrawAsync(ToDraw());
        var message = Assert.Single(Channel.Messages);
        View = _ => new CardView(Card, Copy(null), default);
        await Teams.Click(Carol, message.Thread, message.Id, "refresh", null, Cancel);
        var drawing = await DrawAsync(ToDraw() with { MaybePosted = true });
        Assert.Equal(message.Id, Assert.IsType<Drawing.Drawn>(drawing).Message);
        Assert.Single(Channel.Messages);
    }

    [Fact]
    public async Task A_limit_is_waited_for_as_long_as_Teams_says()
    {
        Teams.Faults.Next("activities.post", new Fault.RateLimited(7));
        var later = Assert.IsType<Drawing.Later>(await DrawAsync(ToDraw()));
        Assert.Equal((TimeSpan.FromSeconds(7), false), (later.After, later.MaybePosted));

        // Nor does it take another card, or a note.
        Assert.True(later.IsFull);
        Clock.Advance(TimeSpan.FromSeconds(6));
        var next = Assert.IsType<Drawing.Later>(await DrawAsync(ToDraw()));
        Assert.Equal((TimeSpan.FromSeconds(1), true), (next.After, next.IsFull));
        Assert.IsType<Noted.Not>(
            await Surface.NoteAsync(Acme.TeamsChannel, "Title", ["a line"], Cancel)
        );
        Assert.Equal(1, Posts);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Drawing.Drawn>(await DrawAsync(ToDraw()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task What_Teams_says_to_wait_is_at_least_a_second_and_never_cut_short(int seconds)
    {
        Teams.Faults.Next("activities.post", new Fault.RateLimited(seconds));
        var later = Assert.IsType<Drawing.Later>(await DrawAsync(ToDraw()));
        Assert.Equal(TimeSpan.FromSeconds(Math.Max(1, seconds)), later.After);
    }

    [Fact]
    public async Task One_conversation_gets_seven_messages_a_second_at_most()
    {
        for (var i = 0; i < 7; i++)
        {
            Assert.IsType<Drawing.Drawn>(await DrawAsync(ToDraw()));
        }

        var later = Assert.IsType<Drawing.Later>(await DrawAsync(ToDraw()));
        Assert.Equal((TimeSpan.FromSeconds(1), false), (later.After, later.MaybePosted));
        Assert.Equal(7, Posts);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<Drawing.Drawn>(await DrawAsync(ToDraw()));
    }

    [Fact]
    public async Task An_update_is_tried_again_at_once()
    {
        var id = await PostedAsync();
        Teams.Faults.Next("activities.put", new Fault.HttpError(502), times: 2);
        Assert.IsType<Drawing.Drawn>(await DrawAsync(ToDraw(id)));
    }

    [Fact]
    public async Task A_place_the_bot_is_not_in_is_tried_again_while_the_request_waits()
    {
        Channel.BotMayWrite = false;
        CopyToDraw[] copies =
        [
            ToDraw(),
            ToDraw() with
            {
                Conversation = "19:gone",
            },
            ToDraw() with
            {
                Conversation = "..",
            },
        ];
        foreach (var copy in copies)
        {
            var later = Assert.IsType<Drawing.Later>(await DrawAsync(copy));
            Assert.True(later.IsToMend);
            Assert.Contains("add", later.Why, StringComparison.Ordinal);
            var over = copy with { Card = MakeCard.In(CardState.Expired) };
            Assert.IsType<Drawing.Never>(await DrawAsync(over));
        }

        Channel.BotMayWrite = true;
        Assert.IsType<Drawing.Drawn>(await DrawAsync(ToDraw()));
    }

    [Fact]
    public async Task A_card_that_is_there_is_drawn_a_last_time_when_its_place_can_be_reached_again()
    {
        var last = ToDraw(await PostedAsync()) with { Card = MakeCard.In(CardState.Expired) };
        Channel.BotMayWrite = false;
        foreach (var copy in new[] { last, last with { Conversation = "19:gone" } })
        {
            Assert.True(Assert.IsType<Drawing.Later>(await DrawAsync(copy)).IsToMend);
        }

        Channel.BotMayWrite = true;
        Assert.IsType<Drawing.Drawn>(await DrawAsync(last));
    }

    [Fact]
    public async Task A_message_that_is_gone_is_not_replaced()
    {
        var gone = ToDraw("1700000000000");
        Assert.IsType<Drawing.Never>(await DrawAsync(gone));
        var last = gone with { Card = MakeCard.In(CardState.Expired) };
        Assert.IsType<Drawing.Never>(await DrawAsync(last));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once()
    {
        await PostedAsync();
        Teams.RevokeTokens();
        await PostedAsync();
        Assert.Equal(2, Teams.Calls.Count(c => c.Method is "token"));
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_renewed_before_its_end()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Surface.CheckAsync(Cancel)));
        Assert.Equal(1, Teams.Calls.Count(c => c.Method is "token"));
        Clock.Advance(TimeSpan.FromMinutes(56));
        Assert.Null(await Surface.CheckAsync(Cancel));
        Assert.Equal(2, Teams.Calls.Count(c => c.Method is "token"));
    }

    [Fact]
    public async Task Without_a_token_the_check_says_so_and_nothing_is_sent()
    {
        Teams.Faults.Next("token", new Fault.HttpError(500), times: 2);
        Assert.NotNull(await Surface.CheckAsync(Cancel));
        Assert.False(Assert.IsType<Drawing.Later>(await DrawAsync(ToDraw())).MaybePosted);
        Assert.Equal(0, Posts);
    }

    [Fact]
    public async Task People_are_asked_of_Teams()
    {
        Assert.Null((await LookUpAsync(People.Carol)).Obstacle);
        Assert.Equal(["carol@acme.example"], (await LookUpAsync(People.Carol)).Emails);
        Assert.Equal(MemberObstacle.Guest, (await LookUpAsync(People.Dan)).Obstacle);
    }

    [Fact]
    public async Task Somebody_whose_own_tenant_is_another_is_a_stranger()
    {
        Teams.SetMember(
            TeamsMemberOf(People.Carol) with
            {
                TenantId = "11111111-1111-4111-8111-111111111111",
            }
        );
        Assert.Equal(MemberObstacle.Stranger, (await LookUpAsync(People.Carol)).Obstacle);
    }

    [Fact]
    public async Task An_account_of_another_tenant_is_not_even_asked_for()
    {
        var other = AccountId.Teams("11111111-1111-4111-8111-111111111111", "x");
        Assert.Equal(MemberObstacle.Stranger, (await Surface.LookUpAsync(other, Cancel)).Obstacle);
        Assert.Empty(Teams.Calls);
    }

    [Fact]
    public async Task Somebody_Teams_does_not_know_is_unknown()
    {
        Assert.Equal(
            MemberObstacle.Unknown,
            (await Surface.LookUpAsync(Stranger, Cancel)).Obstacle
        );
    }

    [Theory]
    [InlineData(500)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task While_Teams_cannot_say_everybody_is_unknown(int status)
    {
        Teams.Faults.Next("members.get", new Fault.HttpError(status), times: 3);
        Assert.Equal(MemberObstacle.Unknown, (await LookUpAsync(People.Carol)).Obstacle);
    }

    [Fact]
    public async Task One_broken_answer_is_asked_again()
    {
        Teams.Faults.Next("members.get", new Fault.HttpError(502));
        Assert.Null((await LookUpAsync(People.Carol)).Obstacle);
    }

    [Fact]
    public async Task Who_left_the_place_they_clicked_in_is_gone()
    {
        await Teams.Write(Carol, Acme.TeamsChannel, "@ChatApprovals help", Cancel);
        await IdleAsync();
        Channel.Leave(Carol);
        foreach (var place in Register.Places.Keys)
        {
            Teams.Conversation(place)!.Leave(Carol);
        }

        Assert.Equal(MemberObstacle.Deactivated, (await LookUpAsync(People.Carol)).Obstacle);
    }

    private static AccountId Stranger => AccountId.Teams(People.Tenant, "99999999-9999");
    private TeamsSurface Surface => Get<TeamsSurface>();
    private TeamsConversation Channel => Teams.Conversation(Acme.TeamsChannel)!;
    private int Posts => Teams.Calls.Count(c => c.Method is "activities.post");

    private Task<Drawing> DrawAsync(CopyToDraw copy) => Surface.DrawAsync(copy, Cancel);

    private Task<Member> LookUpAsync(ChatApprovals.Playground.Person person) =>
        Surface.LookUpAsync(AccountOf(person), Cancel);

    private static ChatApprovals.Playground.Teams.TeamsMember TeamsMemberOf(
        ChatApprovals.Playground.Person p
    ) => new(p.Teams!, p.Mri!, p.Name, p.Email);
}
