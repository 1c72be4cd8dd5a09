using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Cards;

namespace ChatApprovals.Tests.Teams;

/// <summary>What people do in the played Teams, and what they and the desk see of it.</summary>
public sealed class TeamsInboundTests : TeamsBench
{
    [Theory]
    [InlineData("approve", Verdict.Approved)]
    [InlineData("reject", Verdict.Rejected)]
    public async Task A_button_decides_with_its_place_and_reason(string verb, Verdict verdict)
    {
        var (id, thread) = await CardAsync();
        Decide = _ => Counted(CardState.Approved);
        var answer = await PressAsync(id, thread, verb, new { reason = "checked" });
        Assert.Equal((200, 200), (answer.Status, answer.StatusCode));
        var click = Assert.Single(Clicks);
        Assert.Equal(
            (Token, verdict, AccountOf(People.Carol), thread, id, "checked"),
            (
                click.Token,
                click.Verdict,
                click.Account,
                click.Conversation,
                click.Message,
                click.Reason
            )
        );
        Assert.False(click.Reviewed);
        Assert.Equal(43, click.EvidenceHash.Length);
    }

    [Fact]
    public async Task Who_clicked_sees_the_card_as_it_is_now()
    {
        var (id, thread) = await CardAsync();
        Decide = _ => Counted(CardState.Approved);
        var answer = await PressAsync(id, thread, "approve");
        Assert.Equal("application/vnd.microsoft.card.adaptive", answer.Type);
        Assert.DoesNotContain(
            "Action.Execute",
            answer.Value!.Value.GetRawText(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_may_not_decide_is_told_why_on_their_own_card()
    {
        var (id, thread) = await CardAsync();
        var card = Card with { Actions = CardActions.None };
        Decide = _ =>
            Task.FromResult<ClickAnswer>(
                new ClickAnswer.Refused(Refusal.Owner, "You own the agent.", card, Copy(id))
            );
        var answer = await PressAsync(id, thread, "approve");
        Assert.Equal(200, answer.StatusCode);
        var text = answer.Value!.Value.GetRawText();
        Assert.Contains("You own the agent.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Action.Execute", text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "You own",
            Teams.Conversation(Acme.TeamsChannel)!.Find(id)!.Card!.Value.GetRawText(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_could_not_be_saved_was_not_decided_and_can_be_tried_again()
    {
        var (id, thread) = await CardAsync();
        Decide = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unavailable());
        var body = InvokeBody(id, thread);
        var answer = await Teams.Send(body, TrueToken, Cancel);
        Assert.Equal((200, 500), (answer.Status, answer.StatusCode));
        Assert.Equal("application/vnd.microsoft.error", answer.Type);
        Decide = _ => Counted(CardState.Approved);
        Assert.Equal(200, (await Teams.Send(body, TrueToken, Cancel)).StatusCode);
    }

    [Fact]
    public async Task An_unknown_card_is_an_error_and_nothing_more()
    {
        var (id, thread) = await CardAsync();
        var answer = await PressAsync(id, thread, "approve");
        Assert.Equal((200, 400), (answer.Status, answer.StatusCode));
    }

    [Fact]
    public async Task The_same_delivery_again_gets_the_same_answer_and_decides_once()
    {
        var (id, thread) = await CardAsync();
        Decide = _ => Counted(CardState.Approved);
        var body = InvokeBody(id, thread);
        var first = await Teams.Send(body, TrueToken, Cancel);
        var second = await Teams.Send(body, TrueToken, Cancel);
        Assert.Equal(first.Body!.Value.GetRawText(), second.Body!.Value.GetRawText());
        Assert.Single(Clicks);
    }

    [Fact]
    public async Task Two_buttons_under_one_activity_id_are_two_clicks()
    {
        var (id, thread) = await CardAsync();
        Decide = _ => Counted(CardState.Pending);
        var activity = Teams.InvokeActivity(Carol, thread, id, "approve", null);
        await SendAsync(activity);
        activity["value"]!["action"]!["verb"] = "reject";
        await SendAsync(activity);
        Assert.Equal([Verdict.Approved, Verdict.Rejected], Clicks.Select(c => c.Verdict));
    }

    [Fact]
    public async Task Somebody_without_an_object_id_decides_nothing()
    {
        var (id, thread) = await CardAsync();
        var activity = Teams.InvokeActivity(Carol, thread, id, "approve", null);
        activity["from"]!.AsObject().Remove("aadObjectId");
        var answer = await SendAsync(activity);
        Assert.Equal((200, 400), (answer.Status, answer.StatusCode));
        Assert.Empty(Clicks);
    }

    [Fact]
    public async Task A_click_from_no_message_is_from_no_card()
    {
        var (id, thread) = await CardAsync();
        var activity = Teams.InvokeActivity(Carol, thread, id, "approve", null);
        activity.Remove("replyToId");
        await SendAsync(activity);
        Assert.Equal("", Assert.Single(Clicks).Message);
    }

    [Fact]
    public async Task A_refresh_only_looks()
    {
        var (id, thread) = await CardAsync();
        View = _ => new CardView(Card with { Note = "Not you." }, Copy(id), default);
        var answer = await PressAsync(id, thread, "refresh");
        Assert.Contains("Not you.", answer.Value!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(Clicks);
        Assert.Equal([AccountOf(People.Carol)], Views);
    }

    [Theory]
    [InlineData("refresh")]
    [InlineData("review")]
    public async Task A_forwarded_card_shows_nothing(string verb)
    {
        var (id, thread) = await CardAsync();
        View = _ => new CardView(Card, Copy("another message"), default);
        Assert.Equal(400, (await PressAsync(id, thread, verb)).StatusCode);
        View = _ => new CardView(Card, Copy(id, "19:elsewhere"), default);
        Assert.Equal(400, (await PressAsync(id, thread, verb)).StatusCode);
    }

    [Fact]
    public async Task A_review_counts_as_read_only_after_its_last_page_and_in_order()
    {
        var (id, thread) = await CardAsync();
        var card = Card with
        {
            Facts = [.. Enumerable.Range(0, 400).Select(i => new CardFact($"action.{i}", "x"))],
        };
        View = _ => new CardView(card, Copy(id), default);
        Decide = _ => Counted(CardState.Pending);
        var jump = await PressAsync(id, thread, "review", new { page = 99 });
        Assert.Contains("Page 1 of", Text(jump), StringComparison.Ordinal);
        await PressAsync(id, thread, "approve");
        Assert.False(Clicks.Last().Reviewed);
        for (var page = 2; page < 60; page++)
        {
            await PressAsync(id, thread, "review", new { page });
        }

        await PressAsync(id, thread, "approve");
        Assert.True(Clicks.Last().Reviewed);
        Assert.Equal(43, Clicks.Last().ReviewHash!.Length);
    }

    [Fact]
    public async Task Other_invokes_are_not_implemented()
    {
        var activity = Teams.InvokeActivity(Carol, Acme.TeamsChannel, "1", "approve", null);
        activity["name"] = "task/fetch";
        Assert.Equal(501, (await SendAsync(activity)).Status);
    }

    [Theory]
    [InlineData("messageUpdate")]
    [InlineData("messageReaction")]
    public async Task Edits_and_reactions_do_nothing(string type)
    {
        var activity = Teams.MessageActivity(Carol, Teams.Personal(Carol).Id, "approve");
        activity["type"] = type;
        Assert.Equal(200, (await SendAsync(activity)).Status);
        await IdleAsync();
        Assert.Empty(Commands);
        Assert.Empty(Clicks);
    }

    [Fact]
    public async Task Being_added_and_removed_is_remembered_in_whatever_order_it_is_told()
    {
        var personal = Teams.Personal(Carol).Id;
        Assert.Equal(200, (await Teams.Install(Carol, Acme.TeamsChannel, Cancel)).Status);
        Assert.Equal(200, (await Teams.Install(Carol, personal, Cancel)).Status);
        var place = Register.Places[personal];
        Assert.Equal(
            ("personal", AccountOf(People.Carol), Carol, Teams.ServiceUrl),
            (place.Kind, place.Account, place.Mri, place.ServiceUrl)
        );
        Assert.Equal("channel", Register.Places[Acme.TeamsChannel].Kind);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Teams.Uninstall(Carol, Acme.TeamsChannel, Cancel);
        Assert.False(Register.Places.ContainsKey(Acme.TeamsChannel));
        Clock.Advance(TimeSpan.FromMinutes(-1));
        await Teams.Install(Carol, Acme.TeamsChannel, Cancel);
        Assert.False(Register.Places.ContainsKey(Acme.TeamsChannel));
    }

    [Fact]
    public async Task What_cannot_be_stored_is_not_acknowledged()
    {
        IsLedgerBroken = true;
        Assert.Equal(503, (await Teams.Install(Carol, Acme.TeamsChannel, Cancel)).Status);
    }

    [Fact]
    public async Task An_old_clients_button_decides_and_a_refusal_is_told_in_the_own_chat()
    {
        var (id, thread) = await CardAsync();
        Decide = _ =>
            Task.FromResult<ClickAnswer>(
                new ClickAnswer.Refused(Refusal.TooSoon, "Please read it first.", Card, Copy(id))
            );
        var activity = Teams.MessageActivity(Carol, thread, "");
        activity["replyToId"] = id;
        activity["value"] = new JsonObject { ["id"] = Token, ["verb"] = "approve" };
        Assert.Equal(200, (await SendAsync(activity)).Status);
        await IdleAsync();
        Assert.Equal(id, Assert.Single(Clicks).Message);
        Assert.Contains(
            "Please read it first.",
            Teams.Personal(Carol).Messages[^1].Card!.Value.GetRawText(),
            StringComparison.Ordinal
        );
    }

    private static string Text(TeamsAnswer answer) => answer.Value!.Value.GetRawText();

    private static Task<ClickAnswer> Counted(CardState state) =>
        Task.FromResult<ClickAnswer>(new ClickAnswer.Counted(MakeCard.In(state), Copy(null)));

    private async Task<(string Id, string Thread)> CardAsync()
    {
        var id = await PostedAsync();
        return (id, Teams.Conversation(Acme.TeamsChannel)!.Find(id)!.Thread);
    }

    private Task<TeamsAnswer> PressAsync(
        string id,
        string thread,
        string verb,
        object? typed = null
    ) =>
        Teams.Click(
            Carol,
            thread,
            id,
            verb,
            typed is null ? Json(new { id = Token }) : Merge(typed),
            Cancel
        );

    private static JsonElement Merge(object typed)
    {
        var all = JsonSerializer.SerializeToNode(typed)!.AsObject();
        all["id"] = Token;
        return JsonSerializer.SerializeToElement(all);
    }

    private byte[] InvokeBody(string id, string thread) =>
        Encoding.UTF8.GetBytes(
            Teams.InvokeActivity(Carol, thread, id, "approve", null).ToJsonString()
        );
}
