using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChatApprovals.Http;

namespace ChatApprovals.Anchors;

/// <summary>
/// An RFC 3161 time-stamp authority over HTTP (section 3.4). It proves that a checkpoint existed before a time, to anybody
/// who trusts the authority; it remembers nothing, so it cannot see a rollback.
/// </summary>
/// <param name="url">Of the authority.</param>
/// <param name="roots">Whose certificates count; null: those that the operating system trusts.</param>
/// <param name="outbound">The network.</param>
public sealed class TimestampAnchor(Uri url, X509Certificate2Collection? roots, Outbound outbound)
    : IAnchor
{
    private const int NonceSize = 16;
    private const string QueryType = "application/timestamp-query";
    private const string ReplyType = "application/timestamp-reply";

    public const string Kind = "timestamp";

    public string Name => Kind;

    public bool Remembers => false;

    public async Task<Anchored> PutAsync(SignedCheckpoint checkpoint, CancellationToken cancel)
    {
        var stamped = Encoding.UTF8.GetBytes(checkpoint.Note);
        var query = Rfc3161TimestampRequest.CreateFromData(
            stamped,
            HashAlgorithmName.SHA256,
            requestedPolicyId: null,
            Nonce(),
            requestSignerCertificates: true
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(query.Encode())
            {
                Headers = { ContentType = new(QueryType) },
            },
        };
        return await AnchorCall.SendAsync(outbound, request, IfReply, cancel) switch
        {
            Heard { Status: HttpStatusCode.OK, Body: { Length: > 0 } reply } => Read(
                query,
                reply,
                stamped
            ),
            Heard { Status: HttpStatusCode.OK } => new Anchored.Failed(
                $"its answer is not {ReplyType}",
                After: null
            ),
            Heard other => new Anchored.Failed($"it answered {(int)other.Status}", After: null),
            Unheard not => new Anchored.Failed(not.Why, not.After),
            _ => throw new InvalidOperationException("asked in no way"),
        };
    }

    private static Heard IfReply(HttpResponseMessage answer, byte[] body) =>
        new(
            answer.StatusCode,
            string.Equals(
                answer.Content.Headers.ContentType?.MediaType,
                ReplyType,
                StringComparison.OrdinalIgnoreCase
            )
                ? body
                : []
        );

    /// <summary>The nonce makes it an answer to this very question; the rest is as anybody can check later.</summary>
    private Anchored Read(Rfc3161TimestampRequest query, byte[] reply, byte[] stamped)
    {
        try
        {
            var token = query.ProcessResponse(reply, out var read);
            if (read != reply.Length)
            {
                return new Anchored.Failed("its answer has something behind its end", After: null);
            }

            return Timestamp.Of(token, stamped).WhyNotTrusted(roots) is { } why
                ? new Anchored.Failed(why, After: null)
                : new Anchored.Done(reply);
        }
        catch (Exception wrong) when (wrong is CryptographicException or FormatException)
        {
            return new Anchored.Failed(
                $"its answer is not a time stamp of this checkpoint: {wrong.Message}",
                After: null
            );
        }
    }

    /// <summary>A positive integer in DER: the first bit is clear, the first byte is not zero.</summary>
    private static byte[] Nonce()
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        nonce[0] = (byte)((nonce[0] & 0x7f) | 0x40);
        return nonce;
    }
}
