using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Ann and Bob administer a ledger that names every key of theirs.</summary>
internal static class KeyDesks
{
    public static async Task<TestDesk> OpenAsync(TimeProvider? clock = null)
    {
        var desk = await AnnsDesk.OpenWithBobAsync(clock);
        await NameAsync(desk);
        return desk;
    }

    public static Task NameAsync(TestDesk desk) =>
        ExportDesk.RecordAsync(
            desk,
            [
                new Fact.KeyCreated("ledger", VkeyText.Kid(TestDesk.Vkey.ToString())),
                .. desk.Cabinet.Line is { } line
                    ? [new Fact.KeyCreated(Line, line.Kid)]
                    : Array.Empty<Fact>(),
                .. desk.Cabinet.Tokens.All.Select(k => new Fact.KeyCreated(k.Purpose, k.Kid)),
            ]
        );

    /// <summary>The purpose of the key of the checkpoints' second line.</summary>
    public const string Line = "ledger-ed25519";

    /// <summary>Ann wants it, Bob confirms it; answers the key that is in use then.</summary>
    public static async Task<string> RotateAsync(TestDesk desk, string purpose)
    {
        var reply = await EraseDesk.SayAsync(desk, "ANN", $"key rotate {purpose}");
        Assert.True(reply.Title is "Not changed yet", string.Join('\n', reply.Lines));
        Assert.IsType<ClickAnswer.Counted>(
            await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB")
        );
        return desk.Cabinet.KidOf(purpose);
    }

    public static BundleFound Verify(
        SortedDictionary<string, byte[]> files,
        string? known = null,
        string? vkey = null
    ) =>
        new BundleVerifier(
            new BundleFiles(
                files.Keys.ToHashSet(StringComparer.Ordinal),
                name => new MemoryStream(files[name])
            ),
            known,
            vkey
        ).Verify();

    public static async Task<SortedDictionary<string, byte[]>> BundleAsync(TestDesk desk) =>
        ExportDesk.Files(await ExportDesk.ZipAsync(desk, keys: desk.Cabinet.Public));
}
