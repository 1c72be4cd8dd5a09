using System.IO.Compression;
using System.Text;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>A small company's ledger with one request of each end, and its bundle.</summary>
internal static class ExportDesk
{
    public const string Hostile =
        "</script><script>alert(1)</script>\u202e<img src=x onerror=alert(2)>";

    /// <summary>Those that the ledger names.</summary>
    public static PublicKeys Keys { get; } =
        new(KeyRing.Of(TestDesk.ReceiptKey), [TestDesk.Vkey.ToString()]);

    public static async Task<TestDesk> OpenAsync(TimeProvider? clock = null)
    {
        var desk = await TestDesk.OpenAsync(clock: clock);
        await RecordAsync(
            desk,
            new Fact.KeyCreated("ledger", VkeyText.Kid(TestDesk.Vkey.ToString())),
            new Fact.KeyCreated(TestDesk.ReceiptKey.Purpose, TestDesk.ReceiptKey.Kid)
        );
        var first = await desk.OpenOneAsync("CHG-1");
        await TalkAsync(desk, first);
        await DecideAsync(desk, first, "BOB", Verdict.Approved);
        await DecideAsync(desk, await desk.OpenOneAsync("CHG-2"), "CAROL", Verdict.Rejected);
        var third = await desk.OpenOneAsync("CHG-3");
        await desk.ClickAsync(third, "ERIN");
        await desk.Desk.CancelAsync(Make.Agent, third.Id, Hostile, TestDesk.Cancel);
        await desk.OpenOneAsync("CHG-4 " + "pending");
        return desk;
    }

    public static Task RecordAsync(TestDesk desk, params Fact[] facts) =>
        desk.Committer.CommitAsync(
            commit =>
            {
                foreach (var fact in facts)
                {
                    commit.Record(OfSomebody(fact, commit.Register));
                }

                return true;
            },
            TestDesk.Cancel
        );

    /// <summary>Where there are administrators, what nobody confirmed is the first one's.</summary>
    private static Fact OfSomebody(Fact fact, Register register) =>
        fact is Fact.ConfigChanged { By: null, Review: "unreviewed" } changed
        && register.Group(Register.Admins) is { } admins
            ? changed with
            {
                By = admins.Members[0],
            }
            : fact;

    public static LedgerSpan Span(
        TestDesk desk,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null
    ) => LedgerSpan.Of(desk.Store, desk.Store.Head()!, from, to);

    /// <summary>The bundle as a zip.</summary>
    public static async Task<byte[]> ZipAsync(
        TestDesk desk,
        LedgerSpan? span = null,
        PublicKeys? keys = null
    )
    {
        using var output = new MemoryStream();
        var bundle = new Bundle(span ?? Span(desk), desk.Receipts, keys ?? Keys);
        await bundle.WriteAsync(output, Make.Noon, TestDesk.Cancel);
        return output.ToArray();
    }

    public static Exports Exports(TestDesk desk, AnchorDesk? anchors = null) =>
        new(desk.Committer, desk.Store, desk.Receipts, Keys, anchors ?? desk.Anchors, desk.Clock);

    /// <summary>The files of a zip, by name.</summary>
    public static SortedDictionary<string, byte[]> Files(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            files.Add(entry.FullName, content.ToArray());
        }

        return files;
    }

    public static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);

    private static async Task TalkAsync(TestDesk desk, Approval request)
    {
        var copy = request.Copies[0];
        var click = new QuestionClick(
            copy.Token,
            Make.Slack("CAROL"),
            copy.Conversation,
            Message: null,
            "Which alarms? " + Hostile,
            "evidence"
        );
        Assert.IsType<ClickAnswer.Counted>(await desk.Desk.AskAsync(click, TestDesk.Cancel));
        await desk.Desk.AnswerAsync(
            Make.Agent,
            request.Id,
            question: null,
            "None of them. " + Hostile,
            TestDesk.Cancel
        );
    }

    private static async Task DecideAsync(
        TestDesk desk,
        Approval approval,
        string user,
        Verdict verdict
    ) => Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, user, verdict));
}
