using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// Ledgers that no bot writes and that are signed by the right key: a verifier asks once more whether what they tell could
/// have happened. Ann and Bob administer, Bob and Carol may approve, Erin owns the agent.
/// </summary>
public sealed class ForgedLedgerTests : ForgedLedger
{
    [Fact]
    public async Task What_nobody_forged_is_sound_also_when_it_was_written_anew()
    {
        await RunAsync();
        await EraseDesk.EraseAsync(Desk, (await EraseDesk.RunOneAsync(Desk)).Id.ToString());
        await EraseDesk.SayAsync(Desk, "ANN", "group add approvers {DAVE}");
        await Desk.ClickAsync(await Desk.WaitingChangeAsync(), "BOB");
        await KeyDesks.RotateAsync(Desk, "receipt");
        Assert.Null(await new Forger(Desk).FaultAsync());
    }

    [Fact]
    public async Task Nobody_behind_the_request_decides_it()
    {
        var request = await Desk.OpenOneAsync("CHG-own");
        await DecideAsync(request, "ERIN");
        await SaysAsync("is a decision of per_[a-z0-9]+, who owns the agent");
    }

    [Fact]
    public async Task Nor_does_whoever_started_it_by_an_address()
    {
        await Desk.AskAsync("CHG-carol", initiator: "Carol@acme.example");
        var request = Assert.Single(await Desk.Desk.PendingAsync(9, TestDesk.Cancel));
        await DecideAsync(request, "CAROL");
        await SaysAsync("is a decision of per_[a-z0-9]+, who started it");
    }

