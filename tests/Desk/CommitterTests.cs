using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using ChatApprovals.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Tests.Desk;

public sealed class CommitterTests
{
    [Fact]
    public async Task A_command_that_throws_leaves_nothing_and_spoils_nothing()
    {
        await using var desk = await TestDesk.OpenAsync();
        var before = desk.Store.Head()!.Size;
        var bad = desk.Committer.CommitAsync<bool>(
            commit =>
            {
                commit.Record(new Fact.KeyCreated("test", "kid"));
                throw new InvalidOperationException("no");
            },
            TestDesk.Cancel
        );
        var good = desk.OpenOneAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await good;
        Assert.Equal(before + 1, desk.Store.Head()!.Size);
    }

    [Fact]
    public async Task Nobody_sees_a_change_before_it_is_durable()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        using var running = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var held = desk.Committer.CommitAsync(_ => Wait(running, gate), TestDesk.Cancel);
        // Whatever comes now is of the next batch, both in the same.
        running.Wait(TestDesk.Cancel);
        var ended = desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(
                    new Fact.RequestEnded(approval.Id, RequestStatus.Cancelled, "agent:a", null)
                );
                return commit.Find(approval.Id)!.Status;
            },
            TestDesk.Cancel
        );
        var seen = desk.Committer.CommitAsync(
            commit =>
                (commit.Find(approval.Id)!, desk.Committer.Recent.Find(approval.Id)!.IsPending),
            TestDesk.Cancel
        );
        gate.Set();
        await held;
        Assert.Equal(RequestStatus.Cancelled, await ended);
        var (within, isPendingOutside) = await seen;
        Assert.Equal(RequestStatus.Cancelled, within.Status);
        Assert.True(isPendingOutside);
        Assert.False(desk.Committer.Recent.Find(approval.Id)!.IsPending);

        static bool Wait(ManualResetEventSlim running, ManualResetEventSlim gate)
        {
            running.Set();
            gate.Wait(TestDesk.Cancel);
            return true;
        }
    }

    [Fact]
    public async Task Sequence_numbers_have_no_gap_and_the_signed_root_is_that_of_the_entries()
    {
        await using var desk = await TestDesk.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => desk.OpenOneAsync($"CHG-{i}")));
        var head = desk.Store.Head()!;
        var entries = desk.Store.Entries(0, 10_000);
        Assert.Equal(head.Size, entries.Count);
        var tree = new MerkleTree();
        foreach (var (entry, index) in entries.Select((e, i) => (e, i)))
        {
            Assert.Equal(index, entry.Seq);
            Assert.Equal(index, Entry.Read(entry.Bytes).Seq);
            tree.Append(MerkleTree.LeafHash(entry.Bytes));
        }

        Assert.Contains(
            Convert.ToBase64String(tree.Root()),
            head.Checkpoint,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Everything_answered_is_there_after_a_restart()
    {
        await using var first = await TestDesk.OpenAsync();
        first.Keep = true;
        var pending = await first.OpenOneAsync("CHG-1");
        var decided = await first.OpenOneAsync("CHG-2");
        await first.ClickAsync(decided, "CAROL");
        await first.DisposeAsync();

        await using var second = await TestDesk.OpenAsync(first.Path);
        Assert.Equal(
            RequestStatus.Approved,
            (await second.Desk.FindAsync(Make.Agent, decided.Id, TestDesk.Cancel))!.Status
        );
        Assert.IsType<ClickAnswer.Counted>(await second.ClickAsync(pending, "BOB"));
    }

    [Fact]
    public async Task The_projections_rebuilt_from_the_ledger_are_the_same()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Keep = true;
        var requests = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => desk.OpenOneAsync($"CHG-{i}"))
        );
        await desk.ClickAsync(requests[0], "BOB");
        await desk.ClickAsync(requests[1], "CAROL", Verdict.Rejected);
        await desk.ClickAsync(requests[2], "ERIN");
        await desk.Desk.CancelAsync(Make.Agent, requests[3].Id, "not needed", TestDesk.Cancel);
        await desk.Desk.ReportAsync(Make.Agent, requests[0].Id, "succeeded", "ok", TestDesk.Cancel);
        var before = Projections.Of(desk.Store);
        Rebuild.Run(desk.Store);
        Assert.Equal(before, Projections.Of(desk.Store));
        desk.Keep = false;
    }

    [Fact]
    public async Task A_second_process_on_the_same_directory_is_refused()
    {
        await using var desk = await TestDesk.OpenAsync();
        var error = await Assert.ThrowsAsync<DirectoryHeldException>(() =>
            TestDesk.OpenAsync(desk.Path)
        );
        Assert.Contains("another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_was_changed_behind_our_back_stops_the_start()
    {
        await using var first = await TestDesk.OpenAsync();
        first.Keep = true;
        await first.OpenOneAsync();
        await first.DisposeAsync();
        Tamper(first.Path, "UPDATE ledger SET leaf = zeroblob(32) WHERE seq = 2");
        await Assert.ThrowsAsync<LedgerMismatchException>(() => TestDesk.OpenAsync(first.Path));
        System.IO.Directory.Delete(first.Path, recursive: true);
    }

    [Fact]
    public async Task Entries_beyond_the_checkpoint_stop_the_start()
    {
        await using var first = await TestDesk.OpenAsync();
        first.Keep = true;
        var size = first.Store.Head()!.Size;
        await first.DisposeAsync();
        Tamper(
            first.Path,
            $"INSERT INTO ledger VALUES ({size}, 0, 'request.approved', 'apr_x', zeroblob(32), x'7b7d')"
        );
        await Assert.ThrowsAsync<LedgerMismatchException>(() => TestDesk.OpenAsync(first.Path));
        System.IO.Directory.Delete(first.Path, recursive: true);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_written_is_forgotten_as_a_whole_and_the_next_one_works()
    {
        await using var desk = await TestDesk.OpenAsync();
        Tamper(
            desk.Path,
            "CREATE TRIGGER full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'no'); END"
        );
        await Assert.ThrowsAsync<UnavailableException>(() => desk.AskAsync());
        Tamper(desk.Path, "DROP TRIGGER full");
        Assert.IsType<Opened.Created>(await desk.AskAsync());
    }

    private static void Tamper(string directory, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(directory, "ledger.db")};Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DROP TRIGGER IF EXISTS ledger_no_update; " + sql;
        command.ExecuteNonQuery();
    }
}
