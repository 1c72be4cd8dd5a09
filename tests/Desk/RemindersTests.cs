using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Playground;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Desk;

/// <summary>A request that waits is shown once more, in people's own chats.</summary>
public sealed class RemindersTests
{
    private static readonly Policy s_policy = new("default", 2)
    {
        Stages = [new Stage(["approvers"], 1)],
        RemindAfter = 60,
        Escalate = new Escalation(120, ["leads"]),
    };

    [Fact]
    public async Task Those_who_could_approve_are_reminded_and_the_others_are_shown_it_later_once()
    {
        var clock = new StoppedClock();
        await using var desk = await OpenAsync(clock);
        using var reminders = NewReminders(desk);
        var waiting = await desk.OpenOneAsync();
        reminders.Load();
        Assert.Equal(0, await reminders.SendDueAsync(TestDesk.Cancel));

        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, await reminders.SendDueAsync(TestDesk.Cancel));
        var reminded = await FindAsync(desk, waiting);
        Assert.Equal("C1 D-BOB D-CAROL", Places(reminded));
        reminders.Load();
        Assert.Equal(0, await reminders.SendDueAsync(TestDesk.Cancel));

        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, await reminders.SendDueAsync(TestDesk.Cancel));
        var escalated = await FindAsync(desk, waiting);
        Assert.Equal("C1 D-BOB D-CAROL D-DAVE", Places(escalated));
        reminders.Load();
        Assert.Equal(0, await reminders.SendDueAsync(TestDesk.Cancel));
        Assert.Single(Kinds(desk), k => k is "request.reminded");
        Assert.Single(Kinds(desk), k => k is "request.escalated");
    }

    [Fact]
    public async Task A_reminders_card_decides_and_an_escalations_card_gives_no_power()
    {
        var clock = new StoppedClock();
        await using var desk = await OpenAsync(clock);
        using var reminders = NewReminders(desk);
        var waiting = await desk.OpenOneAsync();
        clock.Advance(TimeSpan.FromSeconds(120));
        for (var i = 0; i < 2; i++)
        {
            reminders.Load();
            await reminders.SendDueAsync(TestDesk.Cancel);
        }

        var now = await FindAsync(desk, waiting);
        var refused = Assert.IsType<ClickAnswer.Refused>(await ClickAsync(desk, now, "DAVE"));
        Assert.Equal(Refusal.NotAnApprover, refused.Why);
        Assert.IsType<ClickAnswer.Counted>(await ClickAsync(desk, now, "CAROL"));
        Assert.Equal(RequestStatus.Approved, (await FindAsync(desk, waiting)).Status);
    }

    [Fact]
    public async Task What_was_sent_is_remembered_by_the_ledger()
    {
        var clock = new StoppedClock();
        await using var desk = await OpenAsync(clock);
        using var reminders = NewReminders(desk);
        var waiting = await desk.OpenOneAsync();
        clock.Advance(TimeSpan.FromSeconds(60));
        reminders.Load();
        await reminders.SendDueAsync(TestDesk.Cancel);
        var before = await FindAsync(desk, waiting);
        Rebuild.Run(desk.Store);
        var after = Assert.Single(await desk.Desk.PendingAsync(10, TestDesk.Cancel));
        Assert.Equal(before.RemindedAt, after.RemindedAt);
        Assert.Equal(Places(before), Places(after));
    }

    [Fact]
    public async Task Nobody_is_told_of_what_is_decided()
    {
        var clock = new StoppedClock();
        await using var desk = await OpenAsync(clock);
        using var reminders = NewReminders(desk);
        var waiting = await desk.OpenOneAsync();
        reminders.Load();
        await desk.ClickAsync(waiting, "BOB");
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, await reminders.SendDueAsync(TestDesk.Cancel));
    }

    private static Reminders NewReminders(TestDesk desk) =>
        new(desk.Committer, desk.Store, [desk.Wall], desk.Clock, NullLogger<Reminders>.Instance);

    private static async Task<TestDesk> OpenAsync(StoppedClock clock)
    {
        var desk = await TestDesk.OpenAsync(clock: clock);
        var dave = PersonId.New(clock.GetUtcNow());
        await desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Linked(dave, Make.Slack("DAVE"), "dave@acme.example"));
                commit.Record(Make.Group("leads", dave));
                commit.Record(Make.Changed("policy", "default", s_policy));
                return true;
            },
            TestDesk.Cancel
        );
        return desk;
    }

    private static Task<ClickAnswer> ClickAsync(TestDesk desk, Approval approval, string user)
    {
        var copy = approval.Copies.Single(c =>
            c.Conversation.EndsWith(user, StringComparison.Ordinal)
        );
        return desk.Desk.DecideAsync(
            new Click(
                copy.Token,
                Verdict.Approved,
                Make.Slack(user),
                copy.Conversation,
                null,
                null,
                "evidence"
            ),
            TestDesk.Cancel
        );
    }

    private static async Task<Approval> FindAsync(TestDesk desk, Approval approval) =>
        (await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!;

    private static string Places(Approval approval) =>
        string.Join(' ', approval.Copies.Select(c => c.Conversation).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Kinds(TestDesk desk) =>
        desk.Store.Entries(0, 1_000).Select(e => e.Kind);
}
