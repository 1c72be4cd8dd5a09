using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Who may ask the agent what and how often, and which question an answer is to.</summary>
public sealed class AskingTests
{
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_erin = PersonId.New(Make.Noon);
    private static readonly Register s_register = Make.Register(
        Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
        Make.Linked(s_erin, Make.Slack("ERIN"), "erin@acme.example"),
        Make.OwnedAgent(s_erin, s_erin),
        Make.Group("approvers", s_bob)
    );

    private static Approval Pending => Make.Approval(s_register);

    [Theory]
    [InlineData("BOB")]
    [InlineData("ERIN")]
    public void Whoever_is_a_member_may_ask_the_owner_too(string user)
    {
        var after = Asked(Pending, user, " Why now? ");
        var question = Assert.Single(after.Questions);
        Assert.Equal(("Why now?", user, 0), (question.Text, question.Name, question.Place));
        Assert.Equal(Surface.Slack, question.Surface);
        Assert.Null(question.Answer);
        Assert.True(after.IsPending);
    }

    [Theory]
    [InlineData(MemberObstacle.Guest, Refusal.Guest)]
    [InlineData(MemberObstacle.Stranger, Refusal.Stranger)]
    [InlineData(MemberObstacle.NotHuman, Refusal.NotHuman)]
    [InlineData(MemberObstacle.Deactivated, Refusal.Deactivated)]
    [InlineData(MemberObstacle.Unknown, Refusal.UnknownPerson)]
    [InlineData(MemberObstacle.NoSuchAccount, Refusal.NoSuchMember)]
    public void Whoever_is_no_member_may_not_and_that_is_recorded(
        MemberObstacle obstacle,
        Refusal why
    )
    {
        var inquiry = Inquiry("BOB", "Why?");
        var refused = Refused(
            Pending,
            inquiry with
            {
                Member = inquiry.Member with { Obstacle = obstacle },
            }
        );
        var fact = Assert.IsType<Fact.QuestionRefused>(Assert.Single(refused.Facts));
        Assert.Equal((why, why, Make.Slack("BOB")), (refused.Why, fact.Refusal, fact.Account));
        Assert.Equal((s_bob, "evidence"), (fact.Person, fact.EvidenceHash));
    }

    [Theory]
    [InlineData(null, Risk.Critical, false)]
    [InlineData(Risk.High, Risk.Medium, false)]
    [InlineData(Risk.High, Risk.High, true)]
    [InlineData(Risk.High, Risk.Critical, true)]
    public void A_request_needs_a_key_from_the_risk_that_its_policy_names(
        Risk? from,
        Risk risk,
        bool needsKey
    )
    {
        var opening = Pending.Opening with { Risk = risk };
        var policy = opening.Policy with { SenderConstrained = from };
        Assert.Equal(needsKey, (opening with { Policy = policy }).NeedsKey);
    }

    [Fact]
    public void Somebody_unknown_is_recorded_without_a_person()
    {
        var inquiry = Inquiry("BOB", null) with { Asker = new Person(default, "x", []) };
        var fact = Assert.IsType<Fact.QuestionRefused>(Refused(Pending, inquiry).Facts[0]);
        Assert.Null(fact.Person);
    }

    [Fact]
    public void The_wrong_place_comes_before_who_it_is()
    {
        var inquiry = Inquiry("BOB", "Why?") with { Obstacle = Refusal.WrongPlace };
        var guest = inquiry with
        {
            Member = inquiry.Member with { Obstacle = MemberObstacle.Guest },
        };
        Assert.Equal(Refusal.WrongPlace, Refused(Pending, guest).Why);
    }

    [Theory]
    [InlineData(null, Refusal.QuestionMissing)]
    [InlineData("", Refusal.QuestionMissing)]
    [InlineData(" \n\t", Refusal.QuestionMissing)]
    [InlineData("1001", Refusal.QuestionTooLong)]
    public void A_question_is_neither_empty_nor_a_book(string? text, Refusal why)
    {
        text = text is "1001" ? new string('x', Asking.TextMax + 1) : text;
        Assert.Equal(why, Refused(Pending, Inquiry("BOB", text)).Why);
        Asked(Pending, "BOB", $" {new string('x', Asking.TextMax)} ");
    }

    [Fact]
    public void Nobody_is_asked_about_a_change_of_the_configuration()
    {
        var change = new ProposedChange("group", "sre", null, null, s_bob, Make.Slack("BOB"));
        var approval = Pending with { Change = change };
        Assert.Equal(Refusal.NobodyToAsk, Refused(approval, Inquiry("BOB", "Why?")).Why);
    }

    [Fact]
    public void After_the_end_and_after_the_deadline_nothing_is_asked()
    {
        var ended = Pending with { Status = RequestStatus.Denied };
        Assert.Equal(Refusal.Ended, Refused(ended, Inquiry("BOB", "Why?")).Why);

        var late = Assert.IsType<Ruling.Refused>(
            Asking.Ask(Pending, Inquiry("BOB", "Why?"), Make.Noon.AddMinutes(15))
        );
        Assert.Equal(Refusal.Expired, late.Why);
        Assert.IsType<Fact.RequestEnded>(late.Facts[1]);
    }

    [Fact]
    public void The_same_question_twice_is_one_until_it_is_answered()
    {
        var once = Asked(Pending, "BOB", "Why?");
        Assert.IsType<Ruling.Repeated>(Rule(once, Inquiry("BOB", " Why? ")));
        Assert.Equal(2, Asked(once, "ERIN", "Why?").Questions.Length);
        Assert.Equal(2, Asked(Answered(once, null, "So."), "BOB", "Why?").Questions.Length);
    }

