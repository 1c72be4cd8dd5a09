using System.Security.Cryptography;

namespace ChatApprovals.Ledger;

/// <summary>
/// An Ed25519 private key (RFC 8032), held by libcrypto. Signing takes some tens of microseconds; any number of threads may.
/// </summary>
public sealed class Ed25519Key : IDisposable
{
    /// <summary>Bytes of the private key as RFC 8032 has it.</summary>
    public const int SeedSize = 32;

    private readonly EvpKey _key;

    private Ed25519Key(EvpKey key)
    {
        _key = key;
        Public = Libcrypto.PublicOf(key);
    }

    /// <summary>Whether this platform signs with Ed25519 at all.</summary>
    public static bool IsSupported => Libcrypto.HasEd25519;

    /// <summary>32 bytes.</summary>
    public byte[] Public { get; }

    /// <exception cref="PlatformNotSupportedException">See <see cref="IsSupported"/>.</exception>
    public static Ed25519Key FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException("An Ed25519 key has 32 bytes.", nameof(seed));
        }

        var copy = seed.ToArray();
        try
        {
            return IsSupported && Libcrypto.PrivateKey(copy) is { } key
                ? new Ed25519Key(key)
                : throw new PlatformNotSupportedException("There is no Ed25519 here.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>64 bytes, the same for the same message.</summary>
    public byte[] Sign(byte[] message) => Libcrypto.Sign(_key, message);

    public void Dispose() => _key.Dispose();
}
