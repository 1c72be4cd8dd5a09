using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace ChatApprovals.Ledger;

/// <summary>
/// Verifies Ed25519 signatures (RFC 8032 section 5.1.7), which the base library of .NET 10 does not: by libcrypto, and
/// where that has it not by <see cref="VerifyByOwn"/>, which only ever sees what is public, so that it need not take
/// the same time for all. As strict as OpenSSL and Go: a scalar below the order, R compared by its bytes.
/// </summary>
public static class Ed25519
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;

    private static readonly BigInteger s_prime = BigInteger.Pow(2, 255) - 19;

    private static readonly BigInteger s_order =
        BigInteger.Pow(2, 252)
        + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    private static readonly BigInteger s_d = Modulo(-121665 * Inverse(121666));

    private static readonly BigInteger s_rootOfMinusOne = BigInteger.ModPow(
        2,
        (s_prime - 1) / 4,
        s_prime
    );

    private static readonly Point s_base =
        Decode([0x58, .. Enumerable.Repeat((byte)0x66, KeySize - 1)])
        ?? throw new InvalidOperationException("RFC 8032 gives the base point so.");

    /// <summary>Whether the key signed the message. False for every malformed key or signature.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature
    ) =>
        key.Length == KeySize
        && signature.Length == SignatureSize
        && (
            Libcrypto.Verify(key.ToArray(), message.ToArray(), signature.ToArray())
            ?? VerifyByOwn(key, message, signature)
        );

    /// <summary>The same on every platform, some milliseconds each; the key in its only encoding.</summary>
    public static bool VerifyByOwn(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature
    )
    {
        if (signature.Length != SignatureSize || Decode(key) is not { } signer)
        {
            return false;
        }

        var scalar = Number(signature[KeySize..]);
        if (scalar >= s_order)
        {
            return false;
        }

        byte[] hashed = [.. signature[..KeySize], .. key, .. message];
        var challenge = Number(SHA512.HashData(hashed)) % s_order;
        var r = s_base.Times(scalar).Plus(signer.Negated().Times(challenge));
        return r.Encode().AsSpan().SequenceEqual(signature[..KeySize]);
    }

    /// <summary>RFC 8032 section 5.1.3; null for what is no point of the curve in its only encoding.</summary>
    private static Point? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != KeySize)
        {
            return null;
        }

        var encoded = Number(bytes);
        var isOdd = !(encoded >> 255).IsZero;
        var y = encoded & (BigInteger.Pow(2, 255) - 1);
        if (y >= s_prime)
        {
            return null;
        }

        var (u, v) = (Modulo(y * y - 1), Modulo(s_d * y * y + 1));
        var x = BigInteger.ModPow(u * Inverse(v), (s_prime + 3) / 8, s_prime);
        if (!Modulo(v * x * x - u).IsZero)
        {
            x = Modulo(x * s_rootOfMinusOne);
        }

        if (!Modulo(v * x * x - u).IsZero || (x.IsZero && isOdd))
        {
            return null;
        }

        x = x.IsEven == isOdd ? s_prime - x : x;
        return new Point(x, y, 1, Modulo(x * y));
    }

    private static BigInteger Number(ReadOnlySpan<byte> littleEndian) =>
        new(littleEndian, isUnsigned: true);

    private static BigInteger Inverse(BigInteger x) => BigInteger.ModPow(x, s_prime - 2, s_prime);

    private static BigInteger Modulo(BigInteger x)
    {
        var rest = x % s_prime;
        return rest.Sign < 0 ? rest + s_prime : rest;
    }

    /// <summary>In extended coordinates: x = X/Z, y = Y/Z, xy = T/Z (section 5.1.4).</summary>
    private sealed record Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T)
    {
        private static readonly Point s_zero = new(0, 1, 1, 0);

        public Point Negated() => new(Modulo(-X), Y, Z, Modulo(-T));

        public Point Plus(Point other)
        {
            var a = Modulo((Y - X) * (other.Y - other.X));
            var b = Modulo((Y + X) * (other.Y + other.X));
            var c = Modulo(2 * T * other.T * s_d);
            var d = Modulo(2 * Z * other.Z);
            var (e, f, g, h) = (b - a, d - c, d + c, b + a);
            return new Point(Modulo(e * f), Modulo(g * h), Modulo(f * g), Modulo(e * h));
        }

        public Point Times(BigInteger scalar)
        {
            var (sum, power) = (s_zero, this);
            for (; !scalar.IsZero; scalar >>= 1)
            {
                sum = scalar.IsEven ? sum : sum.Plus(power);
                power = power.Plus(power);
            }

            return sum;
        }

        public byte[] Encode()
        {
            var inverse = Inverse(Z);
            var (x, y) = (Modulo(X * inverse), Modulo(Y * inverse));
            var bytes = new byte[KeySize];
            _ = y.TryWriteBytes(bytes, out _, isUnsigned: true);
            bytes[^1] |= x.IsEven ? (byte)0 : (byte)0x80;
            return bytes;
        }
    }
}
