using ChatApprovals.Jose;

namespace ChatApprovals.Teams;

/// <summary>
/// The keys that the Bot Framework signs with, fetched from its metadata and kept for a day at most. A key
/// that is not known yet is asked for, but no more than once a minute. No keys: nobody is believed.
/// </summary>
public sealed partial class TeamsKeys(
    TeamsOptions options,
    TeamsHttp http,
    TimeProvider clock,
    ILogger<TeamsKeys> log
) : IDisposable
{
    /// <summary>Fetched again from then on; a failure is tolerated until <see cref="s_keptFor"/>.</summary>
    private static readonly TimeSpan s_freshFor = TimeSpan.FromHours(12);
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_askAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>While there are no keys at all nothing works: ask sooner.</summary>
    private static readonly TimeSpan s_firstAgainAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Known? _known;
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;

    /// <summary>The key of that id, or null: unknown, ambiguous, or the keys cannot be had.</summary>
    public async Task<Jwk?> FindAsync(string kid, CancellationToken cancel)
    {
        if (
            _known is { } fresh
            && clock.GetUtcNow() - fresh.At < s_freshFor
            && fresh.Set.Find(kid) is { } key
        )
        {
            return key;
        }

        await _one.WaitAsync(cancel);
        try
        {
            await RenewAsync(kid);
        }
        finally
        {
            _one.Release();
        }

        return _known is { } known && clock.GetUtcNow() - known.At < s_keptFor
            ? known.Set.Find(kid)
            : null;
    }

    public void Dispose() => _one.Dispose();

    // Not the request's token: an aborted request must not cost the others their minute.
    private async Task RenewAsync(string kid)
    {
        var now = clock.GetUtcNow();
        var isNeeded =
            _known is not { } known || now - known.At >= s_freshFor || known.Set.Find(kid) is null;
        if (!isNeeded || now - _askedAt < (_known is null ? s_firstAgainAfter : s_askAgainAfter))
        {
            return;
        }

        _askedAt = now;
        if (await FetchAsync() is { } set)
        {
            _known = new Known(set, now);
        }
        else
        {
            NoKeys(options.OpenIdMetadataUrl);
        }
    }

    private async Task<JwkSet?> FetchAsync()
    {
        var metadata = options.Metadata;
        if (
            await http.GetAsync(metadata, CancellationToken.None) is not { } bytes
            || TeamsJson.Object(bytes)?.Text("jwks_uri") is not { } text
            || !Uri.TryCreate(text, UriKind.Absolute, out var keys)
            || !TeamsOptions.IsSafe(keys)
            || (TeamsOptions.IsLoopback(keys) && !TeamsOptions.IsLoopback(metadata))
        )
        {
            return null;
        }

        return await http.GetAsync(keys, CancellationToken.None) is { } set
            ? JwkSet.Parse(set)
            : null;
    }

    private sealed record Known(JwkSet Set, DateTimeOffset At);

    [LoggerMessage(
        EventId = 3201,
        Level = LogLevel.Error,
        Message = "Teams: the keys behind {Url} cannot be had; what is signed with keys not known yet is refused"
    )]
    private partial void NoKeys(string url);
}
