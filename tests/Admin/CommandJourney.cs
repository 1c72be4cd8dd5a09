using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Commands against the real desk and store: Ann administers, Bob and Carol approve, Erin owns.</summary>
public sealed partial class CommandJourney
{
    [Fact]
    public async Task An_admin_adds_an_agent_whose_key_works_and_that_she_cannot_approve_for()
    {
        await using var desk = await OpenAsync();
        var reply = await RunAsync(desk, "ANN", "agent add new-bot owner {ERIN} actions iam.*");
        Assert.True(reply.Secret, string.Join('\n', reply.Lines));
        var key = reply.Lines[0].Split(' ')[^1];
        Assert.True(ApiKey.TryParse(key, out var parsed));
        var agent = desk.Register.Current.AgentByKey(parsed.Hash)!;
        Assert.Equal("new-bot", agent.Name.ToString());
        Assert.Equal(Id(desk, "ANN"), agent.KeyCreator);
        Assert.Equal([Id(desk, "ERIN")], agent.Owners);
        Assert.DoesNotContain(
            desk.Store.Entries(0, 1000),
            e =>
                System.Text.Encoding.UTF8.GetString(e.Bytes).Contains(key, StringComparison.Ordinal)
        );

        var rotated = await RunAsync(desk, "ANN", "agent rotate new-bot");
        Assert.True(rotated.Secret);
        Assert.Null(desk.Register.Current.AgentByKey(parsed.Hash));
    }

    [Theory]
    [InlineData(MemberObstacle.Guest, "is a guest")]
    [InlineData(MemberObstacle.NotHuman, "is a bot")]
    [InlineData(MemberObstacle.Stranger, "another organisation")]
    [InlineData(MemberObstacle.Deactivated, "is deactivated")]
    [InlineData(MemberObstacle.Unknown, "could not be checked")]
    [InlineData(MemberObstacle.NoSuchAccount, "is no account")]
    public async Task One_who_may_not_be_named_stops_the_whole_command(
        MemberObstacle obstacle,
        string why
    )
    {
        await using var desk = await OpenAsync();
        desk.Wall.Obstacles[Make.Slack("GUEST")] = obstacle;
        foreach (
            var command in (string[])
                [
                    "group add approvers {DAVE} {GUEST}",
                    "agent add new-bot owner {DAVE} {GUEST}",
                    "agent owner deploy-bot {DAVE} {GUEST}",
                    "admin add {DAVE} {GUEST}",
                    "auditor add {DAVE} {GUEST}",
                ]
        )
        {
            var before = desk.Committer.Register;
            var reply = await RunAsync(desk, "ANN", command);
            Assert.Equal("Refused", reply.Title);
            Assert.Contains("GUEST", reply.Lines[0], StringComparison.Ordinal);
            Assert.Contains(why, reply.Lines[0], StringComparison.Ordinal);
            Assert.Null(desk.Register.Current.PersonOf(Make.Slack("DAVE")));
            Assert.Same(before, desk.Committer.Register);
        }
    }

