using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>A question from the button to the agent and its answer back to every card.</summary>
public sealed class QuestionTests
{
    [Fact]
    public async Task A_question_and_its_answer_are_on_the_card_in_its_thread_and_in_the_ledger()
    {
        await using var desk = await TestDesk.OpenAsync();
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var request = await desk.OpenOneAsync();
        await ShownAsync(desk, c => c.Card.Questions.IsEmpty);

        var asked = Assert.IsType<ClickAnswer.Counted>(
            await AskAsync(desk, request, "BOB", "Why?")
        );
        Assert.Equal("Why?", Assert.Single(asked.Card.Questions).Text);
        Assert.IsType<Closed.Done>(await AnswerAsync(desk, request, "Because."));
        await ShownAsync(desk, c => c.Card.Questions is [{ Answer.Text: "Because." }]);
        await desk.Outbox.StopAsync(TestDesk.Cancel);

        Assert.Equal(
            [new CardTalk("BOB", "slack", "Why?"), new CardTalk("deploy-bot", null, "Because.")],
            desk.Wall.Said.Select(s => s.Talk)
        );
        Assert.All(desk.Wall.Said, s => Assert.Equal("m1", s.Message));
        var copy = (await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!.Copies[0];
        Assert.Equal(2, copy.Told);
        Assert.Equal("hash-2", copy.DisplayHash);

        var entries = Entries(desk, request);
        var question = Assert.Single(entries, e => e.Kind is EntryKinds.QuestionAsked);
        var answer = Assert.Single(entries, e => e.Kind is EntryKinds.QuestionAnswered);
        // Names and words are beside the entries, by salted digest.
        Assert.All(
            new[] { question, answer },
            e =>
            {
                Assert.DoesNotContain("Why?", Encoding.UTF8.GetString(e.Bytes));
                Assert.DoesNotContain("Because.", Encoding.UTF8.GetString(e.Bytes));
                Assert.NotNull(e.Content);
            }
        );
        Assert.Contains("\"evidence_hash\":\"evidence\"", Encoding.UTF8.GetString(question.Bytes));
    }

    [Fact]
    public async Task Nothing_is_told_twice_while_the_card_cannot_be_drawn()
    {
        await using var desk = await TestDesk.OpenAsync();
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var request = await desk.OpenOneAsync();
        await ShownAsync(desk, c => c.Card.Questions.IsEmpty);
        desk.Wall.Next.Enqueue(
            new Drawing.Later("full", TimeSpan.FromMilliseconds(10), MaybePosted: false)
        );
        desk.Wall.Next.Enqueue(
            new Drawing.Later("full", TimeSpan.FromMilliseconds(10), false) { IsFull = true }
        );
        await AskAsync(desk, request, "BOB", "Why?");
        await ShownAsync(desk, c => c.Card.Questions.Length == 1);
        await desk.Outbox.StopAsync(TestDesk.Cancel);
        Assert.Empty(desk.Wall.Next);
        Assert.Single(desk.Wall.Said);
    }

    [Fact]
    public async Task A_card_that_is_posted_with_questions_on_it_tells_only_later_ones()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = await desk.OpenOneAsync();
        await AskAsync(desk, request, "BOB", "Before?");
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        await ShownAsync(desk, c => c.Card.Questions.Length == 1);
        await AskAsync(desk, request, "CAROL", "After?");
        await ShownAsync(desk, c => c.Card.Questions.Length == 2);
        await desk.Outbox.StopAsync(TestDesk.Cancel);
        Assert.Equal("After?", Assert.Single(desk.Wall.Said).Talk.Text);
    }

    [Fact]
    public async Task Whoever_may_not_decide_may_ask_and_a_guest_may_not()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = await desk.OpenOneAsync();
        var owner = Assert.IsType<ClickAnswer.Counted>(
            await AskAsync(desk, request, "ERIN", "Eh?")
        );
        Assert.Equal(
            (false, false, true),
            (owner.Card.Actions.Approve, owner.Card.Actions.Reject, owner.Card.Actions.Question)
        );

        desk.Wall.Obstacles[Make.Slack("GUEST")] = MemberObstacle.Guest;
        var guest = Assert.IsType<ClickAnswer.Refused>(await AskAsync(desk, request, "GUEST", "?"));
        Assert.Equal("You are a guest here. Only full members can ask.", guest.Text);
        Assert.False(guest.Card.Actions.Any);
        var entry = Encoding.UTF8.GetString(Entries(desk, request)[^1].Bytes);
        Assert.Contains("\"kind\":\"decision.refused\"", entry);
        Assert.Contains("\"verdict\":\"question\",\"refusal\":\"guest\"", entry);
        Assert.Single((await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!.Questions);
    }

