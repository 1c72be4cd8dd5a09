using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Teams;

/// <summary>
/// The conversations that the bot was added to, in the register and thus durable. Being added and removed is
/// told several times and in any order: the latest by Teams' own time counts.
/// </summary>
public sealed class TeamsPlaces(
    TeamsOptions options,
    Func<Register> register,
    Func<
        Func<Register, DateTimeOffset, ConfigRuling>,
        CancellationToken,
        Task<ConfigRuling>
    > change,
    TimeProvider clock
)
{
    /// <summary>Removals remembered, so that an older addition that comes late does not undo them.</summary>
    private const int RemovalsMax = 1_000;

    /// <summary>How the ids of channels end, and those of chats do not.</summary>
    private const string Channel = "@thread.tacv2";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _removed = new(
        StringComparer.Ordinal
    );
    private volatile string? _lastServiceUrl;

    /// <summary>
    /// Where to reach a conversation: its own address, else the one Teams used last for any conversation of
    /// ours, else the first allowed one. Only ever used after the check against the allowed ones.
    /// </summary>
    public string ServiceUrlOf(string conversation)
    {
        var places = register().Places;
        return places.GetValueOrDefault(TeamsSource.Base(conversation))?.ServiceUrl
            ?? _lastServiceUrl
            ?? places.Values.MaxBy(p => p.AddedAt)?.ServiceUrl
            ?? options.FirstServiceUrl;
    }

    /// <summary>
    /// Where to say something beneath a message: its thread in a channel (teams.md 2.4), else, as chats have
    /// no threads, the conversation itself.
    /// </summary>
    public string ThreadOf(string conversation, string message) =>
        register().Places.GetValueOrDefault(TeamsSource.Base(conversation)) is { Kind: var kind }
            && !string.Equals(kind, "channel", StringComparison.Ordinal)
        || conversation.Contains(';', StringComparison.Ordinal)
            ? conversation
            : $"{conversation};messageid={message}";

    /// <summary>
    /// A link that opens a message (Microsoft Learn, "Deep link to Teams chat": to a channel conversation, to chat messages); null
    /// where neither the register nor the id says which of both it is.
    /// </summary>
    public string? LinkOf(string conversation, string message)
    {
        var place = register().Places.GetValueOrDefault(TeamsSource.Base(conversation));
        var isChannel = place is null
            ? conversation.EndsWith(Channel, StringComparison.Ordinal)
            : string.Equals(place.Kind, "channel", StringComparison.Ordinal);
        if (place is null && !isChannel)
        {
            return null;
        }

        var (at, id) = (Uri.EscapeDataString(conversation), Uri.EscapeDataString(message));
        var tenant = Uri.EscapeDataString(place?.Tenant ?? options.TenantId ?? "");
        var more = isChannel
            ? $"tenantId={tenant}&parentMessageId={id}"
            : $"context={Uri.EscapeDataString("""{"contextType":"chat"}""")}";
        return $"https://teams.microsoft.com/l/message/{at}/{id}?{more}";
    }

    public Place? PersonalOf(AccountId account) =>
        register()
            .Places.Values.FirstOrDefault(p =>
                p.Account == account && string.Equals(p.Kind, "personal", StringComparison.Ordinal)
            );

    /// <summary>Channels and group chats of a tenant, the newest first.</summary>
    public IEnumerable<string> SharedOf(string tenant) =>
        register()
            .Places.Values.Where(p =>
                string.Equals(p.Tenant, tenant, StringComparison.OrdinalIgnoreCase)
                && !string.Equals(p.Kind, "personal", StringComparison.Ordinal)
            )
            .OrderByDescending(p => p.AddedAt)
            .Select(p => p.Conversation);

    /// <summary>Remembers the address; and durably, when the conversation is known with another one.</summary>
    public async Task SeenAsync(TeamsSource source, CancellationToken cancel)
    {
        _lastServiceUrl = source.ServiceUrl;
        if (
            register().Places.TryGetValue(source.Place, out var known)
            && !string.Equals(known.ServiceUrl, source.ServiceUrl, StringComparison.Ordinal)
        )
        {
            await PutAsync(known with { ServiceUrl = source.ServiceUrl }, cancel);
        }
        else if (known is null && source.IsPrivate && source.Account is not null)
        {
            await AddAsync(source, cancel);
        }
    }

    /// <summary>The bot was added. Durable on return; the same again changes nothing.</summary>
    public async Task AddAsync(TeamsSource source, CancellationToken cancel)
    {
        _lastServiceUrl = source.ServiceUrl;
        var at = source.At ?? clock.GetUtcNow();
        if (_removed.TryGetValue(source.Place, out var removedAt) && at < removedAt)
        {
            return;
        }

        await PutAsync(
            new Place(source.Place, source.Kind, source.Tenant, source.ServiceUrl, at)
            {
                Account = source.IsPrivate ? source.Account : null,
                Mri = source.IsPrivate ? source.Mri : null,
            },
            cancel
        );
    }

    /// <summary>Stores a place; one that is known keeps the time it was added at, and whose chat it is.</summary>
    public Task PutAsync(Place place, CancellationToken cancel) =>
        change(
            (now, _) =>
            {
                var known = now.Places.GetValueOrDefault(place.Conversation);
                var after = place with
                {
                    AddedAt = known?.AddedAt ?? place.AddedAt,
                    Account = place.Account ?? known?.Account,
                    Mri = place.Mri ?? known?.Mri,
                };
                return after == known
                    ? new ConfigRuling.Same()
                    : new ConfigRuling.Set("place", after.Conversation, after, Widens: false);
            },
            cancel
        );

    /// <summary>The bot was removed. Durable on return.</summary>
    public Task RemoveAsync(TeamsSource source, CancellationToken cancel)
    {
        var at = source.At ?? clock.GetUtcNow();
        if (_removed.Count >= RemovalsMax)
        {
            _removed.Clear();
        }

        _removed.AddOrUpdate(source.Place, at, (_, old) => old > at ? old : at);
        return change(
            (now, _) =>
                now.Places.TryGetValue(source.Place, out var known) && known.AddedAt <= at
                    ? new ConfigRuling.Set("place", source.Place, null, Widens: false)
                    : new ConfigRuling.Same(),
            cancel
        );
    }
}