    [Fact]
    public async Task Only_admins_change_and_everyone_else_is_told_so()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "auditor add {CAROL}");
        foreach (var form in Grammar.Forms.Where(f => f.Who != Access.Anyone))
        {
            var reply = await RunAsync(desk, "BOB", Example(form));
            Assert.Equal("Refused", reply.Title);
        }

        var admins = Grammar.Forms.Where(f => f.Who == Access.Admins);
        foreach (var form in admins)
        {
            var reply = await RunAsync(desk, "CAROL", Example(form));
            Assert.Equal("Refused", reply.Title);
        }

        Assert.Equal("Status", (await RunAsync(desk, "CAROL", "status")).Title);
        Assert.Equal("Refused", (await RunAsync(desk, "ANN", "auditor key")).Title);
    }

    [Fact]
    public async Task A_guest_gets_no_answer_but_why_and_is_not_enrolled()
    {
        await using var desk = await OpenAsync();
        desk.Wall.Obstacles[Make.Slack("GUEST")] = MemberObstacle.Guest;
        foreach (var typed in (string[])["help", "pending", "nonsense", "admin add {GUEST}"])
        {
            var reply = await RunAsync(desk, "GUEST", typed);
            Assert.Equal("Refused", reply.Title);
            Assert.Contains("guest", reply.Lines[0], StringComparison.Ordinal);
        }

        Assert.Null(desk.Register.Current.PersonOf(Make.Slack("GUEST")));
    }

    [Fact]
    public async Task Whoever_joins_or_widens_cannot_decide_what_waits_already()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {ANN}");
        var waiting = await desk.OpenOneAsync();
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var ann = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(waiting, "ANN"));
        var dave = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(waiting, "DAVE"));
        Assert.Equal(Refusal.Widened, ann.Why);
        Assert.Equal(Refusal.NotAnApproverThen, dave.Why);
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waiting, "BOB"));
    }

    [Fact]
    public async Task Pending_and_show_tell_what_waits_and_who_decided()
    {
        await using var desk = await OpenAsync();
        Assert.Equal(
            ["Nothing waits for anybody."],
            (await RunAsync(desk, "BOB", "pending")).Lines
        );
        var waiting = await desk.OpenOneAsync();
        var code = waiting.Opening.Code;
        var line = (await RunAsync(desk, "BOB", "pending")).Lines[0];
        Assert.StartsWith(code, line, StringComparison.Ordinal);
        Assert.Contains(
            "iam.role.attach_policy on aws.iam.role deployer",
            line,
            StringComparison.Ordinal
        );
        Assert.Contains("1 of approvers (0 so far)", line, StringComparison.Ordinal);
        Assert.Contains(
            await LinesAsync(desk, "BOB", $"show {code}"),
            l => l.Contains("alice@acme.example", StringComparison.Ordinal)
        );
        await desk.ClickAsync(waiting, "CAROL");
        Assert.Contains(
            await LinesAsync(desk, "BOB", $"show {waiting.Id}"),
            l => l.StartsWith("approved by CAROL", StringComparison.Ordinal)
        );
        Assert.Equal($"{code} is approved", (await RunAsync(desk, "BOB", $"show {code}")).Title);
    }

    [Fact]
    public async Task Only_the_owner_withdraws()
    {
        await using var desk = await OpenAsync();
        var waiting = await desk.OpenOneAsync();
        var typed = $"withdraw {waiting.Opening.Code}";
        Assert.Equal("Refused", (await RunAsync(desk, "BOB", typed)).Title);
        Assert.Equal("Refused", (await RunAsync(desk, "ANN", typed)).Title);
        Assert.Equal("Withdrawn", (await RunAsync(desk, "ERIN", typed)).Title);
        var after = await desk.Desk.ShowAsync(waiting.Id, TestDesk.Cancel);
        Assert.Equal(RequestStatus.Cancelled, after!.Status);
        var again = await RunAsync(desk, "ERIN", $"withdraw {waiting.Id}");
        Assert.Equal("Too late", again.Title);
    }

    [Fact]
    public async Task Config_history_says_who_changed_what_the_latest_first_and_pages()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "agent disable deploy-bot");
        await RunAsync(desk, "ANN", "person link {BOB} slack:T1:BOB2");
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var lines = (await RunAsync(desk, "ANN", "config history")).Lines;
        Assert.Contains(
            "group approvers: added DAVE (slack:T1:DAVE), by ANN (slack:T1:ANN), unreviewed",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.Contains("slack:T1:BOB2 linked to BOB", lines[1], StringComparison.Ordinal);
        Assert.Contains(
            "agent deploy-bot: changed (disabled), by",
            lines[2],
            StringComparison.Ordinal
        );
        Assert.Contains("administrators: added ANN", lines[3], StringComparison.Ordinal);

        for (var i = 0; i < 15; i++)
        {
            await RunAsync(desk, "ANN", $"group add g{i} {{BOB}}");
        }

        var first = (await RunAsync(desk, "ANN", "config history")).Lines;
        Assert.Equal("Earlier: config history 2", first[^1]);
        Assert.Equal(lines, (await RunAsync(desk, "ANN", "config history 2")).Lines);
        Assert.Equal(
            ["There are no more."],
            (await RunAsync(desk, "ANN", "config history 9")).Lines
        );
    }

    [Fact]
    public async Task Status_says_what_needs_attention()
    {
        await using var desk = await OpenAsync();
        Assert.Contains(
            await LinesAsync(desk, "ANN", "status"),
            l => l.Contains("one administrator", StringComparison.Ordinal)
        );
        await RunAsync(desk, "ANN", "admin add {BOB}");
        Assert.DoesNotContain(
            await LinesAsync(desk, "ANN", "status"),
            l => l.Contains("one administrator", StringComparison.Ordinal)
        );
        await RunAsync(desk, "ANN", "agent owner deploy-bot {BOB} {CAROL}");
        Assert.Contains(
            await LinesAsync(desk, "ANN", "status"),
            l => l.Contains("1 change waits for another administrator", StringComparison.Ordinal)
        );
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        Assert.Contains(
            await LinesAsync(desk, "ANN", "status"),
            l => l.Contains("nobody could approve", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_administrator_who_was_removed_changes_nothing_any_more()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "admin add {BOB}");
        await RunAsync(desk, "BOB", "admin remove {ANN}");
        Assert.Equal("Refused", (await RunAsync(desk, "ANN", "admin add {ANN}")).Title);
        var last = await RunAsync(desk, "BOB", "admin remove {BOB}");
        Assert.Contains("last administrator", last.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_is_answered_for_an_admin_who_audits()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "auditor add {ANN}");
        foreach (var form in Grammar.Forms)
        {
            var reply = await RunAsync(desk, "ANN", Example(form));
            Assert.NotEmpty(reply.Lines);
            Assert.DoesNotContain("Not understood", reply.Title, StringComparison.Ordinal);
        }

        foreach (var topic in Grammar.Forms.Select(f => f.Words).Distinct(StringComparer.Ordinal))
        {
            var reply = await RunAsync(desk, "ANN", "help " + topic);
            Assert.Contains(reply.Lines, l => l.StartsWith(topic, StringComparison.Ordinal));
        }
    }

    private static Task<TestDesk> OpenAsync() => AnnsDesk.OpenAsync();

    private static Task<Reply> RunAsync(
        TestDesk desk,
        string user,
        string typed,
        string? delivery = null
    ) => AnnsDesk.Commands(desk).AsAsync(Make.Slack(user), typed, delivery);

    private static async Task<IEnumerable<string>> LinesAsync(
        TestDesk desk,
        string user,
        string typed
    ) => (await RunAsync(desk, user, typed)).Lines;

    private static PersonId Id(TestDesk desk, string user) =>
        desk.Register.Current.PersonOf(Make.Slack(user))!.Id;

    /// <summary>Something that can be typed, made from the usage itself: so no command is left out.</summary>
    private static string Example(CommandForm form) =>
        MakeCommand.Examples.Aggregate(
            form.Whole.Split(", or ")[0],
            (typed, example) =>
                typed.Replace(example.Usage, example.Typed, StringComparison.Ordinal)
        );
}
