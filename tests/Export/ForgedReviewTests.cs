using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// As <see cref="ForgedLedgerTests"/>: changes that say that they need no second person, or that there was none.
/// </summary>
public sealed class ForgedReviewTests : ForgedLedger
{
    private const string Wider = "gives somebody more power and says that it is narrowing";
    private const string NotOwn = "changes what the bot changes for nobody";
    private const string NotTheirs = "gives what is not whoever says so's to give";

    [Fact]
    public async Task Who_changes_something_alone_names_the_other_administrators_of_then()
    {
        await ChangeAsync("freeze", "deploy-bot", null, "unreviewed");
        Assert.Null(await new Forger(Desk).FaultAsync());
        await LastChange(entry => entry.Remove("without"))
            .SaysAsync("was confirmed by nobody, and does not name the other administrators of");
        await LastChange(entry => entry["without"] = new JsonArray(Ann))
            .SaysAsync("was confirmed by nobody, and does not name the other administrators of");
        await LastChange(entry => entry["by"] = Id("CAROL").ToString())
            .SaysAsync("was confirmed by nobody, and does not name the other administrators of");
        await LastChange(entry =>
            {
                entry["by"] = Id("CAROL").ToString();
                entry["without"] = new JsonArray(Ann, Id("BOB").ToString());
            })
            .SaysAsync("is a change by somebody who was no administrator");
        await LastChange(entry => entry["review"] = "trusted")
            .SaysAsync("is reviewed in a way that there is not");
    }

    [Fact]
    public async Task So_do_a_key_and_a_link_that_one_administrator_alone_made()
    {
        var linked = Make.Linked(Id("BOB"), Make.Slack("CAROL"));
        await ExportDesk.RecordAsync(
            Desk,
            ((Fact.PersonLinked)linked) with
            {
                How = "admin",
                From = Id("CAROL"),
                By = PersonId.Parse(Ann, null),
                PowerFrom = Clock.GetUtcNow(),
                Review = "unreviewed",
            }
        );
        Assert.Null(await new Forger(Desk).FaultAsync());
        await Last(EntryKinds.PersonLinked, entry => entry.Remove("without"))
            .SaysAsync("was confirmed by nobody, and does not name the other administrators of");
        await Last(EntryKinds.PersonLinked, entry => entry.Remove("review"))
            .SaysAsync("does not say how it was reviewed");
        await Last(EntryKinds.PersonLinked, entry => entry.Remove("power_from"))
            .SaysAsync("has effect from before it was made");
        await Last(
                EntryKinds.PersonLinked,
                entry => entry["power_from"] = "2026-01-01T00:00:00.000Z"
            )
            .SaysAsync("has effect from before it was made");
    }

    [Fact]
    public async Task What_was_confirmed_says_by_whom()
    {
        await EraseDesk.SayAsync(Desk, "ANN", "group add approvers {DAVE}");
        await Desk.ClickAsync(await Desk.WaitingChangeAsync(), "BOB");
        Assert.Null(await new Forger(Desk).FaultAsync());
        await LastChange(entry => entry.Remove("confirmed_by"))
            .SaysAsync("says that it was proposed or confirmed by others than its request says");
    }

    [Theory]
    [InlineData("agent", "owners")]
    [InlineData("agent", "enabled")]
    [InlineData("group", "since")]
    [InlineData("guard", "added")]
    [InlineData("route", "set")]
    [InlineData("auditor_key", "another's")]
    [InlineData("policy", "forgets who widened it")]
    public async Task Narrowing_is_only_what_takes_something_away(string area, string what)
    {
        var (name, after) = Wide(area, what);
        await ChangeAsync(area, name, after, "narrowing");
        await SaysAsync(Wider);
    }

    [Fact]
    public async Task What_does_take_something_away_needs_nobody_else()
    {
        await EraseDesk.SayAsync(Desk, "ANN", "group remove approvers {CAROL}");
        await EraseDesk.SayAsync(Desk, "ANN", $"agent disable {Make.Agent}");
        await EraseDesk.SayAsync(Desk, "ANN", "freeze all");
        await EraseDesk.SayAsync(Desk, "ANN", "auditor key");
        await EraseDesk.SayAsync(Desk, "BOB", "delegate to {CAROL} until 8h");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await EraseDesk.SayAsync(Desk, "BOB", "delegate off");
        Assert.Null(await new Forger(Desk).FaultAsync());
    }

