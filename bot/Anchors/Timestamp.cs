using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace ChatApprovals.Anchors;

/// <summary>
/// An RFC 3161 time stamp: an authority says that it saw these bytes at a time. Kept as the authority's whole response,
/// which <c>openssl ts -verify</c> reads.
/// </summary>
/// <param name="At">The time, by the authority's clock.</param>
/// <param name="Signer">The certificate that came with it and whose key signed it.</param>
/// <param name="Others">What else came with it, to build a chain.</param>
public sealed record Timestamp(
    DateTimeOffset At,
    X509Certificate2 Signer,
    X509Certificate2Collection Others
)
{
    /// <summary>
    /// The stamp in a response, if it is over these bytes and the key of its own certificate, one for time stamps,
    /// signed it. Whose certificate that is, is another question.
    /// </summary>
    /// <exception cref="FormatException">Anything else: one sentence.</exception>
    public static Timestamp Read(byte[] response, ReadOnlySpan<byte> stamped)
    {
        try
        {
            return Rfc3161TimestampToken.TryDecode(TokenIn(response), out var token, out _)
                ? Of(token, stamped)
                : throw new FormatException("It has no time-stamp token.");
        }
        catch (Exception odd) when (odd is AsnContentException or CryptographicException)
        {
            throw new FormatException("It is no time-stamp response.", odd);
        }
    }

    internal static Timestamp Of(Rfc3161TimestampToken token, ReadOnlySpan<byte> stamped)
    {
        if (!token.TokenInfo.HashAlgorithmId.Value!.Equals(Sha256, StringComparison.Ordinal))
        {
            throw new FormatException("It is over another hash than SHA-256.");
        }

        if (!token.TokenInfo.GetMessageHash().Span.SequenceEqual(SHA256.HashData(stamped)))
        {
            throw new FormatException("It is over other bytes than this checkpoint's.");
        }

        return token.VerifySignatureForData(stamped, out var signer)
            ? new Timestamp(
                token.TokenInfo.Timestamp.ToUniversalTime(),
                signer,
                token.AsSignedCms().Certificates
            )
            : throw new FormatException("Its signature does not verify.");
    }

    /// <summary>Whether the certificate leads to one of these, and was valid at the stamp's own time.</summary>
    /// <param name="roots">Of the authority; null: those of the operating system.</param>
    /// <returns>Null, or why it does not.</returns>
    public string? WhyNotTrusted(X509Certificate2Collection? roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = At.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(Others);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(TimeStamping));
        if (roots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
            chain.ChainPolicy.ExtraStore.AddRange(roots);
        }

        return chain.Build(Signer)
            ? null
            : $"the certificate of {Signer.Subject} is not trusted ({string.Join(", ", chain.ChainStatus.Select(s => s.Status))})";
    }

    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    /// <summary>id-kp-timeStamping (RFC 3161 section 2.3).</summary>
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL } (section 2.4.2).</summary>
    private static ReadOnlyMemory<byte> TokenIn(byte[] response)
    {
        var outer = new AsnReader(response, AsnEncodingRules.BER);
        var inner = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        _ = inner.ReadEncodedValue();
        return inner.HasData
            ? inner.ReadEncodedValue()
            : throw new FormatException("It is a refusal.");
    }
}