    [Fact]
    public void Nobody_has_more_than_two_open_questions_and_a_request_not_more_than_five()
    {
        var two = Asked(Asked(Pending, "BOB", "1"), "BOB", "2");
        Assert.Equal(Refusal.TooManyQuestions, Refused(two, Inquiry("BOB", "3")).Why);
        Asked(Answered(two, null, "yes"), "BOB", "3");

        var five = Enumerable.Range(0, Asking.OpenMax).Aggregate(Pending, AskedBySomebody);
        Assert.Equal(Refusal.TooManyQuestions, Refused(five, Inquiry("BOB", "6")).Why);
    }

    [Fact]
    public void A_request_has_at_most_twenty_questions()
    {
        var all = Enumerable
            .Range(0, Asking.TotalMax)
            .Aggregate(Pending, (a, n) => Answered(Asked(a, "BOB", $"{n}"), null, "yes"));
        Assert.Equal(Refusal.TooManyQuestions, Refused(all, Inquiry("BOB", "one more")).Why);
        Assert.Equal(2 * Asking.TotalMax, all.Said);
    }

    [Fact]
    public void An_answer_is_to_the_oldest_open_question_or_to_the_one_named()
    {
        var three = Asked(Asked(Asked(Pending, "BOB", "a"), "BOB", "b"), "ERIN", "c");
        var named = Answered(three, three.Questions[1].Id, "to b");
        var next = Answered(named, null, "to a");
        Assert.Equal(
            ["to a", "to b", null],
            next.Questions.Select(q => q.Answer?.Text),
            StringComparer.Ordinal
        );
        Assert.Equal([4, 3, null], next.Questions.Select(q => q.Answer?.Place));
    }

    [Fact]
    public void The_same_answer_again_changes_nothing_and_another_one_is_refused()
    {
        var two = Asked(Asked(Pending, "BOB", "a"), "BOB", "b");
        var (a, b) = (two.Questions[0].Id, two.Questions[1].Id);
        var after = Answered(Answered(two, b, "to b"), a, "to a");
        Assert.IsType<Ruling.Repeated>(Asking.Answer(after, a, "to a"));
        Assert.IsType<Ruling.Repeated>(Asking.Answer(after, null, "to a"));
        Assert.Null(Asking.Answer(after, null, "to b"));
        Assert.Null(Asking.Answer(after, a, "otherwise"));
        Assert.Null(Asking.Answer(after, QuestionId.New(Make.Noon), "to a"));
        Assert.Null(Asking.Answer(Pending, null, "unasked"));
    }

    [Fact]
    public void After_the_end_nothing_is_answered_but_a_repeat_is_heard()
    {
        var asked = Asked(Asked(Pending, "BOB", "a"), "BOB", "b");
        var ended = Answered(asked, null, "to a") with { Status = RequestStatus.Approved };
        Assert.Null(Asking.Answer(ended, null, "to b"));
        Assert.Null(Asking.Answer(ended, ended.Questions[1].Id, "to b"));
        Assert.IsType<Ruling.Repeated>(Asking.Answer(ended, null, "to a"));
        var fact = new Fact.QuestionAnswered(ended.Id, ended.Questions[1].Id, "x");
        Assert.Throws<InvalidOperationException>(() => ended.Apply(fact, Make.Noon));
    }

    [Fact]
    public void An_id_of_a_question_is_read_strictly()
    {
        var id = QuestionId.New(Make.Noon);
        Assert.Equal(id, QuestionId.Parse(id.ToString(), provider: null));
        Assert.False(QuestionId.TryParse("que_1", provider: null, out _));
        Assert.False(QuestionId.TryParse(null, provider: null, out _));
        Assert.Throws<FormatException>(() => QuestionId.Parse("apr_1", provider: null));
        Assert.Equal("que_?", default(QuestionId).ToString());
    }

    private static Approval AskedBySomebody(Approval approval, int n)
    {
        var person = new Person(PersonId.New(Make.Noon), $"P{n}", []);
        var inquiry = Inquiry("BOB", $"{n}") with { Asker = person };
        return Applied(approval, Assert.IsType<Ruling.Counted>(Rule(approval, inquiry)));
    }

    private static Approval Asked(Approval approval, string user, string text) =>
        Applied(approval, Assert.IsType<Ruling.Counted>(Rule(approval, Inquiry(user, text))));

    private static Approval Answered(Approval approval, QuestionId? question, string text) =>
        Applied(approval, Assert.IsType<Ruling.Counted>(Asking.Answer(approval, question, text)));

    private static Approval Applied(Approval approval, Ruling.Counted counted) =>
        approval.Apply(Assert.Single(counted.Facts), Make.Noon);

    private static Ruling.Refused Refused(Approval approval, Inquiry inquiry) =>
        Assert.IsType<Ruling.Refused>(Rule(approval, inquiry));

    private static Ruling Rule(Approval approval, Inquiry inquiry) =>
        Asking.Ask(approval, inquiry, Make.Noon);

    private static Inquiry Inquiry(string user, string? text)
    {
        var person = s_register.PersonOf(Make.Slack(user))!;
        var member = Make.Member(Make.Slack(user));
        return new Inquiry(
            QuestionId.New(Make.Noon),
            person,
            member,
            text,
            Surface.Slack,
            "evidence"
        );
    }
}