    [Theory]
    [InlineData("group")]
    [InlineData("agent")]
    [InlineData("guard")]
    [InlineData("policy")]
    [InlineData("delegation")]
    public async Task The_bot_itself_gives_nobody_anything(string area)
    {
        var (name, after) = Wide(area, "since");
        await ChangeAsync(area, name, after, "system");
        await SaysAsync(NotOwn);
    }

    [Fact]
    public async Task A_platforms_group_has_new_members_from_when_they_were_seen_in_it()
    {
        var source = GroupSource.Slack("T1", "S1");
        var now = Clock.GetUtcNow();
        var group = new PlatformGroup(source, "", [], now).With("sre", [Id("BOB")], now)!;
        await ChangeAsync(Register.PlatformGroupArea, source.ToString(), group, "system");
        Assert.Null(await new Forger(Desk).FaultAsync());
        await LastChange(entry => entry["after"]!["joined"]!.AsArray().Clear()).SaysAsync(NotOwn);
    }

    [Fact]
    public async Task Only_ones_own_right_is_lent_and_from_now_on()
    {
        await EraseDesk.SayAsync(Desk, "BOB", "delegate to {CAROL} until 8h");
        Assert.Null(await new Forger(Desk).FaultAsync());
        await LastChange(entry => entry["by"] = Ann).SaysAsync(NotTheirs);
        await LastChange(entry => Lent(entry)["from"] = Ann).SaysAsync(NotTheirs);
        await LastChange(entry => Lent(entry)["at"] = "2026-01-01T00:00:00+00:00")
            .SaysAsync(NotTheirs);
        await LastChange(entry => Lent(entry)["until"] = "2027-01-01T00:00:00+00:00")
            .SaysAsync(NotTheirs);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await EraseDesk.SayAsync(Desk, "BOB", "delegate off");
        await LastChange(entry => entry["after"]!["delegations"]!.AsArray().Clear())
            .SaysAsync(NotTheirs);
    }

    private static JsonObject Lent(JsonObject entry) =>
        entry["after"]!["delegations"]![0]!.AsObject();

    private (string Name, object After) Wide(string area, string what)
    {
        var agent = Desk.Register.Current.Agent(Make.Agent)!;
        var group = Desk.Register.Current.Group("approvers")!;
        var now = Clock.GetUtcNow();
        return area switch
        {
            "agent" => (
                agent.Name.ToString(),
                what is "owners"
                    ? agent with
                    {
                        Owners = [Id("BOB")],
                        Disabled = true,
                    }
                    : agent with
                    {
                        Actions = ["*"],
                    }
            ),
            "group" => (
                group.Name,
                group with
                {
                    Members = group.Members.Remove(Id("CAROL")),
                    Widenings = [new Widening(now.AddDays(-9), [Id("BOB")])],
                }
            ),
            "guard" => ("g", new KnownGuard(AgentName.Parse("g", null), "g", Id("ANN"), now)),
            "route" => ("default", new Route("default", [new Destination(Surface.Slack, "C9")])),
            "auditor_key" => (Id("BOB").ToString(), new AuditorKey(Id("BOB"), "hash", now)),
            "delegation" => (
                Ann,
                new Delegator([
                    new Delegation(Id("ANN"), Make.Slack("ANN"), Id("CAROL"), now, now.AddHours(1)),
                ])
            ),
            _ => (
                "default",
                Policy.Default with
                {
                    Version = 2,
                    Dwell = 9,
                    Widenings = [new Widening(now, [Id("BOB")])],
                }
            ),
        };
    }

    private Task ChangeAsync(string area, string name, object? after, string review) =>
        ExportDesk.RecordAsync(
            Desk,
            (Fact.ConfigChanged)Make.Changed(area, name, after) with
            {
                By = review is "system" ? null : PersonId.Parse(Ann, null),
                Review = review,
            }
        );

    private Forger LastChange(Action<JsonObject> change) => Last(EntryKinds.ConfigChanged, change);

    private Forger Last(string kind, Action<JsonObject> change)
    {
        var forger = new Forger(Desk);
        return forger.Say(forger.Last(kind), change);
    }

    private PersonId Id(string user) => Desk.Register.Current.PersonOf(Make.Slack(user))!.Id;
}
