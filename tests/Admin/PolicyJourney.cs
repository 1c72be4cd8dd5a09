using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>
/// <c>policy …</c> against the real desk and store: Ann administers; Bob, Carol and Erin are approvers, Erin
/// owns the agent.
/// </summary>
public sealed class PolicyJourney
{
    private const string Two = """
        policy set prod-iam
        match: {action: ["iam.*"]}
        stages: [{approvers: [approvers], count: 2}]
        dwell: 0s
        """;

    private const string Json =
        """{"action":{"name":"iam.x"},"resource":{"type":"t","id":"i"},"initiator":{"type":"human","id":"bob@acme.example"}}""";

    [Fact]
    public async Task A_policy_is_set_applies_to_new_requests_and_leaves_those_that_wait()
    {
        await using var desk = await OpenAsync();
        var waiting = await desk.OpenOneAsync("CHG-1");
        var reply = await RunAsync(desk, "ANN", Two);
        Assert.Equal("Policy prod-iam is version 1", reply.Title);
        var later = await desk.OpenOneAsync("CHG-2");
        Assert.Equal(("default", "prod-iam"), (NameOf(waiting), NameOf(later)));
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waiting, "BOB"));
        Assert.Equal(RequestStatus.Approved, await StatusAsync(desk, waiting));
        await desk.ClickAsync(later, "BOB");
        Assert.Equal(RequestStatus.Pending, await StatusAsync(desk, later));
        await desk.ClickAsync(later, "CAROL");
        Assert.Equal(RequestStatus.Approved, await StatusAsync(desk, later));
    }

    [Fact]
    public async Task Versions_go_up_and_are_never_used_again()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", Two);
        Assert.Equal("Nothing to change", (await RunAsync(desk, "ANN", Two)).Title);
        await RunAsync(desk, "ANN", Two.Replace("0s", "5s", StringComparison.Ordinal));
        Assert.Contains("version 2", Text(await RunAsync(desk, "ANN", "policy show prod-iam")));
        await RunAsync(desk, "ANN", "policy remove prod-iam");
        Assert.Equal("Not found", (await RunAsync(desk, "ANN", "policy show prod-iam")).Title);
        var again = await RunAsync(desk, "ANN", Two);
        Assert.Equal("Policy prod-iam is version 3", again.Title);
        var history = Text(await RunAsync(desk, "ANN", "policy history prod-iam"));
        Assert.Contains("+ dwell: 5s", history, StringComparison.Ordinal);
        Assert.Contains("removed, by ANN", history, StringComparison.Ordinal);
        Assert.Contains("unreviewed", history, StringComparison.Ordinal);
        Assert.Contains("narrowing", history, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_register_says_survives_a_restart_and_a_rebuild()
    {
        var desk = await OpenAsync();
        desk.Keep = true;
        await RunAsync(desk, "ANN", Two);
        await RunAsync(desk, "ANN", Two.Replace("prod-iam", "second", StringComparison.Ordinal));
        await RunAsync(desk, "ANN", "policy move second first");
        var before = Order(desk.Register.Current);
        Assert.Equal("second prod-iam default", before);
        var path = desk.Path;
        await desk.DisposeAsync();
        await using var again = await TestDesk.OpenAsync(path);
        Assert.Equal(before, Order(again.Register.Current));
        Rebuild.Run(again.Store);
        await again.Register.EnrolAsync(
            Make.Member(Make.Slack("ZOE"), "zoe@acme.example"),
            "test",
            TestDesk.Cancel
        );
        Assert.Equal(before, Order(again.Register.Current));
    }

    [Theory]
    [InlineData("policy set p\nstages: [{approvers: [nobody]}]", "Nobody is in the group nobody")]
    [InlineData(
        "policy set p\nstages: [{approvers: [approvers], count: 4}]",
        "Nobody could satisfy it"
    )]
    [InlineData(
        "policy set p\nstages: [{approvers: [approvers], count: 2}, {approvers: [approvers], count: 2}]",
        "3 people in approvers"
    )]
    [InlineData("policy set p\neffect: deny\nnotify: [\"teams:19:a@b\"]", "Teams is not enabled")]
    [InlineData("policy set p\neffect: maybe", "Line 1, column 9")]
    [InlineData("policy set none\neffect: deny", "\"none\" is what no policy is called")]
    [InlineData("policy remove default", "always there")]
    [InlineData("policy remove nosuch", "There is no policy called nosuch. Policies: default.")]
    [InlineData("policy move default first", "always last")]
    [InlineData("policy move nosuch last", "no policy called nosuch")]
    public async Task What_cannot_be_is_refused_with_the_reason_and_nothing_changes(
        string typed,
        string why
    )
    {
        await using var desk = await OpenAsync();
        var before = desk.Register.Current.Policies;
        Assert.Contains(why, Text(await RunAsync(desk, "ANN", typed)), StringComparison.Ordinal);
        Assert.Same(before, desk.Register.Current.Policies);
    }

    [Fact]
    public async Task Allow_approves_at_once_and_deny_denies_both_by_the_policy()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "policy set iam\nmatch: {action: [iam.role.*]}\neffect: allow");
        var allowed = await desk.OpenOneAsync("CHG-1");
        Assert.Equal(RequestStatus.Approved, allowed.Status);
        Assert.Equal(Surface.Policy, Assert.Single(allowed.Decisions).Surface);
        var reply = await RunAsync(
            desk,
            "ANN",
            "policy set iam\nmatch: {action: [iam.role.*]}\neffect: deny"
        );
        Assert.DoesNotContain("unreviewed", Text(reply), StringComparison.Ordinal);
        Assert.Equal(RequestStatus.Denied, (await desk.OpenOneAsync("CHG-2")).Status);
    }

    [Fact]
    public async Task Whoever_widens_the_policy_cannot_decide_what_waits_under_it()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {ANN}");
        await RunAsync(desk, "ANN", Two);
        var waiting = await desk.OpenOneAsync();
        await RunAsync(desk, "ANN", Two.Replace("count: 2", "count: 1", StringComparison.Ordinal));
        var refused = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(waiting, "ANN"));
        Assert.Equal(Refusal.Widened, refused.Why);
    }

    [Fact]
    public async Task A_click_sooner_than_dwell_says_how_long_to_wait()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", Two.Replace("0s", "30s", StringComparison.Ordinal));
        var waiting = await desk.OpenOneAsync();
        var refused = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(waiting, "BOB"));
        Assert.Equal(Refusal.TooSoon, refused.Why);
        Assert.Contains("in 30 seconds", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_says_which_policy_who_could_approve_and_who_not_and_stores_nothing()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", Two);
        var head = desk.Store.Head()!.Size;
        var text = Text(await RunAsync(desk, "ANN", "policy test " + Json));
        Assert.Contains("policy prod-iam, version 1", text, StringComparison.Ordinal);
        Assert.Contains("Matched: action iam.x is iam.*", text, StringComparison.Ordinal);
        Assert.Contains("Could approve: CAROL", text, StringComparison.Ordinal);
        Assert.Contains("started the request", text, StringComparison.Ordinal);
        Assert.Contains("owns the agent", text, StringComparison.Ordinal);
        Assert.Contains(
            "1 person who could approve, in 1 place: slack:C1",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("no_eligible_approver", text, StringComparison.Ordinal);
        Assert.Equal(head, desk.Store.Head()!.Size);
        Assert.Equal("Not a request", (await RunAsync(desk, "ANN", "policy test {")).Title);
        Assert.Contains(
            "/initiator",
            Text(
                await RunAsync(
                    desk,
                    "ANN",
                    """policy test {"action":{"name":"a"},"resource":{"type":"t","id":"i"}}"""
                )
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_replay_says_what_a_draft_would_have_changed()
    {
        await using var desk = await OpenAsync();
        var past = await desk.OpenOneAsync("CHG-1");
        await desk.ClickAsync(past, "BOB");
        var draft = Two.Replace(
            "policy set prod-iam",
            "policy replay prod-iam 7",
            StringComparison.Ordinal
        );
        var text = Text(await RunAsync(desk, "ANN", draft));
        Assert.Contains(
            "1 request looked at; 1 came or would come under prod-iam; 1 would change",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "1 × default (1 of approvers) → prod-iam (2 of approvers)",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("its 1 approval would not do", text, StringComparison.Ordinal);
        Assert.Contains(
            "0 would change",
            Text(await RunAsync(desk, "ANN", "policy replay default 7")),
            StringComparison.Ordinal
        );
        Assert.Null(desk.Register.Current.Policies.Named("prod-iam"));
    }

    [Fact]
    public async Task Without_YAML_a_form_holds_the_policy_and_what_was_refused_comes_back_in_it()
    {
        await using var desk = await OpenAsync();
        var form = (await RunAsync(desk, "ANN", "policy set default")).Form!;
        Assert.Contains("approvers: [approvers], count: 1", form.Yaml, StringComparison.Ordinal);
        Assert.NotNull((await RunAsync(desk, "ANN", "policy set brand-new")).Form);
        var wrong = await RunAsync(desk, "ANN", "policy set default\neffect: maybe");
        Assert.Equal("effect: maybe", wrong.Form!.Yaml);
        Assert.NotEmpty(wrong.Form.Notes);
        Assert.Null((await RunAsync(desk, "BOB", "policy set default")).Form);
    }

    [Fact]
    public async Task Show_says_why_the_policy_applies_and_who_could_approve_now()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", Two);
        var waiting = await desk.OpenOneAsync();
        await desk.ClickAsync(waiting, "BOB");
        var text = Text(await RunAsync(desk, "ANN", $"show {waiting.Id}"));
        Assert.Contains(
            "Matched: action iam.role.attach_policy is iam.*",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("Could approve now: CAROL", text, StringComparison.Ordinal);
        Assert.Contains("BOB (slack:T1:BOB) — has decided already", text, StringComparison.Ordinal);
    }

    private static Task<TestDesk> OpenAsync() => AnnsDesk.OpenAsync();

    private static Task<Reply> RunAsync(TestDesk desk, string user, string typed) =>
        AnnsDesk.Commands(desk).AsAsync(Make.Slack(user), typed);

    private static string Text(Reply reply) => reply.Title + "\n" + string.Join('\n', reply.Lines);

    private static string NameOf(Approval approval) => approval.Opening.Policy.Name;

    private static string Order(Register register) =>
        string.Join(' ', register.Policies.Policies.Select(p => p.Name));

    private static async Task<RequestStatus> StatusAsync(TestDesk desk, Approval approval) =>
        (await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!.Status;
}
