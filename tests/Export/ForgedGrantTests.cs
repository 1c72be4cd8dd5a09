using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>As <see cref="ForgedLedgerTests"/>: grants, and openings that are not what is kept beside them.</summary>
public sealed class ForgedGrantTests : ForgedLedger
{
    [Fact]
    public async Task Nothing_is_granted_once_it_was_reported()
    {
        await RunAsync();
        var forger = new Forger(Desk);
        forger.Put(
            forger.Last(EntryKinds.RequestApproved),
            EntryKinds.ExecutionReported,
            """{"outcome":"succeeded"}"""
        );
        await SaysAsync("a grant, or the use of one, of a request whose execution", forger);
    }

    [Theory]
    [InlineData("grant.consumed", "grant", "the use of another grant than its own")]
    [InlineData("grant.issued", "grant", "the use of another grant than its own")]
    public async Task A_grant_has_one_id(string kind, string member, string sentence)
    {
        await RunAsync();
        var forger = new Forger(Desk);
        forger.Say(forger.Last(kind), entry => entry[member] = GrantId.New(Make.Noon).ToString());
        await SaysAsync(sentence, forger);
    }

    [Fact]
    public async Task A_grant_is_used_while_it_runs_and_once_and_not_after_it_was_revoked()
    {
        await RunAsync();
        var forger = new Forger(Desk);
        forger.Again(forger.Last(EntryKinds.GrantConsumed));
        await SaysAsync("a second use of a grant that was used", forger);

        forger = new Forger(Desk);
        var issued = forger.Last(EntryKinds.GrantIssued);
        forger.Say(issued, entry => entry["expires_at"] = "2026-11-21T12:00:00.000Z");
        await SaysAsync("the use of a grant that ran out before", forger);

        forger = new Forger(Desk);
        var id = JsonNode.Parse(forger.Entries[issued].Bytes)!["grant"];
        forger.Put(issued, EntryKinds.GrantRevoked, $$"""{"grant":"{{id}}","by":"{{Ann}}"}""");
        await SaysAsync("the use of a grant that was revoked", forger);

        forger = new Forger(Desk);
        forger.Say(issued, entry => entry["expires_at"] = "2026-11-22T12:00:00.000Z");
        await SaysAsync("a grant that runs longer than any does", forger);
    }

    [Fact]
    public async Task A_grant_runs_as_its_policy_lets_it_and_where_there_is_a_guard_for_it()
    {
        await RunAsync();
        Assert.Null(await new Forger(Desk).FaultAsync());
        var forger = new Forger(Desk);
        var (issued, used) = (
            forger.Last(EntryKinds.GrantIssued),
            forger.Last(EntryKinds.GrantConsumed)
        );
        var later = Rfc3339.Write(forger.Entries[issued].At.AddSeconds(200));
        forger.Say(issued, entry => entry["expires_at"] = later);
        await SaysAsync("is a grant that runs longer than its policy lets it", forger);

        forger = new Forger(Desk);
        forger.Say(used, entry => entry["guard"] = "other");
        await SaysAsync("is the use of a grant at a guard that there was not", forger);

        forger = new Forger(Desk);
        forger.Say(used, entry => entry["forwarded"] = true);
        await SaysAsync("is the use of a grant at a guard that takes none in that way", forger);
    }

    [Fact]
    public async Task Nothing_is_granted_when_the_approval_is_over()
    {
        var request = await Desk.OpenOneAsync("CHG-late");
        await Desk.ClickAsync(request, "BOB");
        Clock.Advance(TimeSpan.FromMinutes(10));
        await GrantAsync(request);
        await SaysAsync("is a grant, or the use of one, when its approval was over");
    }

    [Theory]
    [InlineData("freeze all", "frozen")]
    [InlineData("agent disable deploy-bot", "disabled")]
    public async Task Nothing_is_granted_of_an_agent_that_is(string command, string what)
    {
        var request = await Desk.OpenOneAsync("CHG-stopped");
        await Desk.ClickAsync(request, "BOB");
        var said = await Admin.EraseDesk.SayAsync(Desk, "ANN", command);
        Assert.DoesNotContain("Refused", said.Title, StringComparison.Ordinal);
        Assert.Null(await new Forger(Desk).FaultAsync());
        await GrantAsync(request);
        await SaysAsync($"is a grant, or the use of one, of an agent that was {what}");
    }

    private Task GrantAsync(Approval request) =>
        ExportDesk.RecordAsync(
            Desk,
            new Fact.GrantIssued(
                request.Id,
                GrantId.New(Clock.GetUtcNow()),
                TestDesk.GrantKeys.Issuer,
                Clock.GetUtcNow().AddSeconds(60),
                TestDesk.GrantKeys.Current.Kid
            )
        );

    [Theory]
    [InlineData("action", "says another action than what is kept beside it")]
    [InlineData("agent", "says another agent")]
    [InlineData("binding_hash", "says another binding_hash")]
    [InlineData("code", "says another code")]
    [InlineData("more", "says another more")]
    public async Task An_entry_says_what_is_kept_beside_it(string member, string sentence)
    {
        await RunAsync();
        var forger = new Forger(Desk);
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
        var forger = new Forger(Desk);
        var made = forger.Last(EntryKinds.RequestCreated);
        forger.SayBeside(
            made,
            opening => opening["request"]!["resource"]!["properties"] = new JsonObject { ["a"] = 1 }
        );
        await SaysAsync("has a binding_hash that is not that of what was asked", forger);

        forger = new Forger(Desk);
        forger.SayBeside(made, opening => opening["policy"]!["dwell"] = 7);
        await SaysAsync("says another policy than what is kept beside it", forger);
    }
}
