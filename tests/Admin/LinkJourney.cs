using System.Text;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Several accounts, one person: by their own code, by an administrator, and parted again.</summary>
public sealed class LinkJourney
{
    private static readonly AccountId s_ann = Make.Slack("ANN");
    private static readonly AccountId s_bob = Make.Slack("BOB");
    private static readonly AccountId s_bobInTeams = Make.Teams("b-o-b");

    private readonly HandClock _clock = new(Make.Noon);

    [Fact]
    public async Task A_code_shown_in_Slack_and_typed_in_Teams_makes_one_person_and_both_are_told()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        var shown = await commands.AsAsync(s_bob, "link");
        Assert.True(shown.Secret);

        _clock.Advance(TimeSpan.FromMinutes(4));
        var linked = await commands.AsAsync(s_bobInTeams, "link " + CodeOf(shown));
        Assert.Equal($"{s_bobInTeams} is linked", linked.Title);
        Assert.Equal(Person(desk, s_bob), Person(desk, s_bobInTeams));
        Assert.Equal(s_bob, Assert.Single(desk.Wall.Told).Account);
        Assert.Empty(desk.TeamsWall.Told); // it is told by the answer
        var fact = Entries(desk, EntryKinds.PersonLinked)[^1];
        Assert.Contains("\"how\":\"code\"", fact, StringComparison.Ordinal);
        Assert.Contains("\"by\":\"per_", fact, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_both_accounts_have_is_said_once()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        desk.TeamsWall.Emails[s_bobInTeams] = "Bob@acme.example";
        var commands = AnnsDesk.Commands(desk);
        var code = CodeOf(await commands.AsAsync(s_bob, "link"));
        await commands.AsAsync(s_bobInTeams, "link " + code);

        var you = await commands.AsAsync(s_bob, "whoami");
        Assert.Contains(you.Lines, l => l is "E-mail in the directory: bob@acme.example");
    }

    [Fact]
    public async Task A_code_works_once_for_another_account_and_for_five_minutes()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        var first = CodeOf(await commands.AsAsync(s_bob, "link"));
        var code = CodeOf(await commands.AsAsync(s_bob, "link"));
        Assert.Equal("Refused", (await commands.AsAsync(s_bobInTeams, $"link {first}")).Title);
        Assert.Equal("Refused", (await commands.AsAsync(s_bob, $"link {code}")).Title);

        var lower = code.ToLowerInvariant().Replace('-', ' ');
        Assert.EndsWith("is linked", (await commands.AsAsync(s_bobInTeams, $"link {lower}")).Title);
        Assert.Equal("Refused", (await commands.AsAsync(s_ann, $"link {code}")).Title);

