using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Admin;

/// <summary>Lists by the page, the history however far back it is, and who is told of an end.</summary>
public sealed class HistoryJourney
{
    [Fact]
    public async Task A_change_is_in_the_history_however_much_happened_since()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        await RunAsync(desk, "group add sre {BOB}");
        for (var i = 0; i < 60; i++)
        {
            var member = Make.Member(Make.Slack($"N{i}"), $"n{i}@acme.example");
            await desk.Committer.CommitAsync(
                commit =>
                {
                    for (var j = 0; j < 10; j++)
                    {
                        commit.Record(
                            Make.Linked(
                                PersonId.New(commit.Now),
                                Make.Slack($"N{i}-{j}"),
                                $"n{i}-{j}@acme.example"
                            )
                        );
                    }

                    return member;
                },
                TestDesk.Cancel
            );
        }

        var history = desk.Register.History(100);
        Assert.Contains(history, c => c.Fact is Fact.ConfigChanged { Name: "sre" });
        Assert.Single(desk.Register.History("group", "sre", 10));
        Assert.Contains("added BOB", Text(await RunAsync(desk, "config history")));
    }

    [Fact]
    public async Task Long_lists_have_pages()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        for (var i = 0; i < 29; i++)
        {
            await RunAsync(desk, $"group add g{i:D2} {{BOB}}");
        }

        var first = await RunAsync(desk, "group list");
        Assert.Equal(26, first.Lines.Length);
        Assert.Equal("5 more: group list 2", first.Lines[^1]); // and the group approvers
        var second = await RunAsync(desk, "group list 2");
        Assert.Equal(("Groups, page 2", 5), (second.Title, second.Lines.Length));
        Assert.Equal(["There are no more."], (await RunAsync(desk, "group list 3")).Lines);
        Assert.Equal("Not understood", (await RunAsync(desk, "group list 0")).Title);
    }

    [Fact]
    public async Task What_waits_has_pages()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        List<string> codes = [];
        for (var i = 0; i < 21; i++)
        {
            codes.Add((await desk.OpenOneAsync($"CHG-{i}")).Opening.Code);
        }

        var first = await RunAsync(desk, "pending");
        Assert.Equal(22, first.Lines.Length);
        Assert.Equal("More: pending 2", first.Lines[20]);
        var second = await RunAsync(desk, "pending 2");
        Assert.Equal(("Pending, page 2", 2), (second.Title, second.Lines.Length));
        Assert.StartsWith(codes[20], second.Lines[0], StringComparison.Ordinal);
        Assert.Equal(["There are no more."], (await RunAsync(desk, "pending 3")).Lines);
        Assert.Contains("use 1 to 50", Text(await RunAsync(desk, "pending 51")));
    }

    [Fact]
    public async Task Guards_and_the_history_of_a_policy_have_pages()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        for (var i = 0; i < 26; i++)
        {
            await RunAsync(desk, $"guard add g{i:D2} audience https://g{i}.example");
        }

        Assert.Equal("1 more: guard list 2", (await RunAsync(desk, "guard list")).Lines[^1]);
        Assert.StartsWith("g25 ", Assert.Single((await RunAsync(desk, "guard list 2")).Lines));
        for (var i = 1; i <= 11; i++)
        {
            await RunAsync(desk, $"policy set p\nmatch: {{action: [a{i}.*]}}\neffect: deny");
        }

        var first = Text(await RunAsync(desk, "policy history p"));
        Assert.EndsWith("Earlier: policy history p 2", first, StringComparison.Ordinal);
        Assert.DoesNotContain("version 1,", first, StringComparison.Ordinal);
        var second = Text(await RunAsync(desk, "policy history p 2"));
        Assert.StartsWith("History of p, page 2", second, StringComparison.Ordinal);
        Assert.Contains("version 1,", second, StringComparison.Ordinal);
        Assert.DoesNotContain("Earlier", second, StringComparison.Ordinal);
        var none = await RunAsync(desk, "policy history p 3");
        Assert.Equal(["There are no more."], none.Lines);
    }

    [Fact]
    public async Task Whoever_proposed_a_change_is_told_that_nobody_confirmed_it()
    {
        var clock = new HandClock(Make.Noon);
        await using var desk = await AnnsDesk.OpenWithBobAsync(clock);
        await RunAsync(desk, "group add sre {DAVE}");
        clock.Advance(TimeSpan.FromDays(2));
        using var timers = new Timers(
            desk.Committer,
            desk.Store,
            new ChatApprovals.Desk.Directory([desk.Wall], clock),
            clock,
            NullLogger<Timers>.Instance
        );
        await timers.StartAsync(TestDesk.Cancel);
        await Eventually.TrueAsync(
            () =>
                desk.Wall.Told.Any(t =>
                    t.Account == Make.Slack("ANN")
                    && t.Text.Contains("Nobody confirmed it in time", StringComparison.Ordinal)
                ),
            "Ann is told"
        );
        await timers.StopAsync(TestDesk.Cancel);
    }

    [Fact]
    public async Task Who_is_no_administrator_inside_the_commit_revokes_nothing()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        await desk.ClickAsync(approval, "BOB");
        var closed = await desk.Grants.RevokeAsync(
            approval.Id,
            PersonId.New(Make.Noon),
            (register, now) => register.HasRole(Register.Admins, Make.Slack("BOB"), now),
            TestDesk.Cancel
        );
        Assert.IsType<Closed.NotAllowed>(closed);
        Assert.Null((await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!.Grant);
    }

    [Fact]
    public async Task Who_joined_a_group_has_a_say_after_the_groups_wait()
    {
        var clock = new HandClock(Make.Noon);
        await using var desk = await AnnsDesk.OpenAsync(clock, TimeSpan.FromHours(1));
        await RunAsync(desk, "group add approvers {DAVE}");
        clock.Advance(TimeSpan.FromSeconds(3599));
        var early = await desk.OpenOneAsync("CHG-1");
        clock.Advance(TimeSpan.FromSeconds(1));
        var refused = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(early, "DAVE"));
        Assert.Equal(Refusal.NotAnApproverThen, refused.Why);
        var late = await desk.OpenOneAsync("CHG-2");
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(late, "DAVE"));
    }

    private static Task<Reply> RunAsync(TestDesk desk, string typed) =>
        AnnsDesk.Commands(desk).AsAsync(Make.Slack("ANN"), typed);

    private static string Text(Reply reply) => string.Join('\n', reply.Lines.Prepend(reply.Title));
}
