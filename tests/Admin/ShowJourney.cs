using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

public sealed class ShowJourney
{
    [Fact]
    public async Task Show_tells_what_binds_and_what_else_was_sent()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var request = Make.Request() with
        {
            Context = Make.Json("""{"ticket":"CHG-7","parts":["a"]}"""),
            DataScope = new DataScope("restricted", "e-mail", 12, ["crm"], ["email"], "s3://x"),
            Diff = new RequestedDiff("json", null, Make.Json("1"), Make.Json("2")),
            Evidence =
            [
                new Evidence
                {
                    Kind = "fact",
                    Name = "Pipeline",
                    Value = "4812",
                },
            ],
            Undo = "detach it",
            Audience = "https://guard.example",
        };
        var opened = await desk.Desk.OpenAsync(Make.Agent, request, "b", null, TestDesk.Cancel);
        var code = Assert.IsType<Opened.Created>(opened).Approval.Opening.Code;
        var reply = await AnnsDesk.Commands(desk).AsAsync(Make.Slack("BOB"), $"show {code}");
        var bare = code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        var same = await AnnsDesk.Commands(desk).AsAsync(Make.Slack("BOB"), $"show {bare}");
        Assert.Equal(reply.Title, same.Title);
        var lines = string.Join('\n', reply.Lines);
        string[] wanted =
        [
            "action.policy: Admin",
            "context.ticket: CHG-7",
            "context.parts[0]: a",
            "Runs at: https://guard.example",
            "Data: restricted; e-mail; 12 records; datasets crm; fields email; to s3://x",
            "- 1",
            "+ 2",
            "evidence: Pipeline: 4812",
            "undo it: detach it",
        ];
        Assert.All(wanted, w => Assert.Contains(w, lines, StringComparison.Ordinal));
    }
}
