using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// As <see cref="ForgedLedgerTests"/>: changes of the configuration, keys, links and contents that nobody confirmed, though a
/// ledger that is rightly signed says so.
/// </summary>
public sealed class ForgedChangeTests : IAsyncLifetime
{
    private readonly HandClock _clock = new(Make.Noon);
    private TestDesk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await KeyDesks.OpenAsync(_clock);

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task What_says_that_it_was_confirmed_names_the_request_that_others_approved()
    {
        var request = await ConfirmedAsync();
        var forger = new Forger(_desk);
        forger.Drop(forger.Last(EntryKinds.ConfigProposed));
        await forger.SaysAsync("says that it was confirmed, and no request for it was approved");

        forger = new Forger(_desk);
        forger.Say(forger.Last(EntryKinds.ConfigChanged), entry => entry["name"] = "others");
        await forger.SaysAsync("says that it was confirmed, and no request for it was approved");

        _clock.Advance(TimeSpan.FromSeconds(1));
        await ExportDesk.RecordAsync(
            _desk,
            new Fact.ConfigChanged(
                request.Id.ToString(),
                "group",
                "approvers",
                null,
                null,
                Ann,
                "confirmed"
            )
            {
                ConfirmedBy = Bob,
            }
        );
        await new Forger(_desk).SaysAsync(
            "says that it was confirmed, and no request for it was approved"
        );
    }

    [Fact]
    public async Task It_comes_to_what_was_proposed_by_whom_it_says()
    {
        await ConfirmedAsync();
        var changed = new Forger(_desk).Last(EntryKinds.ConfigChanged);
        await new Forger(_desk)
            .Say(changed, entry => entry["after"]!["members"]!.AsArray().Clear())
            .SaysAsync("changes it to something else than what was confirmed");
        await new Forger(_desk)
            .Say(changed, entry => entry["confirmed_by"] = Ann.ToString())
            .SaysAsync("says that it was proposed or confirmed by others than its request says");
        await new Forger(_desk)
            .Say(changed, entry => entry["by"] = Bob.ToString())
            .SaysAsync("says that it was proposed or confirmed by others than its request says");
        await new Forger(_desk)
            .Say(changed, entry => entry["review"] = "unreviewed")
            .SaysAsync("says who confirmed it, and not that it was confirmed");
        await new Forger(_desk)
            .Again(changed)
            .SaysAsync("says that it was confirmed, and no request for it was approved");
    }

    [Fact]
    public async Task What_was_proposed_is_what_was_asked_about()
    {
        await ConfirmedAsync();
        var forger = new Forger(_desk);
        forger.Say(
            forger.Last(EntryKinds.ConfigProposed),
            entry => entry["after"]!["members"]!.AsArray().Clear()
        );
        await forger.SaysAsync("proposes another change than the one that was asked about");
    }

    [Fact]
    public async Task Only_administrators_propose()
    {
        await EraseDesk.SayAsync(_desk, "ANN", "group add approvers {DAVE}");
        Assert.Null(await new Forger(_desk).FaultAsync());
        await ExportDesk.RecordAsync(_desk, Make.Group(Register.Admins, Bob));
        var click = await _desk.ClickAsync(await _desk.WaitingChangeAsync(), "BOB");
        Assert.IsType<ClickAnswer.Counted>(click);
        // It was not applied, and nothing is wrong with that.
        Assert.Null(await new Forger(_desk).FaultAsync());
        var forger = new Forger(_desk);
        var end = forger.Last(EntryKinds.RequestCancelled);
        forger.Put(end, EntryKinds.RequestApproved, $$"""{"by":"{{Bob}}"}""");
        forger.Drop(end);
        await forger.SaysAsync("is about a change that somebody proposed who was no administrator");
    }

    [Fact]
    public async Task Nobody_confirms_what_they_proposed()
    {
        await EraseDesk.SayAsync(_desk, "ANN", "group add approvers {DAVE}");
        var request = await _desk.WaitingChangeAsync();
        await ExportDesk.RecordAsync(
            _desk,
            new Fact.RequestDisplayed(
                request.Id,
                Copy: null,
                Surface.Slack,
                "slack:T1:ANN",
                "",
                "shown"
            ),
            new Fact.DecisionMade(
                request.Id,
                new Decision(
                    Verdict.Approved,
                    Ann,
                    Make.Slack("ANN"),
                    "Ann",
                    Surface.Slack,
                    _clock.GetUtcNow(),
                    null,
                    "shown",
                    "evidence"
                )
            )
        );
        await new Forger(_desk).SaysAsync("is a decision of per_[a-z0-9]+, who started it");
    }

