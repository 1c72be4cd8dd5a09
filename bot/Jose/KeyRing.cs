using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ChatApprovals.Jose;

/// <summary>A private key for one purpose and its public half, whose <c>kid</c> is its RFC 7638 thumbprint.</summary>
public sealed record SigningKey(string Purpose, ECDsa Key, Jwk Public)
{
    public string Kid => Public.Thumbprint;

    /// <summary>A compact JWS, ES256, of these payload bytes.</summary>
    public string Sign(string typ, ReadOnlySpan<byte> payload) => Jws.Sign(Key, Kid, typ, payload);
}

/// <summary>
/// The keys that sign tokens, one for each purpose, each in a file <c>&lt;purpose&gt;.pem</c> of its own
/// (see <see cref="KeyFile"/>), so that a guard which trusts the one takes nothing that another signed.
/// </summary>
public sealed class KeyRing
{
    public const string Receipt = "receipt";
    public const string Grant = "grant";

    /// <summary>Published before it signs anything, so that whoever keeps the set for a while knows it then.</summary>
    public const string NextGrant = "grant-next";

    private KeyRing(ImmutableArray<SigningKey> all) => All = all;

    /// <summary>In the order in which they are published.</summary>
    public ImmutableArray<SigningKey> All { get; }

    /// <summary>The public halves: what <c>/.well-known/jwks.json</c> answers.</summary>
    public JwkSet Published => new([.. All.Select(k => k.Public)]);

    /// <summary>The key of a purpose that <see cref="Open"/> was asked for.</summary>
    public SigningKey this[string purpose] =>
        All.Single(k => string.Equals(k.Purpose, purpose, StringComparison.Ordinal));

    /// <summary>Reads the keys; makes those that are not there yet, durable on return.</summary>
    /// <exception cref="KeyFileException">A file is readable by others, not ours or no P-256 key.</exception>
    public static KeyRing Open(string directory, params ReadOnlySpan<string> purposes)
    {
        System.IO.Directory.CreateDirectory(directory);
        var keys = ImmutableArray.CreateBuilder<SigningKey>(purposes.Length);
        foreach (var purpose in purposes)
        {
            var key = KeyFile.LoadOrCreate(Path.Combine(directory, purpose + ".pem"));
            keys.Add(new SigningKey(purpose, key, Jwk.FromEcdsa(key)));
        }

        return new KeyRing(keys.ToImmutable());
    }
}
