using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// Two days of a company by a clock that is set by hand: every end of a request, a grant used, one refused, one revoked, an
/// execution nobody granted, refused attempts, a rubber stamp, an erasure and a key that was replaced.
/// </summary>
internal static class BusyDesk
{
    private const string GuardKey = "guard-key";

    public static async Task<TestDesk> OpenAsync()
    {
        var clock = new HandClock(Make.Noon);
        var desk = await KeyDesks.OpenAsync(clock);
        var ann = desk.Register.Current.PersonOf(Make.Slack("ANN"))!.Id;
        var name = AgentName.Parse("g", provider: null);
        var guard = new KnownGuard(name, TestDesk.GrantKeys.Issuer, ann, Make.Noon)
        {
            KeyHash = GuardKey,
        };
        await ExportDesk.RecordAsync(desk, Make.Changed("guard", "g", guard));
        await WellAsync(desk, clock);
        await BadlyAsync(desk, clock, ann);
        clock.Advance(TimeSpan.FromDays(1));
        await StampedAsync(desk, clock);
        await EraseDesk.EraseAsync(
            desk,
            (await EraseDesk.RunOneAsync(desk, "CHG-erased")).Id.ToString()
        );
        await KeyDesks.RotateAsync(desk, "ledger");
        await ShownAsync(desk, clock, await desk.OpenOneAsync("CHG-waits"));
        return desk;
    }

    /// <summary>Asked, talked about, approved after half a minute, granted, used, reported.</summary>
    private static async Task WellAsync(TestDesk desk, HandClock clock)
    {
        var request = await ShownAsync(desk, clock, await AskAsync(desk));
        var copy = request.Copies[0];
        var question = new QuestionClick(
            copy.Token,
            Make.Slack("CAROL"),
            copy.Conversation,
            Message: null,
            "Which alarms will fire?",
            "evidence"
        );
        await desk.Desk.AskAsync(question, TestDesk.Cancel);
        clock.Advance(TimeSpan.FromSeconds(14));
        await desk.Desk.AnswerAsync(Make.Agent, request.Id, null, "None.", TestDesk.Cancel);
        await desk.ClickAsync(request, "ERIN");
        clock.Advance(TimeSpan.FromSeconds(20));
        await ClickAsync(desk, request, "CAROL", Verdict.Approved, "Fits the change window.");
        var token = await TokenAsync(desk, request);
        Assert.IsType<Consumption.Refused>(await ConsumeAsync(desk, token, "CHG-other"));
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.IsType<Consumption.Consumed>(await ConsumeAsync(desk, token, "CHG-1042"));
        await desk.Desk.ReportAsync(
            Make.Agent,
            request.Id,
            "succeeded",
            "Role attached.",
            TestDesk.Cancel
        );
    }

    private static async Task BadlyAsync(TestDesk desk, HandClock clock, PersonId ann)
    {
        var denied = await ShownAsync(desk, clock, await desk.OpenOneAsync("CHG-denied"));
        clock.Advance(TimeSpan.FromMinutes(7));
        await ClickAsync(desk, denied, "BOB", Verdict.Rejected, "Not on a Friday.");
        var cancelled = await desk.OpenOneAsync("CHG-cancelled");
        await desk.Desk.CancelAsync(Make.Agent, cancelled.Id, ExportDesk.Hostile, TestDesk.Cancel);
        var late = await ShownAsync(
            desk,
            clock,
            await desk.OpenOneAsync("CHG-late", expiresIn: 60)
        );
        clock.Advance(TimeSpan.FromMinutes(2));
        await ExportDesk.RecordAsync(
            desk,
            new Fact.RequestEnded(late.Id, RequestStatus.Expired, null, null)
        );
        var ran = await ShownAsync(desk, clock, await desk.OpenOneAsync("CHG-ran"));
        clock.Advance(TimeSpan.FromSeconds(50));
        await ClickAsync(desk, ran, "BOB", Verdict.Approved, null);
        await desk.Desk.ReportAsync(Make.Agent, ran.Id, "failed", "No such role.", TestDesk.Cancel);
        var revoked = await ShownAsync(desk, clock, await desk.OpenOneAsync("CHG-revoked"));
        clock.Advance(TimeSpan.FromMinutes(4));
        await ClickAsync(desk, revoked, "CAROL", Verdict.Approved, null);
        await TokenAsync(desk, revoked);
        await desk.Grants.RevokeAsync(revoked.Id, ann, (_, _) => true, TestDesk.Cancel);
    }