        var late = CodeOf(await commands.AsAsync(s_bob, "link"));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("Refused", (await commands.AsAsync(s_ann, $"link {late}")).Title);
        Assert.NotEqual(Person(desk, s_bob), Person(desk, s_ann));
    }

    [Fact]
    public async Task Who_guesses_is_locked_out_even_from_a_right_code_and_nobody_else_is()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        var code = CodeOf(await commands.AsAsync(s_bob, "link"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("Refused", (await commands.AsAsync(s_ann, "link AAAA-AAAA")).Title);
        }

        var locked = await commands.AsAsync(s_ann, $"link {code}");
        Assert.Contains("Too many wrong codes", locked.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith("is linked", (await commands.AsAsync(s_bobInTeams, $"link {code}")).Title);
    }

    [Fact]
    public async Task A_fresh_link_excludes_at_once_and_gives_power_a_day_later()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        var initiator = Make.Slack("ALICE");
        Assert.IsType<Opened.Created>(
            await desk.AskAsync("CHG-0", initiator: initiator.ToString())
        );
        var waiting = (await desk.Desk.PendingAsync(1, TestDesk.Cancel))[0];
        await commands.AsAsync(s_ann, $"person link {{BOB}} {initiator}");
        Assert.Equal(Refusal.Initiator, await WhyNotAsync(desk, waiting, "BOB"));

        await commands.AsAsync(s_ann, "person link {CAROL} slack:T1:CAROL2");
        var early = await desk.OpenOneAsync("CHG-1");
        Assert.Equal(Refusal.LinkTooFresh, await WhyNotAsync(desk, early, "CAROL2"));
        _clock.Advance(TimeSpan.FromHours(24));
        var later = await desk.OpenOneAsync("CHG-2");
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(later, "CAROL2"));
    }

    [Fact]
    public async Task Parting_gives_nothing_back_for_what_was_asked_before()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        var initiator = Make.Slack("ALICE").ToString();
        await commands.AsAsync(s_ann, $"person link {{BOB}} {initiator}");
        await desk.AskAsync("CHG-0", initiator: initiator);
        var waiting = (await desk.Desk.PendingAsync(1, TestDesk.Cancel))[0];

        var parted = await commands.AsAsync(s_ann, $"person unlink {{BOB}} {initiator}");
        Assert.Equal($"{initiator} is a person of its own", parted.Title);
        Assert.NotEqual(Person(desk, s_bob), Person(desk, Make.Slack("ALICE")));
        Assert.Equal(Refusal.Initiator, await WhyNotAsync(desk, waiting, "BOB"));
        Assert.Contains(desk.Wall.Told, t => t.Account == s_bob);
        Assert.Single(Entries(desk, EntryKinds.PersonUnlinked));

        _clock.Advance(TimeSpan.FromHours(25));
        await desk.AskAsync("CHG-1", initiator: initiator);
        var later = (await desk.Desk.PendingAsync(9, TestDesk.Cancel))[^1];
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(later, "BOB"));
    }

    [Fact]
    public async Task An_administrators_link_gives_the_role_only_after_the_wait()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        await commands.AsAsync(s_ann, $"person link {{ANN}} {s_bobInTeams}");
        Assert.Equal("Refused", (await commands.AsAsync(s_bobInTeams, "status")).Title);
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("Status", (await commands.AsAsync(s_bobInTeams, "status")).Title);
    }

    [Fact]
    public async Task Show_names_every_account_and_what_it_may_not_yet()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        await commands.AsAsync(s_ann, $"person link {{BOB}} {s_bobInTeams}");
        await commands.AsAsync(s_ann, "person link {BOB} oidc:https://login.example:bob-7");
        var lines = string.Join('\n', (await commands.AsAsync(s_ann, "person show {BOB}")).Lines);
        Assert.Contains("slack:T1:BOB", lines, StringComparison.Ordinal);
        Assert.Contains(
            "teams:tenant-1:b-o-b — b-o-b — b-o-b@acme.example — since 2026-11-21 12:00:00 UTC, "
                + "no power by its links until 2026-11-22 12:00:00 UTC",
            lines,
            StringComparison.Ordinal
        );
        Assert.Contains("oidc:https://login.example:bob-7", lines, StringComparison.Ordinal);
        Assert.Contains("Groups and roles: approvers", lines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("person link {BOB} slack:T1:GONE", "could not be checked")]
    [InlineData("person link {GONE} slack:T1:BOB", "could not be checked")]
    [InlineData("person unlink {BOB} slack:T1:CAROL", "is not linked to")]
    public async Task What_cannot_be_checked_is_not_linked(string typed, string why)
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        desk.Wall.Obstacles[Make.Slack("GONE")] = MemberObstacle.Unknown;
        var before = desk.Committer.Register;
        var reply = await AnnsDesk.Commands(desk).AsAsync(s_ann, typed);
        Assert.Equal("Refused", reply.Title);
        Assert.Contains(why, reply.Lines[0], StringComparison.Ordinal);
        Assert.Same(before, desk.Committer.Register);
    }

    [Fact]
    public async Task The_ledger_alone_gives_the_same_people_again()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        var commands = AnnsDesk.Commands(desk);
        await commands.AsAsync(s_ann, $"person link {{BOB}} {s_bobInTeams}");
        await commands.AsAsync(s_ann, "person link {CAROL} slack:T1:BOB");
        await commands.AsAsync(s_ann, $"person unlink {{CAROL}} {s_bobInTeams}");
        var before = Documents(desk);
        await desk.Committer.DisposeAsync();
        Rebuild.Run(desk.Store);
        Assert.Equal(before, Documents(desk));
        Assert.Equal(
            before.Count(d => d.StartsWith("person ", StringComparison.Ordinal)),
            desk.Register.Current.People.Count
        );
    }

    private static string CodeOf(Reply reply) => reply.Lines[0].Split(' ')[^1];

    private static PersonId Person(TestDesk desk, AccountId account) =>
        desk.Register.Current.PersonOf(account)!.Id;

    private static async Task<Refusal> WhyNotAsync(TestDesk desk, Approval approval, string user) =>
        Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, user)).Why;

    private static string[] Entries(TestDesk desk, string kind) =>
        [
            .. desk
                .Store.Entries(0, 1_000)
                .Where(e => string.Equals(e.Kind, kind, StringComparison.Ordinal))
                .Select(e => Encoding.UTF8.GetString(e.Bytes)),
        ];

    private static string[] Documents(TestDesk desk) =>
        [
            .. desk
                .Store.Documents()
                .Select(d => $"{d.Area} {d.Name} {Encoding.UTF8.GetString(d.Body ?? [])}")
                .Order(StringComparer.Ordinal),
        ];
}
