using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// Ledgers that no bot writes and that are signed by the right key: a verifier asks once more whether what they tell could
/// have happened. Ann and Bob administer, Bob and Carol may approve, Erin owns the agent.
/// </summary>
public sealed class ForgedLedgerTests : IAsyncLifetime
{
    private readonly HandClock _clock = new(Make.Noon);
    private TestDesk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await KeyDesks.OpenAsync(_clock);

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task What_nobody_forged_is_sound_also_when_it_was_written_anew()
    {
        await RunAsync();
        await EraseDesk.EraseAsync(_desk, (await EraseDesk.RunOneAsync(_desk)).Id.ToString());
        await EraseDesk.SayAsync(_desk, "ANN", "group add approvers {DAVE}");
        await _desk.ClickAsync(await _desk.WaitingChangeAsync(), "BOB");
        await KeyDesks.RotateAsync(_desk, "receipt");
        Assert.Null(await new Forger(_desk).FaultAsync());
    }

    [Fact]
    public async Task Nobody_behind_the_request_decides_it()
    {
        var request = await _desk.OpenOneAsync("CHG-own");
        await DecideAsync(request, "ERIN");
        await SaysAsync("is a decision of per_[a-z0-9]+, who owns the agent");
    }

    [Fact]
    public async Task Nor_does_whoever_started_it_by_an_address()
    {
        await _desk.AskAsync("CHG-carol", initiator: "Carol@acme.example");
        var request = Assert.Single(await _desk.Desk.PendingAsync(9, TestDesk.Cancel));
        await DecideAsync(request, "CAROL");
        await SaysAsync("is a decision of per_[a-z0-9]+, who started it");
    }

    [Fact]
    public async Task One_person_is_counted_once_also_with_two_accounts()
    {
        var request = await OpenForTwoAsync();
        var bob = _desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id;
        await ExportDesk.RecordAsync(_desk, Make.Linked(bob, Make.Teams("BOB")));
        await DecideAsync(request, "BOB");
        await DecideAsync(request, "BOB", Make.Teams("BOB"));
        await SaysAsync("is a decision of per_[a-z0-9]+, who has decided already");
    }

    [Fact]
    public async Task An_approval_needs_as_many_as_its_policy_asks_for()
    {
        var request = await OpenForTwoAsync();
        await DecideAsync(request, "BOB");
        await ExportDesk.RecordAsync(
            _desk,
            new Fact.RequestEnded(request.Id, RequestStatus.Approved, null, null)
        );
        await SaysAsync("approves it with 1 of the 2 people that its policy asks for");
    }

    [Fact]
    public async Task Whoever_is_in_no_group_of_the_policy_decides_nothing()
    {
        var request = await _desk.OpenOneAsync("CHG-dave");
        var dave = Make.Member(Make.Slack("DAVE"), "dave@acme.example");
        await _desk.Register.EnrolAsync(dave, "first_contact", TestDesk.Cancel);
        await DecideAsync(request, "DAVE");
        await SaysAsync("is a decision of per_[a-z0-9]+, who was in no group");
    }

    [Fact]
    public async Task A_decision_is_made_with_an_account_of_ones_own()
    {
        var request = await _desk.OpenOneAsync("CHG-account");
        await DecideAsync(request, "BOB", Make.Slack("CAROL"));
        await SaysAsync("is a decision of per_[a-z0-9]+ with an account that was not theirs");
    }

    [Fact]
    public async Task A_policy_decides_nothing_that_it_leaves_to_people()
    {
        var request = await _desk.OpenOneAsync("CHG-policy");
        await ExportDesk.RecordAsync(
            _desk,
            new Fact.DecisionMade(
                request.Id,
                new Decision(
                    Verdict.Approved,
                    null,
                    null,
                    "default",
                    Surface.Policy,
                    Make.Noon,
                    null,
                    null,
                    null
                )
            )
        );
        await SaysAsync("is the decision of a policy that leaves it to people");
    }

    [Fact]
    public async Task Nothing_expires_before_its_time()
    {
        var request = await _desk.OpenOneAsync("CHG-late");
        await ExportDesk.RecordAsync(
            _desk,
            new Fact.RequestEnded(request.Id, RequestStatus.Expired, null, null)
        );
        await SaysAsync("ends it before its time was over");
    }

    [Fact]
    public async Task A_decision_is_on_what_an_entry_says_was_shown_to_them()
    {
        var request = await _desk.OpenOneAsync("CHG-shown");
        await DecideAsync(request, "BOB", read: "another");
        await SaysAsync("a decision on what no entry says was shown");

        await using var other = await KeyDesks.OpenAsync(_clock);
        await other.ClickAsync(await other.OpenOneAsync("CHG-read"), "BOB");
        Assert.Null(await new Forger(other).FaultAsync());
        var forger = new Forger(other);
        forger.Say(
            forger.Last(EntryKinds.RequestDisplayed),
            entry => entry["conversation"] = "slack:T1:CAROL"
        );
        await SaysAsync("a decision on what no entry says was shown", forger);
    }

    [Fact]
    public async Task Nothing_is_granted_once_it_was_reported()
    {
        await RunAsync();
        var forger = new Forger(_desk);
        forger.Put(
            forger.Last(EntryKinds.RequestApproved),
            EntryKinds.ExecutionReported,
            """{"outcome":"succeeded"}"""
        );
        await SaysAsync("a grant, or the use of one, of a request whose execution", forger);
    }

    [Fact]
    public async Task A_decision_after_its_time_counts_for_nothing()
    {
        var request = await _desk.OpenOneAsync("CHG-late");
        _clock.Advance(TimeSpan.FromHours(1));
        await DecideAsync(request, "BOB");
        await SaysAsync("is a decision after its time was over");
    }

