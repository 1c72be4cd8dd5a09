using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// As <see cref="ForgedLedgerTests"/>: for which stage somebody decided, when a request ended, by whom and how far it was, and
/// where the ledger goes on from a backup.
/// </summary>
public sealed class ForgedEndTests : ForgedLedger
{
    [Fact]
    public async Task An_approval_is_for_the_stage_that_was_open()
    {
        var request = await OpenAsync(StageOrder.Sequential);
        await Desk.ClickAsync(request, "BOB");
        Assert.Null(await new Forger(Desk).FaultAsync());
        await Decision(entry => entry["stage"] = 1).SaysAsync("is for stage 1, where 0 was open");
        await Decision(entry => entry["stage"] = -1).SaysAsync("is for stage -1, where 0 was open");
        await Decision(entry => entry.Remove("stage"))
            .SaysAsync("does not say for which stage it is");
        await Desk.ClickAsync(request, "CAROL");
        Assert.Null(await new Forger(Desk).FaultAsync());
        await Decision(entry => entry["stage"] = 0)
            .SaysAsync("is for stage 0, which per_[a-z0-9]+ could not fill");
    }

    [Fact]
    public async Task Where_stages_have_no_order_it_names_none()
    {
        await Desk.ClickAsync(await OpenAsync(StageOrder.Any), "BOB");
        Assert.Null(await new Forger(Desk).FaultAsync());
        await Decision(entry => entry["stage"] = 0)
            .SaysAsync("is for stage 0 of a request that has no stage open");
    }

    [Theory]
    [InlineData(StageOrder.Any)]
    [InlineData(StageOrder.Sequential)]
    public async Task No_more_places_were_filled_at_the_end_than_people_had_approved(
        StageOrder order
    )
    {
        var request = await OpenAsync(order);
        await Desk.ClickAsync(request, "BOB");
        await Desk.Desk.CancelAsync(Make.Agent, request.Id, "not now", TestDesk.Cancel);
        Assert.Null(await new Forger(Desk).FaultAsync());
        await End(entry => entry["filled"] = new JsonArray(1, 1))
            .SaysAsync("says that 1, 1 places were filled, where 1, 0 were");
        await End(entry => entry["filled"] = new JsonArray(2, -1))
            .SaysAsync("says that 2, -1 places were filled, where 1, 0 were");
        await End(entry => entry["filled"] = new JsonArray(1))
            .SaysAsync("says that 1 places were filled, where 1, 0 were");
        await End(entry => entry.Remove("filled"))
            .SaysAsync("does not say how many places were filled");
        // Somebody who has left since fills none.
        Assert.Null(await End(entry => entry["filled"] = new JsonArray(0, 0)).FaultAsync());
    }

    [Fact]
    public async Task Where_nobody_or_everybody_had_approved_it_says_nothing_of_places()
    {
        var request = await Desk.OpenOneAsync("CHG-none");
        await Desk.Desk.CancelAsync(Make.Agent, request.Id, "not now", TestDesk.Cancel);
        await End(entry => entry["filled"] = new JsonArray(0))
            .SaysAsync("says how many places were filled, where all or none were");
        await Desk.ClickAsync(await Desk.OpenOneAsync("CHG-all"), "BOB");
        await Last(EntryKinds.RequestApproved, entry => entry["filled"] = new JsonArray(1))
            .SaysAsync("says how many places were filled, where all or none were");
    }

    [Fact]
    public async Task The_last_decision_is_the_end()
    {
        var request = await Desk.OpenOneAsync("CHG-end");
        await Desk.ClickAsync(request, "BOB");
        await Decision(entry => entry["decided_at"] = "2026-11-20T09:00:00.000Z")
            .SaysAsync("says another time than its own");
        await Last(EntryKinds.RequestApproved, entry => entry["by"] = Ann)
            .SaysAsync("says that another ended it than whoever decided it last");

        var later = new Forger(Desk);
        later.Drop(later.Last(EntryKinds.RequestApproved));
        Assert.Null(await later.FaultAsync());
        var other = await Desk.OpenOneAsync("CHG-later");
        await DecideAsync(other, Verdict.Approved);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await EndAsync(other, RequestStatus.Approved);
        await SaysAsync("ends it at another time than its last decision");
    }

