using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Export;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Tests.Admin;

/// <summary><c>checkpoint</c> and <c>verify</c>, over a ledger with requests of every end.</summary>
public sealed class LedgerCommandsJourney
{
    private static readonly AccountId s_ann = Make.Slack("ANN");

    [Fact]
    public async Task The_checkpoint_is_the_signed_note_with_the_key_to_open_it()
    {
        await using var desk = await OpenAsync();
        var reply = await AnnsDesk.Commands(desk).AsAsync(s_ann, "checkpoint");
        var head = desk.Store.Head()!;
        Assert.Equal($"Checkpoint of {head.Size} entries", reply.Title);
        var note = string.Join('\n', reply.Lines.Skip(1).Take(5).Select(l => l.Trim())) + "\n";
        Assert.Equal(head.Checkpoint, note);
        Assert.True(
            Checkpoint
                .Open(note, [VkeyText.Read(After(reply, "Verifier key: "))])
                .IsSameAs(Checkpoint.Open(head.Checkpoint, [TestDesk.Vkey]))
        );
    }

    [Fact]
    public async Task A_sound_ledger_is_said_to_be_sound_with_its_size_and_root()
    {
        await using var desk = await OpenAsync();
        var reply = await AnnsDesk.Commands(desk).AsAsync(s_ann, "verify");
        var head = Checkpoint.Open(desk.Store.Head()!.Checkpoint, [TestDesk.Vkey]);
        Assert.Equal("The ledger is sound", reply.Title);
        Assert.Equal(
            $"Entries: {head.Size}, root {Convert.ToBase64String(head.Root)}",
            reply.Lines[0]
        );
        Assert.Contains(
            "Requests followed step by step: 4.",
            reply.Lines[2],
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("verify")]
    public async Task Auditors_may_ask_and_approvers_may_not(string command)
    {
        await using var desk = await OpenAsync();
        var commands = AnnsDesk.Commands(desk);
        Assert.Equal("Refused", (await commands.AsAsync(Make.Slack("BOB"), command)).Title);
        await commands.AsAsync(s_ann, "auditor add {BOB}");
        var reply = await commands.AsAsync(Make.Slack("BOB"), command);
        Assert.DoesNotContain("Refused", reply.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), 'linked', 'l1nked') AS BLOB) WHERE kind = 'person.linked'",
        "The stored hash of entry"
    )]
    [InlineData(
        "UPDATE ledger SET leaf = zeroblob(32) WHERE seq = 3",
        "The stored hash of entry 3"
    )]
    [InlineData(
        "UPDATE ledger SET kind = 'config.changed' WHERE seq = 2",
        "Entry 2 is filed under"
    )]
    [InlineData("UPDATE ledger SET at = at + 1 WHERE seq = 2", "Entry 2 is filed under")]
    [InlineData(
        "DELETE FROM content WHERE seq = (SELECT max(seq) FROM content)",
        "is missing, and no entry says that it was erased."
    )]
    [InlineData(
        "UPDATE content SET body = CAST('{}' AS BLOB) WHERE seq = (SELECT max(seq) FROM content)",
        "is not the one that the entry names."
    )]
    [InlineData("DELETE FROM ledger WHERE seq = 4", "is missing.")]
    [InlineData("UPDATE head SET size = size - 1", "not of the size that is stored")]
    [InlineData(
        "UPDATE head SET checkpoint = replace(checkpoint, 'test/ledger', 'test/forgery')",
        "."
    )]
    public async Task What_was_changed_behind_the_bots_back_is_named(string sql, string sentence)
    {
        await using var desk = await OpenAsync();
        Tamper(desk.Path, sql);
        var reply = await AnnsDesk.Commands(desk).AsAsync(s_ann, "verify");
        Assert.Equal("The ledger is NOT sound", reply.Title);
        Assert.Contains(sentence, reply.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_signed_by_a_key_that_it_does_not_know_is_not_sound()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var reply = await AnnsDesk.Commands(desk).AsAsync(s_ann, "verify");
        Assert.Contains("does not know the key", reply.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commits_go_on_while_the_ledger_is_verified()
    {
        await using var desk = await OpenAsync();
        await using var audit = new LedgerAudit(desk.Store, desk.Cabinet.Public, desk.Clock);
        var checks = Enumerable
            .Range(0, 20)
            .Select(_ => audit.CheckAsync(TestDesk.Cancel))
            .ToArray();
        var opened = Enumerable.Range(10, 20).Select(n => desk.OpenOneAsync($"CHG-{n}"));
        await Task.WhenAll(opened);
        Assert.All(
            await Task.WhenAll(checks),
            finding => Assert.IsType<LedgerFinding.Sound>(finding)
        );
    }

    internal static async Task<TestDesk> OpenAsync()
    {
        var desk = await ExportDesk.OpenAsync();
        await AnnsDesk.MoveInAsync(desk);
        return desk;
    }

    private static string After(Reply reply, string label) =>
        reply.Lines.Single(l => l.StartsWith(label, StringComparison.Ordinal))[label.Length..];

    private static void Tamper(string directory, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(directory, "ledger.db")};Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"PRAGMA foreign_keys=OFF; DROP TRIGGER ledger_no_update; DROP TRIGGER ledger_no_delete; {sql}";
        command.ExecuteNonQuery();
    }
}
