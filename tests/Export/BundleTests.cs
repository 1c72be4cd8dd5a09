using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>The auditors' bundle has what the contract says, and each file is what it should be.</summary>
public sealed class BundleTests
{
    [Fact]
    public async Task It_has_the_files_of_the_contract_and_a_manifest_of_all_of_them()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        string[] kinds =
        [
            "MANIFEST.jws",
            "MANIFEST.sha256",
            "VERIFY.md",
            "checkpoint",
            "content/000.jsonl",
            "events.csv",
            "events.jsonl",
            "events.ocsf.jsonl",
            "keys/jwks.json",
            "report.html",
            "transcript.html",
        ];
        Assert.All(kinds, name => Assert.True(files.ContainsKey(name), name));
        Assert.Equal(3, files.Keys.Count(n => n.StartsWith("receipts/", StringComparison.Ordinal)));
        Assert.Equal(3, files.Keys.Count(n => n.StartsWith("proofs/", StringComparison.Ordinal)));
        Assert.Single(files.Keys, n => n.EndsWith(".vkey", StringComparison.Ordinal));
        var lines = ExportDesk.Text(files["MANIFEST.sha256"]).TrimEnd('\n').Split('\n');
        Assert.Equal(
            string.Join(
                '\n',
                files.Keys.Where(n => !n.StartsWith("MANIFEST", StringComparison.Ordinal))
            ),
            string.Join('\n', lines.Select(l => l[66..]).Order(StringComparer.Ordinal))
        );
    }

    [Fact]
    public async Task Its_events_are_the_entries_exact_bytes()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var lines = ExportDesk.Text(files["events.jsonl"]).TrimEnd('\n').Split('\n');
        var entries = desk.Store.Entries(0, 1_000);
        Assert.Equal(
            string.Join('\n', entries.Select(e => ExportDesk.Text(e.Bytes))),
            string.Join('\n', lines)
        );
        Assert.Equal(
            entries.Count,
            (int)Checkpoint.Open(ExportDesk.Text(files["checkpoint"]), [TestDesk.Vkey]).Size
        );
    }

    [Fact]
    public async Task Half_a_ledger_has_the_whole_tree_and_the_receipts_of_its_half()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var whole = ExportDesk.Span(desk);
        var ends = whole.Entries().Where(e => EntryKinds.IsEnd(e.Kind)).ToArray();
        var files = ExportDesk.Files(
            await ExportDesk.ZipAsync(desk, whole with { From = ends[1].Seq })
        );
        Assert.True(files.ContainsKey($"tile/entries/000.p/{whole.Head.Size}"));
        Assert.False(files.ContainsKey($"receipts/{ends[0].Txn}.jws"));
        Assert.True(files.ContainsKey($"receipts/{ends[1].Txn}.jws"));
        // The opening stands before the half; its content is there all the same.
        var opening = desk.Store.EntriesOf(ends[1].Txn, whole.Head.Size, 1)[0];
        Assert.True(opening.Seq < ends[1].Seq);
        Assert.Contains(
            $"{{\"seq\":{opening.Seq},",
            ExportDesk.Text(files["content/000.jsonl"]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            ends[1].Txn,
            ExportDesk.Text(files["transcript.html"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_part_is_found_by_time()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var all = ExportDesk.Span(desk);
        var at = desk.Store.Entries(all.To - 1, 1)[0].At;
        var last = ExportDesk.Span(desk, from: at);
        Assert.All(last.Entries(), e => Assert.True(e.At >= at));
        Assert.Equal(all.To, last.To);
        Assert.Empty(ExportDesk.Span(desk, from: at.AddDays(1)).Entries());
        Assert.Equal(last.From, ExportDesk.Span(desk, to: at).To);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("  @SUM(A1)", "'  @SUM(A1)")]
    [InlineData("-2", "'-2")]
    [InlineData("+2,3", "\"'+2,3\"")]
    [InlineData("say \"hi\"\r\n", "\"say \"\"hi\"\"\r\n\"")]
    [InlineData("plain", "plain")]
    public void A_cell_of_the_csv_runs_nothing(string text, string cell) =>
        Assert.Equal(cell, EventLines.Cell(text));

    [Fact]
    public async Task Pages_hold_hostile_text_as_text_and_allow_nothing_but_their_own_style_and_script()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var page = ExportDesk.Text(files["transcript.html"]);
        Assert.Contains("&lt;/script&gt;&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", page, StringComparison.Ordinal);
        Assert.Equal(4, page.Split("<article").Length - 1);
        var report = ExportDesk.Text(files["report.html"]);
        Assert.Contains("Refused attempts", report, StringComparison.Ordinal);
        Assert.Contains("unreviewed", report, StringComparison.Ordinal);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_tells_what_ran_without_a_grant_that_was_used()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var ran = await desk.OpenOneAsync("CHG-ran");
        await desk.ClickAsync(ran, "BOB");
        await desk.Desk.ReportAsync(Make.Agent, ran.Id, "succeeded", null, TestDesk.Cancel);
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        Assert.Matches(
            "reported without a grant that was used[^<]*</td><td class=\"n\">1</td>",
            ExportDesk.Text(files["report.html"])
        );
    }

    [Fact]
    public async Task Its_manifest_is_signed()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var seal = JwsToken.Parse(ExportDesk.Text(files["MANIFEST.jws"]))!;
        var pin = new JwsPin(JwsAlgorithm.ES256, Bundle.SealTyp);
        Assert.True(Jws.Verify(seal, TestDesk.ReceiptKey.Public, pin));
        Assert.Equal(
            Base64UrlText.Encode(
                System.Security.Cryptography.SHA256.HashData(files["MANIFEST.sha256"])
            ),
            seal.Payload.GetProperty("manifest_sha256").GetString()
        );
    }
}