    [Theory]
    [InlineData("grant.consumed", "grant", "the use of another grant than its own")]
    [InlineData("grant.issued", "grant", "the use of another grant than its own")]
    public async Task A_grant_has_one_id(string kind, string member, string sentence)
    {
        await RunAsync();
        var forger = new Forger(_desk);
        forger.Say(forger.Last(kind), entry => entry[member] = GrantId.New(Make.Noon).ToString());
        await SaysAsync(sentence, forger);
    }

    [Fact]
    public async Task A_grant_is_used_while_it_runs_and_once_and_not_after_it_was_revoked()
    {
        await RunAsync();
        var forger = new Forger(_desk);
        forger.Again(forger.Last(EntryKinds.GrantConsumed));
        await SaysAsync("a second use of a grant that was used", forger);

        forger = new Forger(_desk);
        var issued = forger.Last(EntryKinds.GrantIssued);
        forger.Say(issued, entry => entry["expires_at"] = "2026-11-21T12:00:00.000Z");
        await SaysAsync("the use of a grant that ran out before", forger);

        forger = new Forger(_desk);
        var id = JsonNode.Parse(forger.Entries[issued].Bytes)!["grant"];
        forger.Put(issued, EntryKinds.GrantRevoked, $$"""{"grant":"{{id}}","by":"{{Ann}}"}""");
        await SaysAsync("the use of a grant that was revoked", forger);

        forger = new Forger(_desk);
        forger.Say(issued, entry => entry["expires_at"] = "2026-11-22T12:00:00.000Z");
        await SaysAsync("a grant that runs longer than any does", forger);
    }

    [Theory]
    [InlineData("action", "says another action than what is kept beside it")]
    [InlineData("agent", "says another agent")]
    [InlineData("binding_hash", "says another binding_hash")]
    [InlineData("code", "says another code")]
    [InlineData("more", "says another more")]
    public async Task An_entry_says_what_is_kept_beside_it(string member, string sentence)
    {
        await RunAsync();
        var forger = new Forger(_desk);
        forger.Say(
            forger.Last(EntryKinds.RequestCreated),
            entry => entry[member] = member is "agent" ? "other-bot" : "other"
        );
        await SaysAsync(sentence, forger);
    }

    [Fact]
    public async Task The_hashes_are_those_of_what_was_asked_and_of_the_rule()
    {
        await RunAsync();
        var forger = new Forger(_desk);
        var made = forger.Last(EntryKinds.RequestCreated);
        forger.SayBeside(
            made,
            opening => opening["request"]!["resource"]!["properties"] = new JsonObject { ["a"] = 1 }
        );
        await SaysAsync("has a binding_hash that is not that of what was asked", forger);

        forger = new Forger(_desk);
        forger.SayBeside(made, opening => opening["policy"]!["dwell"] = 7);
        await SaysAsync("says another policy than what is kept beside it", forger);
    }

    private string Ann => _desk.Register.Current.PersonOf(Make.Slack("ANN"))!.Id.ToString();

    private Task SaysAsync(string sentence, Forger? forger = null) =>
        (forger ?? new Forger(_desk)).SaysAsync(sentence);

    /// <summary>Asked, approved by Bob, granted, used.</summary>
    private async Task RunAsync()
    {
        var name = AgentName.Parse("g", provider: null);
        var guard = new KnownGuard(
            name,
            TestDesk.GrantKeys.Issuer,
            PersonId.Parse(Ann, null),
            Make.Noon
        )
        {
            KeyHash = "guard-key",
        };
        await ExportDesk.RecordAsync(_desk, Make.Changed("guard", "g", guard));
        var request = await _desk.OpenOneAsync("CHG-run");
        await _desk.ClickAsync(request, "BOB");
        var issued = Assert.IsType<Issued.Granted>(
            await _desk.Grants.IssueAsync(
                Make.Agent,
                request.Id,
                new KeyProof.None(),
                TestDesk.Cancel
            )
        );
        var asked = request.Opening.Request;
        Assert.IsType<Consumption.Consumed>(
            await _desk.Grants.ConsumeAsync(
                "guard-key",
                _desk.Grants.Open(issued.Token),
                new AboutToRun(asked.Action, asked.Resource, asked.Context),
                new KeyProof.None(),
                TestDesk.Cancel
            )
        );
    }

    /// <summary>A request whose policy asks for two.</summary>
    private async Task<Approval> OpenForTwoAsync()
    {
        var pattern = await _desk.OpenOneAsync("CHG-pattern");
        var opening = pattern.Opening with
        {
            Policy = Policy.Default with { Stages = [new Stage(["approvers"], 2)] },
            BodyHash = "two",
            Copies = [],
        };
        var two = new Approval(RequestId.New(Make.Noon), Make.Noon, opening);
        await ExportDesk.RecordAsync(_desk, new Fact.RequestCreated(two.Id, opening));
        return two;
    }

    private Task DecideAsync(
        Approval request,
        string user,
        AccountId? account = null,
        string read = "shown"
    ) =>
        ExportDesk.RecordAsync(
            _desk,
            new Fact.RequestDisplayed(
                request.Id,
                Copy: null,
                Surface.Slack,
                (account ?? Make.Slack(user)).ToString(),
                "",
                read
            ),
            new Fact.DecisionMade(
                request.Id,
                new Decision(
                    Verdict.Approved,
                    _desk.Register.Current.PersonOf(Make.Slack(user))!.Id,
                    account ?? Make.Slack(user),
                    user,
                    Surface.Slack,
                    _clock.GetUtcNow(),
                    null,
                    "shown",
                    "evidence"
                )
            )
        );
}
