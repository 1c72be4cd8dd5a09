using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>What an auditor finds of calls that the bot sent.</summary>
public sealed class GuardedLedgerTests
{
    [Fact]
    public async Task A_bundle_with_calls_is_sound_and_holds_no_credential()
    {
        await using var bot = await GuardedBot.StartAsync();
        await ExportDesk.RecordAsync(
            bot.Desk,
            new Fact.KeyCreated("ledger", VkeyText.Kid(TestDesk.Vkey.ToString())),
            new Fact.KeyCreated(TestDesk.ReceiptKey.Purpose, TestDesk.ReceiptKey.Kid)
        );
        var id = await bot.ApprovedAsync();
        (await bot.AttachAsync(("Approval", id))).Is(200);
        (await bot.AttachAsync(("Approval", id))).IsProblem(409, "already_consumed");
        var zip = await ExportDesk.ZipAsync(bot.Desk);
        using var stream = new MemoryStream(zip);
        var files = BundleFiles.OfZip(stream);
        new BundleVerifier(files, null, TestDesk.Vkey.ToString()).Verify();
        foreach (var (_, content) in ExportDesk.Files(zip))
        {
            var text = Encoding.UTF8.GetString(content);
            Assert.DoesNotContain("the-clouds-own-token", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rebuild_finds_what_is_under_way_and_what_became_of_the_rest()
    {
        await using var bot = await GuardedBot.StartAsync();
        var done = await bot.ApprovedAsync();
        (await bot.AttachAsync(("Approval", done))).Is(200);
        var open = await bot.ApprovedAsync();
        var request = RequestId.Parse(open, provider: null);
        await ExportDesk.RecordAsync(
            bot.Desk,
            new Fact.GrantConsumed(request, GrantId.New(Make.Noon), "cloud") { Forwarded = true }
        );
        Rebuild.Run(bot.Desk.Store);
        var forwards = bot.Desk.Store.Documents().Where(d => d.Area is "forward");
        Assert.Equal(open, Assert.Single(forwards).Name);
        await bot.Desk.Forwards.SettleAsync(GuardedBot.Cancel);
        Assert.DoesNotContain(bot.Desk.Store.Documents(), d => d.Area is "forward");
        Assert.Equal("unknown", await bot.OutcomeAsync(open));
        Assert.Equal("succeeded", await bot.OutcomeAsync(done));
    }
}
