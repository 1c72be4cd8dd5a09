using System.Collections.Concurrent;
using ChatApprovals.Approvals;

namespace ChatApprovals.Teams;

/// <summary>
/// Who people are, asked of Teams now. Teams answers only about a conversation that the bot shares with them,
/// so it is asked about the one they were seen in last, their own chat, and then the channels.
/// </summary>
public sealed class TeamsPeople(
    TeamsOptions options,
    TeamsClient client,
    TeamsPlaces places,
    TimeProvider clock
)
{
    /// <summary>All questions about one person together; a click is answered within 10 s.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(6);
    private const int ConversationsMax = 6;
    private const int SeenMax = 20_000;

    private readonly ConcurrentDictionary<AccountId, Seen> _seen = new();

    /// <summary>An authenticated activity came from them. A hint where to ask, never an answer.</summary>
    public void Saw(TeamsSource source)
    {
        if (source is { Account: { } account, Mri: { } mri })
        {
            Remember(account, source.Conversation, mri);
        }
    }

    /// <summary>The bot was removed from a place: nobody is asked about there any more.</summary>
    public void Left(string place)
    {
        foreach (var (account, seen) in _seen)
        {
            if (string.Equals(TeamsSource.Base(seen.Conversation), place, StringComparison.Ordinal))
            {
                _seen.TryRemove(KeyValuePair.Create(account, seen));
            }
        }
    }

    /// <summary>The member now; <see cref="MemberObstacle.Unknown"/> when Teams cannot be asked or does not say.</summary>
    public async Task<Member> LookUpAsync(AccountId account, CancellationToken cancel)
    {
        if (account.Surface != Surface.Teams || !options.IsTenant(account.Tenant))
        {
            return new Member(account, account.User, []) { Obstacle = MemberObstacle.Stranger };
        }

        using var patience = new CancellationTokenSource(s_patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            return await AskAsync(account, both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return TeamsMember.Unknown(account);
        }
    }

    /// <summary>The account behind a mention, as Teams resolves it; null when it does not.</summary>
    public async Task<AccountId?> OfMriAsync(
        TeamsSource source,
        string mri,
        CancellationToken cancel
    )
    {
        var result = await client.MemberAsync(source.ServiceUrl, source.Conversation, mri, cancel);
        if (
            result is not TeamsResult.Done { Body: var body }
            || TeamsMember.Account(body) is not { } account
        )
        {
            return null;
        }

        Remember(account, source.Conversation, mri);
        return account;
    }

    /// <summary>The bot's ids of those accounts that are in a conversation; at most <paramref name="max"/>.</summary>
    public async Task<IReadOnlyList<string>> MrisAsync(
        string conversation,
        IReadOnlyList<AccountId> accounts,
        int max,
        CancellationToken cancel
    )
    {
        List<string> mris = [];
        foreach (var account in accounts.Take(max))
        {
            var mri = MriOf(account) ?? await AskMriAsync(conversation, account, cancel);
            if (mri is { Length: > 0 })
            {
                mris.Add(mri);
            }
        }

        return mris;
    }

    private string? MriOf(AccountId account) =>
        _seen.TryGetValue(account, out var seen) && seen.IsRecent(clock.GetUtcNow())
            ? seen.Mri
            : places.PersonalOf(account)?.Mri;

    private async Task<string?> AskMriAsync(
        string conversation,
        AccountId account,
        CancellationToken cancel
    )
    {
        var url = places.ServiceUrlOf(conversation);
        var result = await client.MemberAsync(url, conversation, account.User, cancel);
        var mri = (result as TeamsResult.Done)?.Body.Text("id");
        if (mri is not null || result is TeamsResult.Refused { Status: 404 })
        {
            Remember(account, conversation, mri ?? "");
        }

        return mri;
    }

    private async Task<Member> AskAsync(AccountId account, CancellationToken cancel)
    {
        var isGone = false;
        foreach (var (conversation, isTheirs) in Where(account).Take(ConversationsMax))
        {
            switch (await AskThereAsync(conversation, account, cancel))
            {
                case TeamsResult.Done { Body: var body }:
                    if (body.Text("id") is { } mri)
                    {
                        Remember(account, conversation, mri);
                    }

                    return TeamsMember.Read(body, account);
                case TeamsResult.Refused { Status: 404 }:
                    isGone |= isTheirs;
                    break;
                // The bot was removed there: that says nothing of them, and another place may.
                case TeamsResult.Refused { Status: 403 }:
                    break;
                default:
                    return TeamsMember.Unknown(account);
            }
        }

        return isGone
            ? new Member(account, account.User, []) { Obstacle = MemberObstacle.Deactivated }
            : TeamsMember.Unknown(account);
    }

    /// <summary>
    /// By the directory's id; where that is not found, by the bot's own id of them, which some of Teams'
    /// conversations know alone. What comes back must be of the account asked for in either case.
    /// </summary>
    private async Task<TeamsResult> AskThereAsync(
        string conversation,
        AccountId account,
        CancellationToken cancel
    )
    {
        var url = places.ServiceUrlOf(conversation);
        var result = await client.MemberAsync(url, conversation, account.User, cancel);
        return
            result is TeamsResult.Refused { Status: 404 } && MriOf(account) is { Length: > 0 } mri
            ? await client.MemberAsync(url, conversation, mri, cancel)
            : result;
    }

    private IEnumerable<(string Conversation, bool IsTheirs)> Where(AccountId account)
    {
        List<(string, bool)> where = [];
        if (_seen.TryGetValue(account, out var seen))
        {
            where.Add((seen.Conversation, seen.Mri.Length > 0));
        }

        if (places.PersonalOf(account) is { } personal)
        {
            where.Add((personal.Conversation, true));
        }

        if (options.DefaultConversation is { Length: > 0 } fallback)
        {
            where.Add((fallback, false));
        }

        where.AddRange(places.SharedOf(account.Tenant).Select(c => (c, false)));
        return where.DistinctBy(w => w.Item1, StringComparer.Ordinal);
    }

    private void Remember(AccountId account, string conversation, string mri)
    {
        if (_seen.Count >= SeenMax)
        {
            _seen.Clear();
        }

        _seen[account] = new Seen(conversation, mri, clock.GetUtcNow());
    }

    /// <summary><see cref="Mri"/> is empty when the account was not in the conversation.</summary>
    private sealed record Seen(string Conversation, string Mri, DateTimeOffset At)
    {
        private static readonly TimeSpan s_absentFor = TimeSpan.FromMinutes(10);

        public bool IsRecent(DateTimeOffset now) => Mri.Length > 0 || now - At < s_absentFor;
    }
}
