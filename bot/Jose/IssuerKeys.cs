using System.Net;
using System.Text.Json;

namespace ChatApprovals.Jose;

/// <summary>What looking for an issuer's key comes to.</summary>
public abstract record KeySearch
{
    private KeySearch() { }

    public sealed record Found(Jwk Key) : KeySearch;

    /// <summary>The issuer's keys are known, and this is none of them, or more than one.</summary>
    public sealed record Unknown : KeySearch;

    /// <summary>
    /// The issuer cannot say now: nobody is to be believed, and nobody to be called a liar.
    /// <see cref="Why"/> is for the operator.
    /// </summary>
    public sealed record Unavailable(string Why) : KeySearch;
}

/// <summary>How long an issuer's keys are used, and how often it is asked.</summary>
/// <param name="FreshFor">Asked again from then on.</param>
/// <param name="KeptFor">So long the keys are used while the issuer cannot be asked; then none is.</param>
/// <param name="AskAgainAfter">
/// In this time a few questions at most, whatever keys tokens name; one, while the issuer does not answer.
/// </param>
public sealed record IssuerPatience(TimeSpan FreshFor, TimeSpan KeptFor, TimeSpan AskAgainAfter);

/// <summary>
/// The keys that an issuer publishes: its metadata (OpenID Connect Discovery 1.0) names the set, which is
/// kept for a while. A key that is not known yet is asked for at once, but no more often than
/// <see cref="IssuerPatience.AskAgainAfter"/> allows, so that tokens of strangers cost the issuer nothing.
/// </summary>
/// <param name="metadata">Where the metadata is; https, or http on loopback.</param>
/// <param name="issuer">What its <c>issuer</c> must be, to the letter; null: not looked at.</param>
/// <param name="patience">See there.</param>
/// <param name="http">Asks.</param>
/// <param name="clock">The time.</param>
/// <param name="report">Told of every question that failed, for the operator.</param>
public sealed class IssuerKeys(
    Uri metadata,
    string? issuer,
    IssuerPatience patience,
    IssuerHttp http,
    TimeProvider clock,
    Action<string> report
) : IDisposable
{
    /// <summary>While there are no keys at all nothing works: ask sooner.</summary>
    private static readonly TimeSpan s_firstAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Questions in <see cref="IssuerPatience.AskAgainAfter"/>: a made-up key just before does not hold up the
    /// issuer's next one.
    /// </summary>
    private const int AsksMax = 5;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Queue<DateTimeOffset> _asks = new();
    private volatile Known? _known;
    private volatile string _fault = "it has not been asked yet";

    /// <summary>
    /// The key of that id; for a token that names none, the only key there is. Asks the issuer when it must.
    /// </summary>
    public async Task<KeySearch> FindAsync(string? kid, CancellationToken cancel)
    {
        if (_known is { } fresh && IsFresh(fresh) && Pick(fresh.Set, kid) is { } key)
        {
            return new KeySearch.Found(key);
        }

        if (await RenewedAsync(set => Pick(set, kid) is null, cancel) is not { } known)
        {
            return new KeySearch.Unavailable(_fault);
        }

        return Pick(known.Set, kid) is { } found ? new KeySearch.Found(found)
            : _fault.Length > 0 ? new KeySearch.Unavailable(_fault)
            : new KeySearch.Unknown();
    }

    /// <summary>Null when the keys can be had, else what is in the way. Asks the issuer when it must.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancel)
    {
        var known = await RenewedAsync(_ => false, cancel);
        return known is null ? _fault : null;
    }

    public void Dispose() => _one.Dispose();

    private static Jwk? Pick(JwkSet set, string? kid) =>
        kid is not null ? set.Find(kid)
        : set.Keys is [var only] ? only
        : null;

    private bool IsFresh(Known known) => clock.GetUtcNow() - known.At < patience.FreshFor;

    /// <summary>What is known of the keys by now, or null: nothing that may still be used.</summary>
    private async Task<Known?> RenewedAsync(Func<JwkSet, bool> lacks, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var now = clock.GetUtcNow();
            if ((_known is not { } known || !IsFresh(known) || lacks(known.Set)) && MayAsk(now))
            {
                _asks.Enqueue(now);
                await RenewAsync(now);
            }
        }
        finally
        {
            _one.Release();
        }

        return _known is { } kept && clock.GetUtcNow() - kept.At < patience.KeptFor ? kept : null;
    }

    private bool MayAsk(DateTimeOffset now)
    {
        var within = _known is null ? s_firstAgainAfter : patience.AskAgainAfter;
        while (_asks.TryPeek(out var at) && now - at >= within)
        {
            _asks.Dequeue();
        }

        return _asks.Count < (_fault.Length == 0 ? AsksMax : 1);
    }

    // Not the request's token: an aborted request must not cost the others their turn.
    private async Task RenewAsync(DateTimeOffset now)
    {
        var (set, fault) = await FetchAsync();
        _fault = fault;
        if (set is not null)
        {
            _known = new Known(set, now);
        }
        else
        {
            report(fault);
        }
    }

    private async Task<(JwkSet? Set, string Fault)> FetchAsync()
    {
        if (await http.GetAsync(metadata, CancellationToken.None) is not { } bytes)
        {
            return (null, $"{metadata} does not answer with 200");
        }

        if (JwsToken.ParseObject(bytes) is not { } document)
        {
            return (null, $"{metadata} is no JSON object");
        }

        if (issuer is not null && !IsText(document, "issuer", issuer))
        {
            return (null, $"the issuer that {metadata} names is another one");
        }

        if (
            !JwsToken.TryText(document, "jwks_uri", out var text)
            || !Uri.TryCreate(text, UriKind.Absolute, out var keys)
            || !SafeUrl.Is(keys)
            || (SafeUrl.IsLoopback(keys) && !SafeUrl.IsLoopback(metadata))
        )
        {
            return (null, $"the jwks_uri in {metadata} is no https URL");
        }

        return await http.GetAsync(keys, CancellationToken.None) is not { } set
                ? (null, $"{keys} does not answer with 200")
            : JwkSet.Parse(set) is { Keys.Length: > 0 } parsed ? (parsed, "")
            : (null, $"{keys} holds no key that verifies signatures here");
    }

    private static bool IsText(JsonElement owner, string name, string expected) =>
        JwsToken.TryText(owner, name, out var text)
        && string.Equals(text, expected, StringComparison.Ordinal);

    private sealed record Known(JwkSet Set, DateTimeOffset At);
}

/// <summary>Which URLs are asked for keys: https, and http on this machine alone.</summary>
public static class SafeUrl
{
    public static bool Is(Uri url) =>
        string.Equals(url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
        || (
            string.Equals(url.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal)
            && IsLoopback(url)
        );

    public static bool IsLoopback(Uri url) =>
        IPAddress.TryParse(url.DnsSafeHost, out var address)
            ? IPAddress.IsLoopback(address)
            : url.IsLoopback;
}
