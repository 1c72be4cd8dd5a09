using System.Text;
using System.Text.RegularExpressions;
using ChatApprovals.Playground;
using ChatApprovals.Slack;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>A running bot with a hundred agents, whose requests Bob decides in Slack and Carol in Teams.</summary>
internal sealed partial class Place : IDisposable
{
    /// <summary>One agent holds at most 100 waits open (AgentWaits): these hold 10,000.</summary>
    private const int AgentsMax = 100;

    private static readonly string s_secretsOf = People.Erin.Slack!;
    private readonly string _folder;

    private Place(BotUnderTest bot, Platforms platforms, string folder)
    {
        (Bot, Platforms, _folder) = (bot, platforms, folder);
        Agents = [];
    }

    public BotUnderTest Bot { get; }
    public Platforms Platforms { get; }

    /// <summary>The agents' keys.</summary>
    public List<string> Agents { get; }

    /// <summary>What people click: available after the first request is there.</summary>
    public Tokens Tokens => field ??= new Tokens(Path.Combine(Bot.Folder, "ledger.db"));

    public Asking Asking => field ??= new Asking(Agents);

    public Clicking Clicking => field ??= new Clicking(Platforms);

    /// <summary>Starts a bot on empty data and gives it agents and approvers, by the commands of any customer.</summary>
    public static async Task<Place> OpenAsync(
        Platforms platforms,
        string parent,
        int agents,
        CancellationToken cancel
    )
    {
        var folder = Path.Combine(parent, Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        var place = new Place(new BotUnderTest(platforms, folder), platforms, folder);
        using var wire = await place.Bot.StartAsync(cancel);
        var (bob, carol) = ($"<@{People.Bob.Slack}|bob>", $"<@{People.Carol.Slack}|carol>");
        await place.SayAsync(wire, $"group add approvers {bob} {carol}", cancel);
        var inTeams = $"teams:{People.Tenant}:{People.Carol.Teams}";
        await place.SayAsync(wire, $"person link {carol} {inTeams}", cancel);
        for (var i = 0; i < Math.Min(agents, AgentsMax); i++)
        {
            var command = $"agent add bench-{i:000} owner <@{People.Erin.Slack}|erin>";
            var key = AgentKey().Match(await place.SayAsync(wire, command, cancel));
            place.Agents.Add(
                key.Success ? key.Value : throw new InvalidOperationException(command)
            );
        }

        return place;
    }

    public void Dispose()
    {
        Bot.Dispose();
        Tokens.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Erin's slash command, signed; its answer.</summary>
    public async Task<string> SayAsync(Wire wire, string command, CancellationToken cancel)
    {
        var form =
            $"team_id={Platforms.SlackTeam}&channel_id=D07ERIN&user_id={s_secretsOf}"
            + $"&api_app_id={Platforms.SlackApp}&command=%2Fapprovals&text={Uri.EscapeDataString(command)}";
        var request = Clicking.Signed("/slack/commands", form);
        return (await wire.SendAsync(request, cancel)).Must(200).Text;
    }

    [GeneratedRegex("cak_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AgentKey();
}
