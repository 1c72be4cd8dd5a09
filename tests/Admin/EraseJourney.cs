using System.Text;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary><c>erase</c>: two administrators, only content, and nothing of it is left anywhere.</summary>
public sealed class EraseJourney
{
    [Fact]
    public async Task An_erased_request_keeps_who_decided_and_loses_every_word()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        Assert.True(EraseDesk.IsInFiles(desk, EraseDesk.Word));
        var before = EraseDesk.Entries(desk);
        var confirmed = await EraseDesk.EraseAsync(desk, request.Id.ToString());
        Assert.Equal(RequestStatus.Approved, confirmed.Status);

        var left = (await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!;
        Assert.Equal(RequestStatus.Approved, left.Status);
        var decision = Assert.Single(left.Decisions);
        Assert.Equal(request.Decisions[0].Person, decision.Person);
        Assert.Equal(request.Decisions[0].Account, decision.Account);
        Assert.Equal((Erasure.Mark, Erasure.Mark), (decision.Name, decision.Reason));
        Assert.Equal(request.Opening.BindingHash, left.Opening.BindingHash);
        Assert.Equal(request.Opening.PolicyHash, left.Opening.PolicyHash);
        Assert.Equal(
            (request.Opening.Code, request.Opening.Risk),
            (left.Opening.Code, left.Opening.Risk)
        );
        Assert.Equal(request.Copies.ToArray(), left.Copies.ToArray());
        Assert.Equal(confirmed.Id, left.Erased!.Change);
        // The entries are the same bytes; nothing beside them, nor in any file, has the words.
        Assert.Equal(
            before.Select(e => Encoding.UTF8.GetString(e.Bytes)),
            EraseDesk
                .Entries(desk)
                .Take(before.Count)
                .Select(e => Encoding.UTF8.GetString(e.Bytes)),
            StringComparer.Ordinal
        );
        Assert.False(EraseDesk.IsInFiles(desk, EraseDesk.Word));
        Assert.DoesNotContain(EraseDesk.Word, Projections.Of(desk.Store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_erased_state_is_rebuilt_to_the_same_bytes_and_read_by_the_next_process()
    {
        string directory;
        RequestId id;
        string erased;
        await using (var desk = await EraseDesk.OpenAsync())
        {
            (directory, desk.Keep) = (desk.Path, true);
            id = (await EraseDesk.RunOneAsync(desk)).Id;
            await EraseDesk.EraseAsync(desk, id.ToString());
            await EraseDesk.RunOneAsync(desk, "CHG-2", Make.Slack("CAROL2").ToString());
            await EraseDesk.SayAsync(desk, "CAROL", "whoami");
            await EraseDesk.EraseAsync(desk, "{CAROL}");
            erased = Projections.Of(desk.Store);
            Assert.Equal(desk.Store.Head()!.Size, Rebuild.Run(desk.Store));
            Assert.Equal(erased, Projections.Of(desk.Store));
        }

        await using var again = await TestDesk.OpenAsync(directory);
        Assert.Equal(erased, Projections.Of(again.Store));
        Assert.NotNull((await again.Desk.ShowAsync(id, TestDesk.Cancel))!.Erased);
    }

    [Fact]
    public async Task It_is_said_by_show_card_and_answer_who_erased_it_and_what_it_does_not_reach()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        var asked = await EraseDesk.SayAsync(desk, "ANN", $"erase {request.Opening.Code}");
        Assert.Contains(
            asked.Lines,
            l => l.StartsWith("Backups and exports from before", StringComparison.Ordinal)
        );
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        var shown = await EraseDesk.SayAsync(desk, "CAROL", $"show {request.Id}");
        Assert.Contains("was erased", shown.Lines[0], StringComparison.Ordinal);
        Assert.Contains(
            "by ANN (slack:T1:ANN), confirmed by BOB",
            shown.Lines[0],
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            EraseDesk.Word,
            string.Join('\n', shown.Lines),
            StringComparison.Ordinal
        );

        var left = (await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!;
        var card = ApprovalCard.For(left, desk.Register.Current, left.Copies[0], null, null);
        Assert.Contains(
            card.Facts,
            f => f.Label is "Erased" && f.Value.Contains("ANN and BOB", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(EraseDesk.Word, card.ToString(), StringComparison.Ordinal);
        Assert.True(
            card.Revision
                > ApprovalCard
                    .For(request, desk.Register.Current, request.Copies[0], null, null)
                    .Revision
        );
        var told = desk.Wall.Told.Last(t => t.Account == Make.Slack("ANN"));
        Assert.Contains("is erased", told.Text, StringComparison.Ordinal);
        var again = await EraseDesk.SayAsync(desk, "ANN", $"erase {request.Id}");
        Assert.Equal("Nothing to change", again.Title);
    }

    [Fact]
    public async Task Every_copy_of_the_card_is_drawn_again_without_the_words()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        await Eventually.TrueAsync(
            () => desk.Outbox.IsIdle && !desk.Wall.Drawn.IsEmpty,
            "everything is drawn"
        );
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        await Eventually.TrueAsync(
            () =>
                desk.Wall.Drawn.Any(d =>
                    d.Card.RequestId.Equals(request.Id.ToString(), StringComparison.Ordinal)
                    && d.Card.Facts.Any(f => f.Label is "Erased")
                    && d.Message is not null
                ),
            "the card is drawn without the words"
        );
        await desk.Outbox.StopAsync(TestDesk.Cancel);
    }

    [Fact]
    public async Task One_administrator_alone_erases_nothing()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        var size = desk.Store.Head()!.Size;
        foreach (var what in (string[])[request.Id.ToString(), "{CAROL}"])
        {
            var reply = await EraseDesk.SayAsync(desk, "ANN", $"erase {what}");
            Assert.Equal("Refused", reply.Title);
            Assert.Contains("second administrator", reply.Lines[0], StringComparison.Ordinal);
        }

        Assert.Equal(size, desk.Store.Head()!.Size);
        Assert.True(EraseDesk.IsInFiles(desk, EraseDesk.Word));
    }

    [Fact]
    public async Task What_waits_is_not_erased_nor_whom_it_names()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.AskAsync(desk, "CHG-1", Make.Slack("DAVE").ToString());
        await EraseDesk.SayAsync(desk, "DAVE", "whoami");
        var reply = await EraseDesk.SayAsync(desk, "ANN", $"erase {request.Id}");
        Assert.Equal("Refused", reply.Title);
        Assert.Contains("waits for a decision", reply.Lines[0], StringComparison.Ordinal);
        reply = await EraseDesk.SayAsync(desk, "ANN", "erase {DAVE}");
        Assert.Equal("Refused", reply.Title);
        Assert.Contains(request.Opening.Code, reply.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(
            await desk.Desk.PendingAsync(100, TestDesk.Cancel),
            a => a.Change is not null
        );
        Assert.Equal(
            "Not found",
            (await EraseDesk.SayAsync(desk, "ANN", "erase slack:T1:NOBODY")).Title
        );
        Assert.Equal("Not found", (await EraseDesk.SayAsync(desk, "ANN", "erase K7Q-4XM")).Title);
    }

    [Fact]
    public async Task Whoever_comes_to_be_named_by_what_waits_meanwhile_is_not_erased()
    {
        await using var desk = await EraseDesk.OpenAsync();
        await EraseDesk.SayAsync(desk, "DAVE", "whoami");
        await EraseDesk.SayAsync(desk, "ANN", "erase {DAVE}");
        var waits = await desk.WaitingChangeAsync();
        var request = await EraseDesk.AskAsync(desk, "CHG-1", "dave@acme.example");
        await desk.ClickAsync(waits, "BOB");
        var ended = (await desk.Desk.ShowAsync(waits.Id, TestDesk.Cancel))!;
        Assert.Equal(RequestStatus.Cancelled, ended.Status);
        Assert.Contains(request.Opening.Code, ended.EndReason!, StringComparison.Ordinal);
        Assert.Equal("DAVE", desk.Register.Current.PersonOf(Make.Slack("DAVE"))!.Name);
    }

    [Fact]
    public async Task Two_who_want_the_same_erased_erase_it_once()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        await EraseDesk.SayAsync(desk, "ANN", $"erase {request.Id}");
        var first = await desk.WaitingChangeAsync();
        await EraseDesk.SayAsync(desk, "BOB", $"erase {request.Id}");
        var second = (await desk.Desk.PendingAsync(100, TestDesk.Cancel)).Single(a =>
            a.Id != first.Id
        );
        await desk.ClickAsync(first, "BOB");
        await desk.ClickAsync(second, "ANN");
        var ended = (await desk.Desk.ShowAsync(second.Id, TestDesk.Cancel))!;
        Assert.Equal("Not applied: nothing of it is left to erase.", ended.EndReason);
        Assert.Single(EraseDesk.Entries(desk), e => e.Kind is EntryKinds.ErasurePerformed);
    }

    [Fact]
    public async Task Nobody_but_another_administrator_confirms_it()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        await EraseDesk.SayAsync(desk, "ANN", $"erase {request.Id}");
        var waits = await desk.WaitingChangeAsync();
        foreach (var user in (string[])["ANN", "CAROL", "ERIN"])
        {
            Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(waits, user));
        }

        Assert.True(EraseDesk.IsInFiles(desk, EraseDesk.Word));
        Assert.Equal(
            "Refused",
            (await EraseDesk.SayAsync(desk, "CAROL", $"erase {request.Id}")).Title
        );
    }
}
