using System.Globalization;
using System.Text.Json;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Playground.Page;

/// <summary>Everything that the page shows, as one JSON object. The page's side of it is in wwwroot/js/state.js.</summary>
internal sealed class PageState(PlaygroundHost host)
{
    /// <summary>A direct message is called by whoever is at its other end.</summary>
    private const string BotName = "ChatApprovals";
    private const int MessagesShown = 100;
    private const int EntriesShown = 300;
    private const int LogShown = 50;

    public byte[] Bytes() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                people = People.All.Select(p => new
                {
                    key = p.Key,
                    name = p.Name,
                    role = p.Role,
                    slack = p.Slack,
                    teams = p.Teams,
                    guest = p.Guest,
                }),
                bot = BotState(),
                slack = SlackState(),
                teams = TeamsState(),
                agent = AgentState(),
                cloud = CloudState(),
                ledger = LedgerState(),
            },
            Json.Page
        );

    private object BotState() =>
        new
        {
            running = host.Bot?.Pid is not null,
            pid = host.Bot?.Pid,
            url = host.Bot?.Url.ToString().TrimEnd('/'),
            problem = host.Problem,
            log = host.Bot?.Log.TakeLast(LogShown) ?? [],
        };

    private object SlackState()
    {
        var modals = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var person in People.All.Where(p => p.Slack is not null))
        {
            if (host.Slack.Modal(person.Slack!) is { } view)
            {
                modals[person.Key] = new
                {
                    id = view.Id,
                    view = view.Content,
                    errors = view.Errors,
                };
            }
        }
        return new
        {
            team = host.Slack.Options.TeamName,
            channels = host.Slack.Channels.Select(Channel),
            modals,
        };
    }

    private static object Channel(SlackChannel channel) =>
        new
        {
            id = channel.Id,
            name = channel.IsIm ? BotName : channel.Name,
            kind = channel.IsIm ? "im" : "channel",
            member = People.BySlack(channel.User)?.Key,
            messages = channel
                .Messages.TakeLast(MessagesShown)
                .Select(m => new
                {
                    ts = m.Ts,
                    from = m.FromBot ? "bot" : People.BySlack(m.User)?.Key ?? "slack",
                    text = m.Text,
                    thread = m.ThreadTs,
                    blocks = m.Blocks,
                    edited = m.Edited,
                    ephemeral_for = People.BySlack(m.EphemeralFor)?.Key,
                }),
        };

    private object TeamsState() =>
        new
        {
            team = host.Teams.Options.TeamName,
            conversations = host.Teams.Conversations.Select(Conversation),
        };

    private static object Conversation(TeamsConversation conversation) =>
        new
        {
            id = conversation.Id,
            name = conversation.IsPersonal ? BotName : conversation.Name,
            kind = conversation.IsPersonal ? "personal" : "channel",
            member = conversation.IsPersonal
                ? People.ByTeams((conversation.Members is [var only, ..] ? only.Mri : null))?.Key
                : null,
            messages = conversation
                .Messages.TakeLast(MessagesShown)
                .Select(m => new
                {
                    id = m.Id,
                    from = m.FromBot ? "bot" : People.ByTeams(m.From)?.Key ?? "teams",
                    text = m.Text,
                    thread = ThreadOf(m),
                    card = m.Card,
                    views = ByPerson(m.Views),
                    note = ByPerson(m.Notes),
                    edited = m.Edited,
                }),
        };

    /// <summary>The message that it answers, or null for one that stands by itself.</summary>
    private static string? ThreadOf(TeamsMessage message) =>
        message.Thread.Split(";messageid=") is [_, var root]
        && !string.Equals(root, message.Id, StringComparison.Ordinal)
            ? root
            : null;

    private static Dictionary<string, T> ByPerson<T>(IReadOnlyDictionary<string, T> byMri)
    {
        var byPerson = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (mri, value) in byMri)
        {
            if (People.ByTeams(mri) is { } person)
            {
                byPerson[person.Key] = value;
            }
        }
        return byPerson;
    }

    private object AgentState() =>
        new
        {
            name = host.Agent.Name,
            scenarios = Scenarios.All.Select(s => new
            {
                key = s.Key,
                title = s.Title,
                body = s.Body,
                guarded = s.Guarded,
            }),
            exchanges = host.Agent.Exchanges.Select(e => new
            {
                n = e.N,
                at = Time(e.At),
                title = e.Title,
                method = e.Method,
                path = e.Path,
                request = e.Request,
                header = e.Header,
                status = e.Status,
                response = e.Response,
                ms = e.Ms,
                waiting = e.Waiting,
            }),
        };

    private object CloudState() =>
        new
        {
            role = Cloud.Role,
            policies = host.Cloud.Policies.Select(
                (p, n) =>
                    new
                    {
                        n,
                        name = p.Name,
                        at = Time(p.At),
                    }
            ),
        };

    private object LedgerState()
    {
        var (head, verified) = (host.Ledger.Head, host.Ledger.Verified);
        return new
        {
            available = host.Ledger.Problem is null && head is not null,
            message = host.Ledger.Problem,
            entries = host.Ledger.Entries.TakeLast(EntriesShown).Select(Entry),
            head = head is null
                ? null
                : new
                {
                    origin = head.Origin,
                    size = head.Size,
                    root = Convert.ToBase64String(head.Root),
                },
            verified = verified is null
                ? null
                : new
                {
                    ok = verified.Ok,
                    at = Time(verified.At),
                    detail = verified.Detail,
                },
        };
    }

    private static object Entry(JsonElement entry) =>
        new
        {
            seq = entry.At("seq"),
            at = entry.Text("at"),
            kind = entry.Text("kind"),
            txn = entry.Text("txn"),
            body = entry,
        };

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
