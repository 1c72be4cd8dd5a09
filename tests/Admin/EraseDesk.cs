using System.Text;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Ann and Bob administer; requests are full of words that nobody may find after they were erased.</summary>
internal static class EraseDesk
{
    /// <summary>In everything that is kept beside the ledger, and nowhere else.</summary>
    public const string Word = "xylophone";

    public static async Task<TestDesk> OpenAsync(TimeProvider? clock = null)
    {
        var desk = await AnnsDesk.OpenWithBobAsync(clock);
        await ExportDesk.RecordAsync(
            desk,
            new Fact.KeyCreated("ledger", VkeyText.Kid(TestDesk.Vkey.ToString())),
            new Fact.KeyCreated(TestDesk.ReceiptKey.Purpose, TestDesk.ReceiptKey.Kid)
        );
        return desk;
    }

    /// <summary>Asked, talked about, approved by Carol, run and reported, in words.</summary>
    public static async Task<Approval> RunOneAsync(
        TestDesk desk,
        string change = "CHG-1",
        string initiator = "alice@acme.example"
    )
    {
        var made = await AskAsync(desk, change, initiator);
        await desk.Desk.AskAsync(
            new QuestionClick(
                made.Copies[0].Token,
                Make.Slack("CAROL"),
                made.Copies[0].Conversation,
                Message: null,
                $"Which {Word}?",
                "evidence"
            ),
            TestDesk.Cancel
        );
        await desk.Desk.AnswerAsync(Make.Agent, made.Id, null, $"The {Word}.", TestDesk.Cancel);
        await DecideAsync(desk, made, "CAROL");
        await desk.Desk.ReportAsync(Make.Agent, made.Id, "failed", $"No {Word}", TestDesk.Cancel);
        return (await desk.Desk.ShowAsync(made.Id, TestDesk.Cancel))!;
    }

    public static async Task<Approval> AskAsync(
        TestDesk desk,
        string change,
        string initiator = "alice@acme.example"
    ) =>
        Assert
            .IsType<Opened.Created>(
                await desk.Desk.OpenAsync(
                    Make.Agent,
                    Make.Request(initiator) with
                    {
                        Context = Make.Json($$"""{"change":"{{change}}","for":"{{Word}}"}"""),
                        Justification = $"Because of the {Word}.",
                        Diff = new RequestedDiff("unified", $"+{Word}", null, null),
                        Evidence =
                        [
                            new Evidence
                            {
                                Kind = "log",
                                Name = "l",
                                Text = Word,
                            },
                        ],
                        Undo = Word,
                    },
                    "body-" + change,
                    "key-" + change,
                    TestDesk.Cancel
                )
            )
            .Approval;

    public static async Task DecideAsync(TestDesk desk, Approval request, string user) =>
        Assert.IsType<ClickAnswer.Counted>(
            await desk.Desk.DecideAsync(
                new Click(
                    request.Copies[0].Token,
                    Verdict.Approved,
                    Make.Slack(user),
                    request.Copies[0].Conversation,
                    null,
                    $"It is the {Word}.",
                    "evidence"
                ),
                TestDesk.Cancel
            )
        );

    /// <summary>Ann wants it, Bob confirms it; answers the request by which they did.</summary>
    public static async Task<Approval> EraseAsync(TestDesk desk, string what)
    {
        var reply = await SayAsync(desk, "ANN", $"erase {what}");
        Assert.True(reply.Title is "Not changed yet", string.Join('\n', reply.Lines));
        var waits = await desk.WaitingChangeAsync();
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waits, "BOB"));
        return (await desk.Desk.ShowAsync(waits.Id, TestDesk.Cancel))!;
    }

    public static Task<Reply> SayAsync(TestDesk desk, string who, string typed) =>
        AnnsDesk.Commands(desk).AsAsync(Make.Slack(who), typed);

    public static IReadOnlyList<StoredEntry> Entries(TestDesk desk) =>
        desk.Store.Entries(0, 10_000);

    /// <summary>Whether a text is anywhere in the files of the data directory, erased pages and logs included.</summary>
    public static bool IsInFiles(TestDesk desk, string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return System
            .IO.Directory.EnumerateFiles(desk.Path, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith("lock", StringComparison.Ordinal))
            .Any(f => Bytes(f).AsSpan().IndexOf(wanted) >= 0);
    }

    private static byte[] Bytes(string path)
    {
        using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
