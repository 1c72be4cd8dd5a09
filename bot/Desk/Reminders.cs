using System.Collections.Concurrent;
using System.Collections.Immutable;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Shows a request that waits to people in their own chats, once each as its policy says: to those who could
/// approve and have not (<c>remind_after</c>), and to the people of other groups (<c>escalate</c>). That gives
/// nobody power: who may approve is in the stages alone. What is sent is a copy of the card, so that it is
/// redrawn and durable as every other. A person whose own chat the bot does not know is passed over.
/// </summary>
public sealed partial class Reminders(
    Committer committer,
    IStore store,
    IEnumerable<ISurface> surfaces,
    TimeProvider clock,
    ILogger<Reminders> logger
) : BackgroundService
{
    /// <summary>Own limit: each is a message, and a copy to redraw at every change.</summary>
    private const int PeopleMax = 20;

    private const int Page = 200;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Surface, ISurface> _surfaces = surfaces.ToDictionary(s => s.Kind);
    private readonly ConcurrentDictionary<RequestId, DateTimeOffset> _due = new();
    private readonly WorkLoop _loop = new(clock);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        committer.Watch(Note);
        Load();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Remembers what waits already: after a start, nothing is forgotten.</summary>
    public void Load()
    {
        RequestId? after = null;
        IReadOnlyList<StoredRequest> page;
        do
        {
            page = store.Requests(
                new RequestQuery(null, RequestStatus.Pending, after, Page, OldestFirst: true)
            );
            Note([.. page.Select(RequestState.Read)]);
            after = page.Count > 0 ? page[^1].Id : null;
        } while (page.Count == Page);
    }

    /// <summary>Sends what is due; answers how many requests were shown again. Durable on return.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancel)
    {
        var sent = 0;
        foreach (var (id, at) in _due.Where(d => d.Value <= clock.GetUtcNow()).ToList())
        {
            if (store.Request(id) is { } row)
            {
                sent += await SendAsync(RequestState.Read(row), cancel) ? 1 : 0;
            }

            _due.TryRemove(KeyValuePair.Create(id, at));
        }

        return sent;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _loop.RunAsync(
            async cancel =>
            {
                await SendDueAsync(cancel);
                return _due.IsEmpty ? DateTimeOffset.MaxValue : _due.Values.Min();
            },
            error => LogLoop(logger, error),
            stoppingToken
        );

    /// <summary>When something is to be sent next of a request, and whether that is the escalation.</summary>
    internal static (DateTimeOffset At, bool Escalates)? Next(Approval approval)
    {
        var policy = approval.Opening.Policy;
        DateTimeOffset? remind =
            approval.RemindedAt is null && policy.RemindAfter is { } seconds
                ? approval.CreatedAt.AddSeconds(seconds)
                : null;
        DateTimeOffset? escalate =
            approval.EscalatedAt is null && policy.Escalate is { } to
                ? approval.CreatedAt.AddSeconds(to.After)
                : null;
        return !approval.IsPending ? null
            : escalate is { } e && (remind is null || e < remind) ? (e, true)
            : remind is { } r ? (r, false)
            : null;
    }

    private void Note(IReadOnlyCollection<Approval> changed)
    {
        foreach (var approval in changed)
        {
            if (Next(approval) is { } next && next.At < approval.Opening.ExpiresAt)
            {
                _due[approval.Id] = next.At;
                _loop.Wake();
            }
            else
            {
                _due.TryRemove(approval.Id, out _);
            }
        }
    }

    private async Task<bool> SendAsync(Approval approval, CancellationToken cancel)
    {
        if (Next(approval) is not { } next)
        {
            return false;
        }

        var chats = await ChatsAsync(Whom(approval, next.Escalates), cancel);
        return await committer.CommitAsync(
            commit => Record(commit, approval.Id, next.Escalates, chats),
            cancel
        );
    }

    private List<Person> Whom(Approval approval, bool escalates)
    {
        var register = committer.Register;
        return
        [
            .. (
                escalates
                    ? approval
                        .Opening.Policy.Escalate!.To.SelectMany(g => register.MembersOf(g))
                        .Select(register.Person)
                        .OfType<Person>()
                    : Forecast.Now(approval, register).Able.Select(c => c.Person)
            )
                .DistinctBy(p => p.Id)
                .Take(PeopleMax),
        ];
    }

    /// <summary>One chat for each person, on the first surface that has one.</summary>
    private async Task<List<Destination>> ChatsAsync(List<Person> people, CancellationToken cancel)
    {
        List<Destination> chats = [];
        foreach (var person in people)
        {
            foreach (var account in person.Accounts.Select(a => a.Id))
            {
                if (await ChatOfAsync(account, cancel) is { } chat)
                {
                    chats.Add(new Destination(account.Surface, chat));
                    break;
                }
            }
        }

        return chats;
    }

    /// <summary>A surface that hangs or stumbles has no chat for anybody this time.</summary>
    private async Task<string?> ChatOfAsync(AccountId account, CancellationToken cancel)
    {
        if (!_surfaces.TryGetValue(account.Surface, out var surface))
        {
            return null;
        }

        try
        {
            return await surface.ChatOfAsync(account, cancel).WaitAsync(s_patience, clock, cancel);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            LogNoChat(logger, error);
            return null;
        }
    }

    private static bool Record(Commit commit, RequestId id, bool escalates, List<Destination> chats)
    {
        if (commit.Find(id) is not { } now || Next(now)?.Escalates != escalates)
        {
            return false;
        }

        var copies = chats
            .Distinct()
            .Where(c => now.Copies.All(k => !Is(k, c)))
            .Select(
                (c, i) =>
                    new CardCopy(
                        CardToken.New(id, now.Copies.Length + i),
                        c.Surface,
                        c.Conversation
                    )
            )
            .ToImmutableArray();
        commit.Record(
            escalates
                ? new Fact.RequestEscalated(id, now.Opening.Policy.Escalate!.To, copies)
                : new Fact.RequestReminded(id, copies)
        );
        return true;
    }

    private static bool Is(CardCopy copy, Destination place) =>
        copy.Surface == place.Surface
        && string.Equals(copy.Conversation, place.Conversation, StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Error, Message = "The reminders stumbled and go on.")]
    private static partial void LogLoop(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody's own chat could not be found.")]
    private static partial void LogNoChat(ILogger logger, Exception error);
}
