using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Grants;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Tests.Export;

/// <summary>After an erasure the ledger verifies; what is gone is told apart from what does not match.</summary>
public sealed class ErasedBundleTests
{
    [Fact]
    public async Task A_bundle_verifies_and_says_what_was_erased_when_and_by_whom()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        await EraseDesk.RunOneAsync(desk, "CHG-2");
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var erasure = Assert.Single(Found(files).Erasures);
        Assert.Equal(request.Id.ToString(), erasure.Txn);
        Assert.Equal(6, erasure.Entries.Length);
        foreach (
            var view in (string[])
                ["transcript.html", "events.csv", "events.ocsf.jsonl", "report.html"]
        )
        {
            var text = ExportDesk.Text(files[view]);
            Assert.Contains(erasure.By, text, StringComparison.Ordinal);
            Assert.Contains(erasure.ConfirmedBy, text, StringComparison.Ordinal);
        }

        Assert.Contains(
            "What was erased",
            ExportDesk.Text(files["report.html"]),
            StringComparison.Ordinal
        );
        var own = ExportDesk
            .Text(files["transcript.html"])
            .Split("<article")
            .Single(a => a.StartsWith($" id=\"{request.Id}\"", StringComparison.Ordinal));
        Assert.DoesNotContain(EraseDesk.Word, own, StringComparison.Ordinal);
        Assert.Contains(erasure.How, own, StringComparison.Ordinal);
        var span = ExportDesk.Span(desk);
        for (var from = 0L; from <= span.To; from++)
        {
            Found(ExportDesk.Files(await ExportDesk.ZipAsync(desk, span with { From = from })));
        }
    }

    [Fact]
    public async Task A_receipt_from_before_and_one_from_after_both_verify()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        var before = desk.Receipts.Of(request)!;
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        var after = desk.Receipts.Of((await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!)!;
        foreach (var receipt in (Receipt[])[before, after])
        {
            var token = JwsToken.Parse(receipt.Jws)!;
            Assert.True(
                Jws.Verify(
                    token,
                    TestDesk.ReceiptKey.Public,
                    new JwsPin(JwsAlgorithm.ES256, "approval-receipt+jwt")
                )
            );
            var seq = token.Payload.GetProperty("entry").GetProperty("seq").GetInt64();
            TlogProof
                .Parse(receipt.Proof)
                .Verify(desk.Store.Entries(seq, 1)[0].Bytes, [TestDesk.Vkey]);
            var claims = token.Payload;
            Assert.Equal("approved", claims.GetProperty("outcome").GetString());
            Assert.Equal(
                Make.Slack("CAROL").ToString(),
                claims.GetProperty("decisions")[0].GetProperty("account").GetString()
            );
        }

        Assert.Contains("alice@acme.example", Payload(before), StringComparison.Ordinal);
        Assert.DoesNotContain("alice@acme.example", Payload(after), StringComparison.Ordinal);
        Assert.DoesNotContain(EraseDesk.Word, Payload(after), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bots_own_look_is_sound_and_counts_what_was_erased()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        var reply = await EraseDesk.SayAsync(desk, "ANN", "verify");
        Assert.Equal("The ledger is sound", reply.Title);
        Assert.Contains("erased: 6.", reply.Lines[2], StringComparison.Ordinal);
        Assert.StartsWith(
            $"Erased: {request.Id}: 6 contents erased ",
            reply.Lines[4],
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "UPDATE content SET salt = x'', body = x'', erased = 3 WHERE seq = {0}",
        "and no entry says that it was erased"
    )]
    [InlineData(
        "UPDATE content SET salt = x'', body = x'', erased = 9999 WHERE seq = {0}",
        "and no entry says that it was erased"
    )]
    [InlineData("DELETE FROM content WHERE seq = {0}", "and no entry says that it was erased")]
    [InlineData(
        "UPDATE content SET body = CAST('{{}}' AS BLOB) WHERE seq = {0}",
        "is not the one that the entry names"
    )]
    public async Task What_is_gone_without_an_entry_that_says_so_is_missing(string sql, string why)
    {
        await using var desk = await EraseDesk.OpenAsync();
        var first = await EraseDesk.RunOneAsync(desk);
        var second = await EraseDesk.RunOneAsync(desk, "CHG-2");
        await EraseDesk.EraseAsync(desk, first.Id.ToString());
        var seq = EraseDesk
            .Entries(desk)
            .First(e => e.Txn.Equals(second.Id.ToString(), StringComparison.Ordinal))
            .Seq;
        Execute(desk, string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, seq));
        var reply = await EraseDesk.SayAsync(desk, "ANN", "verify");
        Assert.Equal("The ledger is NOT sound", reply.Title);
        Assert.Contains(why, reply.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_though_an_entry_says_that_it_was_erased_is_named()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        var content = EraseDesk
            .Entries(desk)
            .First(e => e.Txn.Equals(request.Id.ToString(), StringComparison.Ordinal));
        var before = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        // Somebody kept it, and puts it back.
        Execute(
            desk,
            $"UPDATE content SET erased = NULL, salt = x'{Convert.ToHexString(content.Content!.Salt)}',"
                + $" body = x'{Convert.ToHexString(content.Content.Body)}' WHERE seq = {content.Seq}"
        );
        var reply = await EraseDesk.SayAsync(desk, "ANN", "verify");
        Assert.Contains("was erased, but it was not", reply.Lines[0], StringComparison.Ordinal);
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var wrong = Assert.Throws<FormatException>(() => Found(files));
        Assert.Contains("is there, but it was erased", wrong.Message, StringComparison.Ordinal);
        // The bundle of before is what it was.
        Assert.Empty(Found(before).Erasures);
    }

    [Fact]
    public async Task An_export_under_way_while_something_in_it_is_erased_breaks_off()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        var span = ExportDesk.Span(desk);
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        await Assert.ThrowsAsync<IOException>(() => ExportDesk.ZipAsync(desk, span));
    }

    [Fact]
    public async Task Nothing_runs_by_what_was_erased()
    {
        await using var desk = await EraseDesk.OpenAsync();
        await EraseDesk.SayAsync(desk, "ANN", "guard add iam audience https://bot.test");
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        var request = await EraseDesk.AskAsync(desk, "CHG-1");
        await EraseDesk.DecideAsync(desk, request, "CAROL");
        var issued = Assert.IsType<Issued.Granted>(
            await desk.Grants.IssueAsync(
                Make.Agent,
                request.Id,
                new KeyProof.None(),
                TestDesk.Cancel
            )
        );
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        var asked = request.Opening.Request;
        var guard = desk.Register.Current.Guards["iam"];
        var answer = await desk.Grants.ConsumeAsync(
            guard.KeyHash!,
            desk.Grants.Open(issued.Token),
            new AboutToRun(asked.Action, asked.Resource, asked.Context),
            new KeyProof.None(),
            TestDesk.Cancel
        );
        Assert.Equal(GrantRefusal.Revoked, Assert.IsType<Consumption.Refused>(answer).Why);
        Assert.Equal(
            GrantRefusal.Revoked,
            Assert
                .IsType<Issued.Refused>(
                    await desk.Grants.IssueAsync(
                        Make.Agent,
                        request.Id,
                        new KeyProof.None(),
                        TestDesk.Cancel
                    )
                )
                .Why
        );
        // The same key with the same body is no repeat of something that nobody can read any more.
        var again = await desk.Desk.OpenAsync(
            Make.Agent,
            asked,
            "body-CHG-1",
            "key-CHG-1",
            TestDesk.Cancel
        );
        Assert.IsType<Opened.KeyReused>(again);
    }

    private static BundleFound Found(SortedDictionary<string, byte[]> files) =>
        new BundleVerifier(
            new BundleFiles(
                files.Keys.ToHashSet(StringComparer.Ordinal),
                name => new MemoryStream(files[name])
            ),
            null,
            TestDesk.Vkey.ToString()
        ).Verify();

    private static string Payload(Receipt receipt) =>
        Encoding.UTF8.GetString(JwsToken.Parse(receipt.Jws)!.PayloadBytes.Span);

    private static void Execute(TestDesk desk, string sql)
    {
        using var connection = LedgerFile.In(desk.Path);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
