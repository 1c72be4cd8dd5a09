using System.Collections.Concurrent;

namespace ChatApprovals.Playground.Slack;

/// <summary>All that the played workspace remembers: accounts, conversations, modals, and the short-lived
/// permissions (trigger ids, response URLs). Safe from any thread; nothing waits here.</summary>
internal sealed class SlackWorkspace(SlackOptions options, TimeProvider time)
{
    /// <summary>docs.slack.dev, "Using response_url": 5 uses within 30 minutes.</summary>
    private const int ResponseUsesMax = 5;
    private static readonly TimeSpan ResponseLife = TimeSpan.FromMinutes(30);

    private readonly RecentByKey<Trigger> _triggers = new(20_000);
    private readonly RecentByKey<ResponseUse> _responses = new(20_000);
    private long _lastTs;
    private long _made;

    public SlackOptions Options => options;
    public ConcurrentDictionary<string, SlackUser> Users { get; } = new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, SlackChannel> Channels { get; } =
        new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, SlackUserGroup> UserGroups { get; } =
        new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, ModalStack> Modals { get; } = new(StringComparer.Ordinal);
    public Changes Changes { get; } = new();

    public SlackChannel AddChannel(string id, string name, params IEnumerable<string> members)
    {
        var channel = new SlackChannel(id, name, isIm: false, options.HistoryMax)
        {
            Order = Interlocked.Increment(ref _made),
        };
        channel.Join([.. members, options.BotUserId]);
        return Channels[id] = channel;
    }

    /// <summary>The direct message between the bot and the user; always the same one.</summary>
    public SlackChannel Direct(string user) =>
        Channels.GetOrAdd(
            "D" + user[1..],
            id =>
            {
                var name = Users.TryGetValue(user, out var known) ? known.Name : user;
                var channel = new SlackChannel(id, name, true, options.HistoryMax)
                {
                    User = user,
                    Order = Interlocked.Increment(ref _made),
                };
                channel.Join(user, options.BotUserId);
                return channel;
            }
        );

    /// <summary>Seconds and a counter, never twice: both a time and the message's identity.</summary>
    public string NextTs()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        long last;
        long next;
        do
        {
            last = Volatile.Read(ref _lastTs);
            next = Math.Max(now, last + 1);
        } while (Interlocked.CompareExchange(ref _lastTs, next, last) != last);
        return $"{next / 1_000_000}.{next % 1_000_000:D6}";
    }

    public string NewTrigger(string user, string? viewId)
    {
        var id = $"{RandomIds.Token(6)}.{options.TeamId}.{RandomIds.Token(16)}";
        _triggers.Add(id, new(user, viewId, time.GetUtcNow()));
        return id;
    }

    /// <summary>Uses the trigger up; or says why it cannot be used.</summary>
    public (Trigger? Trigger, string? Error) Exchange(string? id)
    {
        if (id is null || _triggers.Find(id) is not { } trigger)
        {
            return (null, "invalid_trigger_id");
        }
        if (time.GetUtcNow() - trigger.IssuedAt > options.TriggerLife)
        {
            return (null, "expired_trigger_id");
        }
        return trigger.Use() ? (trigger, null) : (null, "exchanged_trigger_id");
    }

    /// <summary>A secret that lets whoever knows it answer into one conversation.</summary>
    public string NewResponse(string kind, string channel, string user, string? ts)
    {
        var path = $"{kind}/{options.TeamId}/{RandomIds.Token(9)}/{RandomIds.Token()}";
        _responses.Add(path, new(channel, user, ts, time.GetUtcNow()));
        return path;
    }

    public ResponseUse? TakeResponse(string path) =>
        _responses.Find(path) is { } use
        && time.GetUtcNow() - use.IssuedAt <= ResponseLife
        && use.Take() <= ResponseUsesMax
            ? use
            : null;

    public ModalStack ModalsOf(string user) => Modals.GetOrAdd(user, _ => new());
}

/// <summary>A user group: mentioned by its handle, known by its id.</summary>
public sealed record SlackUserGroup(string Id, string Handle, IReadOnlyList<string> Users)
{
    public bool Disabled { get; init; }
}

/// <summary>Permission to open one modal for the user who just acted.</summary>
internal sealed class Trigger(string user, string? viewId, DateTimeOffset issuedAt)
{
    private int _used;

    public string User => user;
    public string? ViewId => viewId;
    public DateTimeOffset IssuedAt => issuedAt;

    public bool Use() => Interlocked.Exchange(ref _used, 1) is 0;
}

/// <summary>Where a <c>response_url</c> answers, and how often it was used.</summary>
internal sealed class ResponseUse(string channel, string user, string? ts, DateTimeOffset issuedAt)
{
    private int _uses;

    public string Channel => channel;
    public string User => user;
    public string? Ts => ts;
    public DateTimeOffset IssuedAt => issuedAt;

    public int Take() => Interlocked.Increment(ref _uses);
}
