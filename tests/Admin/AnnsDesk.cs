using ChatApprovals.Admin;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;
using Directory = ChatApprovals.Desk.Directory;

namespace ChatApprovals.Tests.Admin;

/// <summary>The test company with an administrator, Ann, who types commands.</summary>
internal static class AnnsDesk
{
    public static async Task<TestDesk> OpenAsync(
        TimeProvider? clock = null,
        TimeSpan groupWait = default
    )
    {
        var desk = await TestDesk.OpenAsync(clock: clock, groupWait: groupWait);
        await MoveInAsync(desk);
        return desk;
    }

    public static async Task MoveInAsync(TestDesk desk)
    {
        var ann = await desk.Register.EnrolAsync(
            Make.Member(Make.Slack("ANN"), "ann@acme.example"),
            "bootstrap",
            TestDesk.Cancel
        );
        await desk.Register.ChangeAsync(
            by: null,
            (_, _) =>
                new ConfigRuling.Set(
                    "group",
                    Register.Admins,
                    new Group(Register.Admins, [ann.Id], []),
                    Widens: true
                ),
            TestDesk.Cancel
        );
    }

    public static CommandDesk Commands(
        TestDesk desk,
        AdminOptions? options = null,
        TimeSpan? linkWait = null,
        AnchorDesk? anchors = null
    ) =>
        new(
            desk.Register,
            desk.Desk,
            desk.Grants,
            new Directory([desk.Wall, desk.TeamsWall], desk.Clock),
            desk.Groups,
            new DeskOptions
            {
                Slack = true,
                SlackDefault = "C1",
                LinkWait = linkWait ?? new DeskOptions().LinkWait,
            },
            options
                ?? new AdminOptions("http://127.0.0.1:3978", desk.Cabinet.Callbacks)
                {
                    ReadRequest = RequestTrial.Read,
                },
            desk.Undrawn,
            desk.Callbacks,
            new LedgerAudit(desk.Store, desk.Cabinet.Public, desk.Clock),
            anchors ?? desk.Anchors,
            new ExportFiles(ExportDesk.Exports(desk), desk.Path),
            new KeyDesk(
                desk.Committer,
                desk.Store,
                desk.Cabinet,
                new DeskOptions { Slack = true, SlackDefault = "C1" }
            ),
            desk.Clock
        );

    /// <summary>Ann and Bob administer: what one wants, the other must approve.</summary>
    public static async Task<TestDesk> OpenWithBobAsync(TimeProvider? clock = null)
    {
        var desk = await OpenAsync(clock);
        await Commands(desk).AsAsync(Make.Slack("ANN"), "admin add {BOB}");
        return desk;
    }

    /// <summary>The one change of the configuration that waits for another administrator.</summary>
    public static async Task<Approval> WaitingChangeAsync(this TestDesk desk) =>
        Assert.Single(
            await desk.Desk.PendingAsync(100, TestDesk.Cancel),
            a => a.Change is not null
        );

    /// <summary>Braces mean mentions, but in what begins with <c>policy</c>: there they are YAML or JSON.</summary>
    public static Task<Reply> AsAsync(
        this CommandDesk commands,
        AccountId who,
        string typed,
        string? delivery = null
    ) =>
        commands.RunAsync(
            typed.StartsWith("policy", StringComparison.Ordinal)
                ? [new CommandPart.Text(typed)]
                : MakeCommand.Parts(typed),
            new Asker(who, "D1", IsPrivate: true) { Delivery = delivery },
            TestDesk.Cancel
        );
}
