using ChatApprovals.Desk;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Inbox;

/// <summary>When the bot cannot take another request, or cannot work at all.</summary>
public sealed class SubmissionLimitsTests
{
    private const string Requests = "/v1/requests";

    [Fact]
    public async Task Asking_too_often_is_429_even_with_bad_bodies()
    {
        await using var bot = await InboxBot.StartAsync(
            new InboxOptions { Burst = 2, SubmissionsPerMinute = 1 }
        );
        (await bot.PostAsync(Requests, "{")).IsProblem(400, "invalid_request");
        (await bot.PostAsync(Requests, Bodies.Least().ToJsonString())).Is(201);
        var reply = (await bot.PostAsync(Requests, Bodies.Least().ToJsonString())).IsProblem(
            429,
            "too_many_requests"
        );
        Assert.InRange(int.Parse(reply.Headers["Retry-After"], provider: null), 1, 60);
        (await bot.PostAsync(Requests, Bodies.Least().ToJsonString(), bot.As(bot.Other))).Is(201);
    }

    [Fact]
    public async Task Whoever_debugs_an_agent_sees_what_is_wrong_and_repeats_are_no_submissions()
    {
        await using var bot = await InboxBot.StartAsync(
            new InboxOptions { Burst = 3, SubmissionsPerMinute = 1 }
        );
        for (var i = 0; i < 8; i++)
        {
            (await bot.PostAsync(Requests, "{")).IsProblem(400, "invalid_request");
        }

        (await bot.PostAsync(Requests, Bodies.Least().ToJsonString())).Is(201);
        (await bot.PostAsync(Requests, Bodies.Least().ToJsonString())).Is(200);
        (await bot.PostAsync(Requests, Bodies.Least().ToJsonString())).Is(200);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_no_submission()
    {
        await using var bot = await InboxBot.StartAsync(
            new InboxOptions { Burst = 3, SubmissionsPerMinute = 1 }
        );
        await using (var file = LedgerFile.In(bot.Desk.Path))
        {
            await file.OpenAsync(InboxBot.Cancel);
            await using var broken = file.CreateCommand();
            broken.CommandText = "DROP TABLE outbox";
            await broken.ExecuteNonQueryAsync(InboxBot.Cancel);
        }

        for (var i = 0; i < 8; i++)
        {
            var reply = await bot.PostAsync(Requests, Bodies.Least().ToJsonString());
            reply.IsProblem(503, "unavailable");
        }
    }

    [Fact]
    public async Task Too_many_pending_is_429()
    {
        await using var bot = await InboxBot.StartAsync(pendingMax: 2);
        await bot.OpenAsync("CHG-1");
        await bot.OpenAsync("CHG-2");
        var reply = (await bot.PostAsync(Requests, Bodies.Full().ToJsonString())).IsProblem(
            429,
            "too_many_pending"
        );
        Assert.Equal("30", reply.Headers["Retry-After"]);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_written_is_503_and_a_bug_is_500_without_its_words()
    {
        await using var broken = await InboxBot.StartAsync(register: () =>
            throw new UnavailableException("canary")
        );
        var reply = (await broken.PostAsync(Requests, "{}")).IsProblem(503, "unavailable");
        Assert.Equal("5", reply.Headers["Retry-After"]);
        Assert.DoesNotContain("canary", reply.Text, StringComparison.Ordinal);
        await using var buggy = await InboxBot.StartAsync(register: () =>
            throw new InvalidOperationException("canary")
        );
        var bug = (await buggy.PostAsync(Requests, "{}")).IsProblem(500, "internal");
        Assert.DoesNotContain("canary", bug.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", bug.Text, StringComparison.Ordinal);
    }
}
