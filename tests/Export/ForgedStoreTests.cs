using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;
using LedgerFile = ChatApprovals.Tests.Support.LedgerFile;

namespace ChatApprovals.Tests.Export;

/// <summary>What <c>verify</c> says of a ledger where it is stored is what it says of a bundle of it.</summary>
public sealed class ForgedStoreTests : IAsyncLifetime
{
    private readonly string _folder = System
        .IO.Directory.CreateTempSubdirectory("stored-")
        .FullName;

    private TestDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _desk = await KeyDesks.OpenAsync();
        await _desk.ClickAsync(await _desk.OpenOneAsync("CHG-1"), "BOB");
        await KeyDesks.RotateAsync(_desk, "receipt");
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_judges_what_the_entries_tell_and_says_what_it_could_not_check()
    {
        await WriteAsync(new Forger(_desk));
        var found = await VerifyAsync();
        Assert.True(found.Exit == 0, found.Output);
        Assert.Contains("Approvals: 2 held against", found.Output, StringComparison.Ordinal);
        Assert.Matches("Not checked: who signed for the keys of entries [0-9]+,", found.Output);
        // With the public halves beside it nothing is left to ask.
        var keys = System.IO.Directory.CreateDirectory(Path.Combine(_folder, "keys")).FullName;
        var first = TestDesk.ReceiptKey;
        await File.WriteAllTextAsync(
            Path.Combine(keys, $"{first.Kid}.jwk"),
            first.Public.Members.GetRawText(),
            TestDesk.Cancel
        );
        found = await VerifyAsync();
        Assert.True(found.Exit == 0, found.Output);
        Assert.DoesNotContain("Not checked", found.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_how_much_one_administrator_changed_alone_though_there_were_others()
    {
        await WriteAsync(new Forger(_desk));
        const string told = "Unreviewed though there were other administrators";
        Assert.DoesNotContain(told, (await VerifyAsync()).Output, StringComparison.Ordinal);
        System.IO.Directory.Delete(_folder, recursive: true);
        System.IO.Directory.CreateDirectory(_folder);
        await ExportDesk.RecordAsync(_desk, Make.Changed("freeze", "deploy-bot", null));
        await WriteAsync(new Forger(_desk));
        var found = await VerifyAsync();
        Assert.Equal(0, found.Exit);
        Assert.Contains(told, found.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_that_nobody_gave_is_named_there_too()
    {
        var forger = new Forger(_desk);
        forger.Drop(
            forger
                .Entries.Select((e, i) => (e.Kind, i))
                .First(e => e.Kind is EntryKinds.DecisionApproved)
                .i
        );
        await WriteAsync(forger);
        var found = await VerifyAsync();
        Assert.Equal(1, found.Exit);
        Assert.Matches("^WRONG: Entry [0-9]+ .*an approval that nobody gave", found.Output);
    }

    [Fact]
    public async Task A_stored_hash_above_the_leaves_is_the_one_that_the_entries_make()
    {
        await ExportDesk.RecordAsync(
            _desk,
            [.. Enumerable.Repeat(new Fact.Heartbeat(), MerkleTree.TileWidth)]
        );
        await WriteAsync(new Forger(_desk));
        Assert.Equal(0, (await VerifyAsync()).Exit);
        await using (var connection = LedgerFile.In(_folder))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE node SET hash = zeroblob(32) WHERE level = 1";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var found = await VerifyAsync();
        Assert.Equal(1, found.Exit);
        Assert.Contains("the stored hash 0 of level 1", found.Output, StringComparison.Ordinal);
    }

    private async Task WriteAsync(Forger forger)
    {
        await using var store = SqliteStore.Open(_folder);
        forger.Write(store);
    }

    private async Task<BotRun> VerifyAsync()
    {
        var key = Path.Combine(_folder, "known.vkey");
        await File.WriteAllTextAsync(key, TestDesk.Vkey.ToString(), TestDesk.Cancel);
        return await BotRun.CommandAsync(_folder, TestDesk.Cancel, "verify", _folder, "--key", key);
    }
}