    [Fact]
    public async Task Narrowing_gives_nobody_more()
    {
        await EraseDesk.SayAsync(_desk, "ANN", "group remove approvers {CAROL}");
        var forger = new Forger(_desk);
        forger.Say(
            forger.Last(EntryKinds.ConfigChanged),
            entry => entry["after"]!["members"]!.AsArray().Add(Ann.ToString())
        );
        await forger.SaysAsync("gives somebody more power and says that it is narrowing");
    }

    [Fact]
    public async Task An_account_is_moved_from_whose_it_was()
    {
        await ExportDesk.RecordAsync(
            _desk,
            new Fact.PersonLinked(Ann, Make.Slack("BOB"), "admin", "Bob", [])
        );
        await new Forger(_desk).SaysAsync(
            "links slack:T1:BOB to per_[a-z0-9]+ without saying that it was per_[a-z0-9]+'s"
        );
    }

    [Fact]
    public async Task A_key_and_a_link_are_confirmed_like_all_else()
    {
        await KeyDesks.RotateAsync(_desk, "receipt");
        var forger = new Forger(_desk);
        var rotated = forger.Last(EntryKinds.KeyRotated);
        forger.Say(rotated, entry => entry["change"] = "apr_none");
        await forger.SaysAsync("says that it was confirmed, and no request for it was approved");

        await ExportDesk.RecordAsync(
            _desk,
            new Fact.PersonLinked(Ann, Make.Slack("CAROL"), "admin", "Carol", [])
            {
                From = _desk.Register.Current.PersonOf(Make.Slack("CAROL"))!.Id,
                By = Ann,
                Review = "confirmed",
                Change = RequestId.New(Make.Noon),
            }
        );
        await new Forger(_desk).SaysAsync(
            "says that it was confirmed, and no request for it was approved"
        );
    }

    [Fact]
    public async Task An_erasure_was_confirmed_by_another_and_takes_only_what_can_go()
    {
        var request = await EraseDesk.RunOneAsync(_desk);
        var other = await EraseDesk.RunOneAsync(_desk, "CHG-2");
        await EraseDesk.EraseAsync(_desk, request.Id.ToString());
        var erased = new Forger(_desk).Last(EntryKinds.ErasurePerformed);
        await new Forger(_desk)
            .Say(erased, entry => entry["confirmed_by"] = entry["by"]!.GetValue<string>())
            .SaysAsync("says that it was proposed or confirmed by others than its request says");
        await new Forger(_desk)
            .Say(erased, entry => entry["change"] = other.Id.ToString())
            .SaysAsync("says that it was confirmed, and no request for it was approved");
        await new Forger(_desk)
            .Say(erased, entry => entry["entries"]!.AsArray().Add(erased + 1))
            .SaysAsync("says that the content of entry [0-9]+ was erased, but it was not");
        var none = new Forger(_desk);
        var key = none.Last(EntryKinds.KeyCreated);
        none.Say(erased, entry => entry["entries"]!.AsArray().Add(key));
        await none.SaysAsync($"says that the content of entry {key} was erased, but it was not");
        var twice = new Forger(_desk);
        twice.Say(
            erased,
            entry => entry["entries"]!.AsArray().Add(entry["entries"]![0]!.GetValue<long>())
        );
        await twice.SaysAsync("says that the content of entry [0-9]+ was erased, but it was not");
        var another = new Forger(_desk);
        var seq = another.Gone(another.Last(EntryKinds.ExecutionReported), erased);
        another.Say(erased, entry => entry["entries"]!.AsArray().Add(seq));
        await another.SaysAsync($"erases the content of entry {seq}, which is not of {request.Id}");
    }

    private PersonId Ann => _desk.Register.Current.PersonOf(Make.Slack("ANN"))!.Id;

    private PersonId Bob => _desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id;

    /// <summary>Ann adds Dave to a group, Bob confirms it.</summary>
    private async Task<Approval> ConfirmedAsync()
    {
        await EraseDesk.SayAsync(_desk, "ANN", "group add approvers {DAVE}");
        var request = await _desk.WaitingChangeAsync();
        Assert.IsType<ClickAnswer.Counted>(await _desk.ClickAsync(request, "BOB"));
        return request;
    }
}
