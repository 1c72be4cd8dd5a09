using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ChatApprovals.Jose;

/// <summary>A private key for one purpose and its public half, whose <c>kid</c> is its RFC 7638 thumbprint.</summary>
public sealed record SigningKey(string Purpose, ECDsa Key, Jwk Public)
{
    public string Kid => Public.Thumbprint;

    public static SigningKey Of(string purpose, ECDsa key) => new(purpose, key, Jwk.FromEcdsa(key));

    /// <summary>A compact JWS, ES256, of these payload bytes.</summary>
    public string Sign(string typ, ReadOnlySpan<byte> payload) => Jws.Sign(Key, Kid, typ, payload);
}

/// <summary>A key that signed once; another came into its place then.</summary>
public sealed record RetiredKey(string Purpose, Jwk Public, DateTimeOffset At);

/// <summary>
/// The keys beside the ledger's own, one for each purpose, so that a guard which trusts the one takes nothing that
/// another signed; and the public halves of those that were in use before. Any thread reads, one rotates.
/// </summary>
public sealed class KeyRing
{
    public const string Receipt = "receipt";
    public const string Grant = "grant";

    /// <summary>The secrets that sign callbacks are made from it; it signs nothing but what takes its place.</summary>
    public const string Callback = "callback";

    /// <summary>Published before it signs anything, so that whoever keeps the set for a while knows it then.</summary>
    public const string NextGrant = "grant-next";

    /// <summary>The same of receipts.</summary>
    public const string NextReceipt = "receipt-next";

    /// <summary>Tokens of a grant key that was replaced run out by then (a grant lives 300 s at most).</summary>
    public static readonly TimeSpan GrantsRunOut = TimeSpan.FromSeconds(300);

    private volatile State _state;

    private KeyRing(State state) => _state = state;

    /// <summary>In the order in which they are published.</summary>
    public ImmutableArray<SigningKey> All => _state.All;

    /// <summary>The public halves of all that there ever were: what an export carries.</summary>
    public JwkSet Every =>
        new([.. All.Select(k => k.Public), .. _state.Retired.Select(r => r.Public)]);

    /// <summary>The purpose of the key that takes the place of one of these next; null: none is made before.</summary>
    public static string? NextOf(string purpose) =>
        purpose switch
        {
            Grant => NextGrant,
            Receipt => NextReceipt,
            _ => null,
        };

    /// <summary>The key of a purpose that there is.</summary>
    public SigningKey this[string purpose] =>
        All.Single(k => string.Equals(k.Purpose, purpose, StringComparison.Ordinal));

    public static KeyRing Of(params ReadOnlySpan<SigningKey> keys) => Of([.. keys], []);

    public static KeyRing Of(ImmutableArray<SigningKey> keys, ImmutableArray<RetiredKey> retired) =>
        new(new State(keys, retired));

    /// <summary>
    /// What <c>/.well-known/jwks.json</c> answers: the keys that sign tokens, and those that did as long as something may
    /// still be shown that they signed: receipts for good, grants until they have run out.
    /// </summary>
    public JwkSet Published(DateTimeOffset now) =>
        new([
            .. All.Where(k => !Is(k.Purpose, Callback)).Select(k => k.Public),
            .. _state
                .Retired.Where(r => Is(r.Purpose, Receipt) || IsRunning(r, now))
                .Select(r => r.Public),
        ]);

    /// <summary>What a grant may be signed with: the key that signs, the next one, and one whose tokens still run.</summary>
    public JwkSet Grants(DateTimeOffset now)
    {
        var state = _state;
        return state.Retired.Any(r => IsRunning(r, now))
            ? new JwkSet([
                .. state.Grants.Keys,
                .. state.Retired.Where(r => IsRunning(r, now)).Select(r => r.Public),
            ])
            : state.Grants;
    }

    /// <summary>These keys sign from now on instead of those of the same purpose, which are kept to verify.</summary>
    public void Turn(DateTimeOffset at, params ReadOnlySpan<SigningKey> keys)
    {
        var (all, retired) = (_state.All, _state.Retired);
        foreach (var key in keys)
        {
            var old = this[key.Purpose];
            all = all.Replace(old, key);
            // The next key does not retire: it signs now.
            retired = key.Purpose is NextGrant or NextReceipt
                ? retired
                : retired.Add(new RetiredKey(key.Purpose, old.Public, at));
        }

        _state = new State(all, retired);
    }

    private static bool IsRunning(RetiredKey key, DateTimeOffset now) =>
        Is(key.Purpose, Grant) && now < key.At + GrantsRunOut;

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);

    private sealed record State(ImmutableArray<SigningKey> All, ImmutableArray<RetiredKey> Retired)
    {
        public JwkSet Grants { get; } =
            new([.. All.Where(k => k.Purpose is Grant or NextGrant).Select(k => k.Public)]);
    }
}