    /// <summary>Bob approves what he cannot have read.</summary>
    private static async Task StampedAsync(TestDesk desk, HandClock clock)
    {
        for (var i = 0; i < 6; i++)
        {
            var request = await ShownAsync(desk, clock, await desk.OpenOneAsync($"CHG-stamp-{i}"));
            clock.Advance(TimeSpan.FromSeconds(1));
            await ClickAsync(desk, request, "BOB", Verdict.Approved, null);
        }
    }

    private static async Task<Approval> AskAsync(TestDesk desk)
    {
        var request = Make.Request() with
        {
            Context = Make.Json("""{"change":"CHG-1042"}"""),
            Initiator = new Party("human", "alice@acme.example", "Alice Ng"),
            OnBehalfOf = [new Party("agent", "planner", null)],
            Justification = "Deploy 4812 needs to attach the role once.",
            Diff = new RequestedDiff(
                "json",
                null,
                Make.Json("""{"role":"deployer","policies":["ReadOnly"]}"""),
                Make.Json("""{"role":"deployer","policies":["ReadOnly","Admin"]}""")
            ),
            DataScope = new DataScope(
                "restricted",
                "customer e-mail addresses",
                1_200_000,
                ["crm.customers"],
                ["email"],
                "s3://exports/2026-11"
            ),
            Evidence =
            [
                new Evidence
                {
                    Kind = "fact",
                    Name = "Pipeline",
                    Value = "deploy #4812",
                },
                new Evidence
                {
                    Kind = "log",
                    Name = "plan.log",
                    Text = "Plan: 1 to add",
                },
            ],
            Undo = "aws iam detach-role-policy …",
        };
        var opened = await desk.Desk.OpenAsync(
            Make.Agent,
            request,
            "body-well",
            null,
            TestDesk.Cancel
        );
        return Assert.IsType<Opened.Created>(opened).Approval;
    }

    private static async Task<Approval> ShownAsync(TestDesk desk, HandClock clock, Approval request)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        await ExportDesk.RecordAsync(
            desk,
            new Fact.RequestDisplayed(request.Id, 0, Surface.Slack, "C1", "171.2", "c2hvd24")
        );
        return request;
    }

    private static async Task ClickAsync(
        TestDesk desk,
        Approval request,
        string user,
        Verdict verdict,
        string? reason
    ) =>
        Assert.IsType<ClickAnswer.Counted>(
            await desk.Desk.DecideAsync(
                new Click(
                    request.Copies[0].Token,
                    verdict,
                    Make.Slack(user),
                    request.Copies[0].Conversation,
                    null,
                    reason,
                    "evidence"
                ),
                TestDesk.Cancel
            )
        );

    private static async Task<string> TokenAsync(TestDesk desk, Approval request)
    {
        var issued = await desk.Grants.IssueAsync(
            Make.Agent,
            request.Id,
            new KeyProof.None(),
            TestDesk.Cancel
        );
        return Assert.IsType<Issued.Granted>(issued).Token;
    }

    private static Task<Consumption> ConsumeAsync(TestDesk desk, string token, string change)
    {
        var asked = Make.Request();
        var context = Make.Json($$"""{"change":"{{change}}"}""");
        var what = new AboutToRun(asked.Action, asked.Resource, context);
        return desk.Grants.ConsumeAsync(
            GuardKey,
            desk.Grants.Open(token),
            what,
            new KeyProof.None(),
            TestDesk.Cancel
        );
    }
}
