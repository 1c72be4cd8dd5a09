using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>One of the crowd: with an account in one app; <c>IsIn</c>: in the group that decides.</summary>
internal sealed record Onlooker(int Number, bool InSlack, bool IsIn)
{
    private string Letters => $"{(char)('a' + (Number / 26))}{(char)('a' + (Number % 26))}";

    /// <summary>How the platform mentions them.</summary>
    public string Handle => (InSlack ? "s" : "T") + Letters;
    public string Name => $"{Handle} Crowd";
    public string Slack => $"U07CROWD{Number:000}";
    public string Aad => $"{Number:00000000}-1111-4222-8333-444444444444";
    public string Mri => $"29:1Crowd{Number:000}";

    /// <summary>As the ledger writes it.</summary>
    public string Account =>
        InSlack ? $"slack:{People.SlackTeam}:{Slack}" : $"teams:{People.Tenant}:{Aad}";
}

/// <summary>Two hundred people, half of them in each app, most of them in the group "crowd".</summary>
internal sealed class Crowd
{
    private const int Size = 200;
    private const int AtOnce = 45;

    public static IReadOnlyList<Onlooker> All { get; } =
    [
        .. Enumerable
            .Range(0, Size)
            .Select(n => new Onlooker(n, InSlack: n % 2 == 0, IsIn: n % 20 < 18)),
    ];

    /// <summary>Their accounts, the group, and a policy that wants so many of them.</summary>
    public static async Task GatherAsync(Site site, params IEnumerable<int> quorums)
    {
        foreach (var person in All)
        {
            Enrol(site, person);
        }

        var groups = 0;
        foreach (var app in All.Where(p => p.IsIn).GroupBy(p => p.InSlack))
        {
            foreach (var some in app.Chunk(AtOnce))
            {
                var names = string.Join(' ', some.Select(p => "@" + p.Handle));
                await SayAsync(site, app.Key, $"group add crowd {names}");
                await ChangedAsync(site, "group", "crowd", ++groups);
            }
        }

        foreach (var count in quorums)
        {
            var yaml =
                $"name: of-{count}\nmatch:\n  action: crowd.{count}\n"
                + $"stages:\n- {{approvers: [crowd], count: {count}}}";
            await SayAsync(site, inSlack: true, $"policy set of-{count}\n{yaml}");
            await ChangedAsync(site, "policy", $"of-{count}", 1);
        }
    }

    private static void Enrol(Site site, Onlooker person)
    {
        var email = $"{person.Handle}@acme.example".ToLowerInvariant();
        if (person.InSlack)
        {
            site.Slack.SetUser(new SlackUser(person.Slack, person.Handle, person.Name, email));
            site.Slack.Channel(Acme.SlackChannel)!.Join(person.Slack);
        }
        else
        {
            var member = new TeamsMember(person.Aad, person.Mri, person.Name, email);
            site.Teams.SetMember(member);
            site.Teams.Conversation(Acme.TeamsChannel)!.Join(member);
        }
    }

    private static async Task SayAsync(Site site, bool inSlack, string command)
    {
        var erin = People.Erin;
        var problem = inSlack
            ? (
                await site.Slack.Command(
                    erin.Slack!,
                    site.Slack.Direct(erin.Slack!).Id,
                    command,
                    Site.Cancel
                )
            ).Problem
            : (
                await site.Teams.Write(
                    erin.Mri!,
                    Acme.TeamsChannel,
                    $"@{site.Teams.Options.BotName} {command}",
                    Site.Cancel
                )
            ).Problem;
        Assert.Null(problem);
    }

    private static Task ChangedAsync(Site site, string area, string name, int times) =>
        Eventually.TrueAsync(
            async () =>
            {
                await site.Ledger.RefreshAsync(Site.Cancel);
                return site.Ledger.Entries.Count(e => IsAbout(e, area, name)) >= times;
            },
            () =>
                $"{area} {name} is changed: {string.Join("; ", site.Slack.Direct(People.Erin.Slack!).Messages.TakeLast(2))}\n{site.LastWords}"
        );

    private static bool IsAbout(JsonElement entry, string area, string name) =>
        entry.GetProperty("kind").GetString() is "config.changed"
        && string.Equals(entry.GetProperty("area").GetString(), area, StringComparison.Ordinal)
        && string.Equals(entry.GetProperty("name").GetString(), name, StringComparison.Ordinal);
}
