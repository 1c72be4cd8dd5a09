using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Inbox;

/// <summary>How far a request was when it ended is said for good, whoever comes and goes.</summary>
public sealed class EndedCountsTests
{
    [Fact]
    public async Task A_request_that_ended_half_way_says_so_on_its_card_and_to_its_agent()
    {
        await using var bot = await OfTwoAsync();
        var id = await bot.OpenAsync();
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        await bot.DecideAsync(id, "CAROL", Verdict.Rejected);
        await AllLeaveAsync(bot);
        Assert.Equal(("denied", 1, 1), await SaidAsync(bot, id));
    }

    [Fact]
    public async Task What_was_approved_stays_approved_by_all_when_the_approver_leaves()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        await AllLeaveAsync(bot);
        Assert.Equal(("approved", 1, 1), await SaidAsync(bot, id));
    }

    [Fact]
    public async Task An_approval_that_counted_no_more_before_the_end_is_not_counted_at_it()
    {
        await using var bot = await OfTwoAsync();
        var id = await bot.OpenAsync();
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        await AllLeaveAsync(bot);
        await bot.PostAsync($"/v1/requests/{id}/cancel", "{}");
        Assert.Equal(("cancelled", 0, 0), await SaidAsync(bot, id));
    }

    [Fact]
    public async Task An_end_that_was_recorded_without_it_says_what_the_decisions_tell()
    {
        await using var bot = await OfTwoAsync();
        var id = await bot.OpenAsync();
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        await bot.PostAsync($"/v1/requests/{id}/cancel", "{}");
        await AllLeaveAsync(bot);
        var cancelled = await ShowAsync(bot, id);
        Assert.Equal<int>([1], cancelled.FilledAtEnd!.Value);
        var older = cancelled with { FilledAtEnd = null };
        Assert.Equal<int>([1], Quorum.FilledOf(older, bot.Desk.Register.Current));
    }

    private static async Task<InboxBot> OfTwoAsync()
    {
        var bot = await InboxBot.StartAsync();
        var two = Policy.Default with { Version = 2, Stages = [new Stage(["approvers"], 2)] };
        await RecordAsync(bot, Make.Changed("policy", two.Name, two));
        return bot;
    }

    private static Task<bool> AllLeaveAsync(InboxBot bot)
    {
        var erin = bot.Desk.Register.Current.PersonOf(Make.Slack("ERIN"))!.Id;
        return RecordAsync(bot, Make.Group("approvers", erin));
    }

    private static Task<bool> RecordAsync(InboxBot bot, Fact fact) =>
        bot.Desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(fact);
                return true;
            },
            TestDesk.Cancel
        );

    private static async Task<Approval> ShowAsync(InboxBot bot, string id) =>
        (await bot.Desk.Desk.ShowAsync(RequestId.Parse(id, provider: null), TestDesk.Cancel))!;

    /// <summary>The state; how many approved by the card; and by what the agent reads.</summary>
    private static async Task<(string?, int Card, int Agent)> SaidAsync(InboxBot bot, string id)
    {
        var approval = await ShowAsync(bot, id);
        var register = bot.Desk.Register.Current;
        var card = ApprovalCard.For(approval, register, approval.Copies[0], null, null);
        var body = (await bot.GetAsync($"/v1/requests/{id}")).Is(200).Body;
        return (
            body.GetProperty("status").GetString(),
            Assert.Single(card.Stages).Approved,
            body.GetProperty("stages")[0].GetProperty("approved").GetInt32()
        );
    }
}