    [Fact]
    public async Task The_form_is_offered_to_who_may_ask_and_nothing_is_recorded_before_it_is_sent()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = await desk.OpenOneAsync();
        var size = desk.Store.Head()!.Size;
        Assert.IsType<ClickAnswer.QuestionWanted>(
            await AskAsync(desk, request, "BOB", null, canAsk: true)
        );
        Assert.Equal(size, desk.Store.Head()!.Size);
        var missing = Assert.IsType<ClickAnswer.Refused>(await AskAsync(desk, request, "BOB", " "));
        Assert.Equal(Refusal.QuestionMissing, missing.Why);
    }

    [Fact]
    public async Task A_question_from_elsewhere_or_of_no_card_of_ours_is_not_asked()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = await desk.OpenOneAsync();
        var click = Click(request, "BOB", "Why?");
        var elsewhere = await desk.Desk.AskAsync(
            click with
            {
                Conversation = "C2",
            },
            TestDesk.Cancel
        );
        Assert.Equal(Refusal.WrongPlace, Assert.IsType<ClickAnswer.Refused>(elsewhere).Why);
        var unknown = await desk.Desk.AskAsync(
            click with
            {
                Token = click.Token + "x",
            },
            TestDesk.Cancel
        );
        Assert.IsType<ClickAnswer.Unknown>(unknown);
    }

    [Fact]
    public async Task An_answer_is_only_for_the_agents_own_request_and_only_while_it_waits()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = await desk.OpenOneAsync();
        Assert.IsType<Closed.Unasked>(await AnswerAsync(desk, request, "x"));
        await AskAsync(desk, request, "BOB", "Why?");
        var other = AgentName.Parse("other", provider: null);
        Assert.IsType<Closed.NotFound>(
            await desk.Desk.AnswerAsync(other, request.Id, null, "x", TestDesk.Cancel)
        );
        await desk.ClickAsync(request, "BOB", Verdict.Rejected);
        Assert.IsType<Closed.NotNow>(await AnswerAsync(desk, request, "x"));
        var late = Assert.IsType<ClickAnswer.Refused>(await AskAsync(desk, request, "CAROL", "?"));
        Assert.Equal(
            "Too late: this request is already denied (by BOB). Nothing was asked.",
            late.Text
        );
    }

    [Fact]
    public async Task After_the_deadline_the_question_and_the_answer_find_it_expired()
    {
        var clock = new HandClock(Make.Noon);
        await using var desk = await TestDesk.OpenAsync(clock: clock);
        var (one, two) = (await desk.OpenOneAsync("1", 60), await desk.OpenOneAsync("2", 60));
        await AskAsync(desk, two, "BOB", "Why?");
        clock.Advance(TimeSpan.FromMinutes(2));
        var late = Assert.IsType<ClickAnswer.Refused>(await AskAsync(desk, one, "BOB", "Why?"));
        Assert.Equal(Refusal.Expired, late.Why);
        var answer = Assert.IsType<Closed.NotNow>(await AnswerAsync(desk, two, "So."));
        Assert.Equal(RequestStatus.Expired, answer.Approval.Status);
    }

    [Fact]
    public async Task Who_read_a_review_before_the_answer_came_approves_what_was_read()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = await desk.OpenOneAsync();
        await AskAsync(desk, request, "CAROL", "Why?");
        await AnswerAsync(desk, request, "Because.");
        var click = new Click(
            request.Copies[0].Token,
            Verdict.Approved,
            Make.Slack("BOB"),
            Conversation: null,
            Message: null,
            Reason: null,
            "evidence"
        )
        {
            Reviewed = true,
            ReviewHash = "what Bob read",
        };
        Assert.IsType<ClickAnswer.Counted>(await desk.Desk.DecideAsync(click, TestDesk.Cancel));
        var decided = await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel);
        Assert.Equal("what Bob read", Assert.Single(decided!.Decisions).DisplayHash);
    }

    private static QuestionClick Click(Approval request, string user, string? text) =>
        new(
            request.Copies[0].Token,
            Make.Slack(user),
            request.Copies[0].Conversation,
            Message: null,
            text,
            "evidence"
        );

    private static Task<ClickAnswer> AskAsync(
        TestDesk desk,
        Approval request,
        string user,
        string? text,
        bool canAsk = false
    ) => desk.Desk.AskAsync(Click(request, user, text) with { CanAsk = canAsk }, TestDesk.Cancel);

    private static Task<Closed> AnswerAsync(TestDesk desk, Approval request, string text) =>
        desk.Desk.AnswerAsync(Make.Agent, request.Id, question: null, text, TestDesk.Cancel);

    private static Task ShownAsync(TestDesk desk, Func<CopyToDraw, bool> wanted) =>
        Eventually.TrueAsync(
            () => desk.Wall.Drawn.LastOrDefault() is { } last && wanted(last) && desk.Outbox.IsIdle,
            "the card shows it"
        );

    private static IReadOnlyList<StoredEntry> Entries(TestDesk desk, Approval request) =>
        desk.Store.EntriesOf(request.Id.ToString(), long.MaxValue, 100);
}