    [Theory]
    [InlineData(RequestStatus.Cancelled)]
    [InlineData(RequestStatus.Pending)]
    public async Task A_rejection_is_the_end(RequestStatus then)
    {
        var request = await Desk.OpenOneAsync("CHG-no");
        await DecideAsync(request, Verdict.Rejected);
        if (then == RequestStatus.Cancelled)
        {
            await EndAsync(request, then);
            await SaysAsync("ends it otherwise than its rejection did");
        }
        else
        {
            await DecideAsync(request, Verdict.Approved, "CAROL");
            await SaysAsync("is a decision on what was rejected");
        }
    }

    [Fact]
    public async Task The_ledger_goes_on_from_the_entries_before_and_the_chats_verify_says_so()
    {
        var head = Desk.Store.Head()!;
        var root = head.Checkpoint.Split('\n')[2];
        await ExportDesk.RecordAsync(
            Desk,
            new Fact.LedgerRestored(2, head.Size, root, KnownSize: head.Size + 3)
        );
        Assert.Null(await new Forger(Desk).FaultAsync());
        var said = await EraseDesk.SayAsync(Desk, "ANN", "verify");
        Assert.Contains(
            said.Lines,
            l => l.StartsWith($"Restored: entry {head.Size}, ", StringComparison.Ordinal)
        );
        await Restored(entry => entry["size"] = head.Size - 1)
            .SaysAsync($"goes on from a backup of {head.Size - 1} entries, and {head.Size} come");
        await Restored(entry => entry["epoch"] = 3)
            .SaysAsync("begins epoch 3, where epoch 1 was the last");
        await Restored(entry => entry["root"] = new string('A', 43) + "=")
            .SaysAsync("goes on from a backup of other entries than those before it");
    }

    /// <summary>Bob for the first stage, Carol for the second.</summary>
    private async Task<Approval> OpenAsync(StageOrder order)
    {
        var people = Desk.Register.Current;
        await ExportDesk.RecordAsync(
            Desk,
            Make.Group("first", people.PersonOf(Make.Slack("BOB"))!.Id),
            Make.Group("second", people.PersonOf(Make.Slack("CAROL"))!.Id),
            Make.Changed(
                "policy",
                "default",
                Policy.Default with
                {
                    Version = 2,
                    Order = order,
                    Stages = [new Stage(["first"], 1), new Stage(["second"], 1)],
                }
            )
        );
        return await Desk.OpenOneAsync("CHG-stages");
    }

    private Forger Decision(Action<JsonObject> change) => Last(EntryKinds.DecisionApproved, change);

    private Forger End(Action<JsonObject> change) => Last(EntryKinds.RequestCancelled, change);

    private Forger Restored(Action<JsonObject> change) => Last(EntryKinds.LedgerRestored, change);

    private Forger Last(string kind, Action<JsonObject> change)
    {
        var forger = new Forger(Desk);
        return forger.Say(forger.Last(kind), change);
    }

    private Task DecideAsync(Approval request, Verdict verdict, string user = "BOB") =>
        ExportDesk.RecordAsync(
            Desk,
            new Fact.RequestDisplayed(
                request.Id,
                Copy: null,
                Surface.Slack,
                Make.Slack(user).ToString(),
                "",
                "shown"
            ),
            new Fact.DecisionMade(
                request.Id,
                new Decision(
                    verdict,
                    Desk.Register.Current.PersonOf(Make.Slack(user))!.Id,
                    Make.Slack(user),
                    user,
                    Surface.Slack,
                    Clock.GetUtcNow(),
                    "no",
                    "shown",
                    "evidence"
                )
            )
        );

    private Task EndAsync(Approval request, RequestStatus status) =>
        ExportDesk.RecordAsync(
            Desk,
            new Fact.RequestEnded(
                request.Id,
                status,
                Desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id.ToString(),
                null
            )
        );
}
