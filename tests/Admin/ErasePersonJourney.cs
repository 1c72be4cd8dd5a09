using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary><c>erase @p</c>: somebody's names, addresses and words, wherever they stand; nobody's power grows.</summary>
public sealed class ErasePersonJourney
{
    private const string Address = "carol@acme.example";

    [Fact]
    public async Task Names_addresses_and_words_of_a_person_are_nowhere_any_more()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var decided = await EraseDesk.RunOneAsync(desk);
        var started = await EraseDesk.RunOneAsync(desk, "CHG-2", "dave@acme.example");
        await EraseDesk.SayAsync(desk, "DAVE", "whoami");
        Assert.True(EraseDesk.IsInFiles(desk, Address));
        Assert.True(EraseDesk.IsInFiles(desk, "dave@acme.example"));

        await EraseDesk.EraseAsync(desk, "{CAROL}");
        Assert.False(EraseDesk.IsInFiles(desk, Address));
        var left = (await desk.Desk.ShowAsync(decided.Id, TestDesk.Cancel))!;
        Assert.Equal(Erasure.Mark, Assert.Single(left.Decisions).Reason);
        Assert.Equal(Erasure.Mark, Assert.Single(left.Questions).Text);
        // What the agent asked and answered names her nowhere.
        Assert.Null(left.Erased);
        Assert.Equal(decided.Opening.Request.Justification, left.Opening.Request.Justification);
        Assert.Equal("No " + EraseDesk.Word, left.Execution!.Detail);
        var carol = desk.Register.Current.PersonOf(Make.Slack("CAROL"))!;
        Assert.Equal((Erasure.Mark, 0), (carol.Name, carol.Emails.Count()));

        await EraseDesk.EraseAsync(desk, "{DAVE}");
        Assert.False(EraseDesk.IsInFiles(desk, "dave@acme.example"));
        Assert.NotNull((await desk.Desk.ShowAsync(started.Id, TestDesk.Cancel))!.Erased);
        var before = Projections.Of(desk.Store);
        Rebuild.Run(desk.Store);
        Assert.Equal(before, Projections.Of(desk.Store));
    }

    [Fact]
    public async Task An_entry_says_what_was_erased_by_whom_and_which_contents()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var decided = await EraseDesk.RunOneAsync(desk);
        var confirmed = await EraseDesk.EraseAsync(desk, "{CAROL}");
        var entry = EraseDesk.Entries(desk)[^1];
        Assert.Equal(EntryKinds.ErasurePerformed, entry.Kind);
        var register = desk.Register.Current;
        var members = Make.Json(System.Text.Encoding.UTF8.GetString(entry.Bytes));
        string Said(string name) => members.GetProperty(name).GetString()!;
        Assert.Equal("person", Said("what"));
        Assert.Equal(register.PersonOf(Make.Slack("CAROL"))!.Id.ToString(), Said("txn"));
        Assert.Equal(register.PersonOf(Make.Slack("ANN"))!.Id.ToString(), Said("by"));
        Assert.Equal(register.PersonOf(Make.Slack("BOB"))!.Id.ToString(), Said("confirmed_by"));
        Assert.Equal(confirmed.Id.ToString(), Said("change"));
        var gone = members
            .GetProperty("entries")
            .EnumerateArray()
            .Select(s => s.GetInt64())
            .ToList();
        Assert.NotEmpty(gone);
        Assert.All(
            EraseDesk.Entries(desk).Where(e => gone.Contains(e.Seq)),
            e => Assert.True(e is { Content: null } && e.ErasedBy == entry.Seq)
        );
        Assert.Contains(
            EraseDesk.Entries(desk),
            e =>
                e.Kind is EntryKinds.DecisionApproved
                && e.Txn.Equals(decided.Id.ToString(), StringComparison.Ordinal)
                && e.ErasedBy == entry.Seq
        );
    }

    [Fact]
    public async Task Accounts_that_shared_an_address_stay_one_person()
    {
        await using var desk = await EraseDesk.OpenAsync();
        await desk.Register.EnrolAsync(
            Make.Member(Make.Teams("carol"), Address),
            "first_contact",
            TestDesk.Cancel
        );
        var (one, other) = (Make.Slack("CAROL"), Make.Teams("carol"));
        await EraseDesk.EraseAsync(desk, "{CAROL}");
        var register = desk.Register.Current;
        Assert.Contains(
            register.SamePeople(register.PersonOf(one)!),
            p => p.Account(other) is not null
        );
        Assert.Contains(
            register.SamePeople(register.PersonOf(other)!),
            p => p.Account(one) is not null
        );
        // The other account is another person's to be erased.
        Assert.Equal(Address, Assert.Single(register.PersonOf(other)!.Emails));
        var before = Projections.Of(desk.Store);
        Rebuild.Run(desk.Store);
        Assert.Equal(before, Projections.Of(desk.Store));
    }

    [Fact]
    public async Task An_account_with_a_longer_name_is_somebody_elses()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk, "CHG-1", "slack:T1:CAROLINE");
        var other = await EraseDesk.RunOneAsync(desk, "CHG-2", "xcarol@acme.example");
        await EraseDesk.EraseAsync(desk, "{CAROL}");
        Assert.Null((await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!.Erased);
        Assert.Null((await desk.Desk.ShowAsync(other.Id, TestDesk.Cancel))!.Erased);
    }

    [Fact]
    public async Task Whoever_is_still_there_is_known_again_by_the_next_thing_they_do()
    {
        await using var desk = await EraseDesk.OpenAsync();
        await EraseDesk.EraseAsync(desk, "{CAROL}");
        await EraseDesk.SayAsync(desk, "CAROL", "whoami");
        Assert.Equal("CAROL", desk.Register.Current.PersonOf(Make.Slack("CAROL"))!.Name);
        var before = Projections.Of(desk.Store);
        Rebuild.Run(desk.Store);
        Assert.Equal(before, Projections.Of(desk.Store));
    }

    [Fact]
    public async Task An_erased_owner_is_asked_about_again_before_anybody_decides_for_their_agent()
    {
        await using var desk = await EraseDesk.OpenAsync();
        await EraseDesk.EraseAsync(desk, "{ERIN}");
        Assert.True(desk.Register.Current.PersonOf(Make.Slack("ERIN"))!.Accounts[0].IsErased);
        var request = await desk.OpenOneAsync("CHG-9");
        // An account that nobody knew, with the owner's address: one with her, as soon as it matters.
        await desk.Register.EnrolAsync(
            Make.Member(Make.Teams("other"), "erin@acme.example"),
            "first_contact",
            TestDesk.Cancel
        );
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(request, "CAROL"));
        var register = desk.Register.Current;
        Assert.False(register.PersonOf(Make.Slack("ERIN"))!.Accounts[0].IsErased);
        Assert.Equal(2, register.SamePeople(register.PersonOf(Make.Teams("other"))!).Count);
    }

    [Fact]
    public async Task An_administrator_who_erases_their_own_words_is_still_said_to_have_approved()
    {
        await using var desk = await EraseDesk.OpenAsync();
        var request = await EraseDesk.AskAsync(desk, "CHG-1");
        await EraseDesk.DecideAsync(desk, request, "BOB");
        await EraseDesk.SayAsync(desk, "BOB", "erase {BOB}");
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "ANN");
        var left = (await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!;
        Assert.Equal(Make.Slack("BOB"), Assert.Single(left.Decisions).Account);
        Assert.Equal(Verdict.Approved, left.Decisions[0].Verdict);
    }
}