    [Fact]
    public async Task One_person_is_counted_once_also_with_two_accounts()
    {
        var request = await OpenForTwoAsync();
        var bob = Desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id;
        await ExportDesk.RecordAsync(Desk, Make.Linked(bob, Make.Teams("BOB")));
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
            Desk,
            new Fact.RequestEnded(request.Id, RequestStatus.Approved, null, null)
        );
        await SaysAsync("approves it with 1 of the 2 people that its policy asks for");
    }

    [Fact]
    public async Task Whoever_is_in_no_group_of_the_policy_decides_nothing()
    {
        var request = await Desk.OpenOneAsync("CHG-dave");
        var dave = Make.Member(Make.Slack("DAVE"), "dave@acme.example");
        await Desk.Register.EnrolAsync(dave, "first_contact", TestDesk.Cancel);
        await DecideAsync(request, "DAVE");
        await SaysAsync("is a decision of per_[a-z0-9]+, who was in no group");
    }

    [Fact]
    public async Task A_decision_is_made_with_an_account_of_ones_own()
    {
        var request = await Desk.OpenOneAsync("CHG-account");
        await DecideAsync(request, "BOB", Make.Slack("CAROL"));
        await SaysAsync("is a decision of per_[a-z0-9]+ with an account that was not theirs");
    }

    [Fact]
    public async Task A_decision_is_whole()
    {
        var policy = Policy.Default with { Version = 2, ApproveNeedsReason = true };
        await ExportDesk.RecordAsync(Desk, Make.Changed("policy", policy.Name, policy));
        var request = await Desk.OpenOneAsync("CHG-whole");
        await DecideAsync(request, "BOB");
        await SaysAsync("is a decision without a reason, which its policy wants");
        var forger = new Forger(Desk);
        forger.Say(
            forger.Last(EntryKinds.DecisionApproved),
            entry => entry.Remove("evidence_hash")
        );
        await SaysAsync("is a decision without the platform's own words", forger);
        forger = new Forger(Desk);
        forger.Say(forger.Last(EntryKinds.DecisionApproved), entry => entry["surface"] = "teams");
        await SaysAsync("is a decision on teams with slack:T1:BOB", forger);
    }

    [Fact]
    public async Task Nobody_approves_sooner_than_the_policy_lets()
    {
        var policy = Policy.Default with { Version = 2, Dwell = 5 };
        await ExportDesk.RecordAsync(Desk, Make.Changed("policy", policy.Name, policy));
        var request = await Desk.OpenOneAsync("CHG-dwell");
        await DecideAsync(request, "BOB");
        await SaysAsync("approves it sooner after it was first shown than its policy lets");
    }

    [Fact]
    public async Task A_policy_decides_nothing_that_it_leaves_to_people()
    {
        var request = await Desk.OpenOneAsync("CHG-policy");
        await ExportDesk.RecordAsync(
            Desk,
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
        var request = await Desk.OpenOneAsync("CHG-late");
        await ExportDesk.RecordAsync(
            Desk,
            new Fact.RequestEnded(request.Id, RequestStatus.Expired, null, null)
        );
        await SaysAsync("ends it before its time was over");
    }

    [Fact]
    public async Task Nobody_decides_for_somebody_who_did_not_let_them()
    {
        await Desk.ClickAsync(await Desk.OpenOneAsync("CHG-for"), "BOB");
        var forger = new Forger(Desk);
        forger.Say(
            forger.Last(EntryKinds.DecisionApproved),
            entry => entry["for"] = PersonId.New(Make.Noon).ToString()
        );
        await SaysAsync(
            "is a decision of per_[a-z0-9]+ in the place of per_[a-z0-9]+, who had not let them",
            forger
        );
    }

    [Theory]
    [InlineData("policy", "is under the policy default, version 1, where default, version 1, appl")]
    [InlineData("owners", "names others than the agent's owners")]
    [InlineData("eligible", "names somebody as eligible who was in none of the policy's groups")]
    [InlineData("time", "is open longer than its policy allows")]
    public async Task A_request_begins_under_the_policy_and_with_the_people_of_then(
        string what,
        string sentence
    )
    {
        var opening = (await Desk.OpenOneAsync("CHG-begins")).Opening;
        var bob = Desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id;
        opening = what switch
        {
            "policy" => opening with { Policy = opening.Policy with { Dwell = 1 } },
            "owners" => opening with { Owners = [bob] },
            "eligible" => opening with
            {
                Eligible =
                [
                    [bob, PersonId.New(Make.Noon)],
                ],
            },
            _ => opening with { ExpiresAt = Make.Noon.AddHours(1) },
        };
        await ExportDesk.RecordAsync(
            Desk,
            new Fact.RequestCreated(RequestId.New(Make.Noon), opening)
        );
        await SaysAsync(sentence);
    }

    [Fact]
    public async Task A_decision_is_on_what_an_entry_says_was_shown_to_them()
    {
        var request = await Desk.OpenOneAsync("CHG-shown");
        await DecideAsync(request, "BOB", read: "another");
        await SaysAsync("a decision on what no entry says was shown");

        await using var other = await KeyDesks.OpenAsync(Clock);
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
    public async Task A_decision_after_its_time_counts_for_nothing()
    {
        var request = await Desk.OpenOneAsync("CHG-late");
        Clock.Advance(TimeSpan.FromHours(1));
        await DecideAsync(request, "BOB");
        await SaysAsync("is a decision after its time was over");
    }

    /// <summary>A request whose policy asks for two.</summary>
    private async Task<Approval> OpenForTwoAsync()
    {
        var policy = Policy.Default with { Version = 2, Stages = [new Stage(["approvers"], 2)] };
        await ExportDesk.RecordAsync(Desk, Make.Changed("policy", policy.Name, policy));
        return await Desk.OpenOneAsync("CHG-two");
    }

    private Task DecideAsync(
        Approval request,
        string user,
        AccountId? account = null,
        string read = "shown"
    ) =>
        ExportDesk.RecordAsync(
            Desk,
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
                    Desk.Register.Current.PersonOf(Make.Slack(user))!.Id,
                    account ?? Make.Slack(user),
                    user,
                    Surface.Slack,
                    Clock.GetUtcNow(),
                    null,
                    "shown",
                    "evidence"
                )
            )
        );
}
