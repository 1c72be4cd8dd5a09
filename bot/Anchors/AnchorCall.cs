using System.Net;
using ChatApprovals.Http;

namespace ChatApprovals.Anchors;

/// <summary>What came of asking an anchor over the network.</summary>
internal abstract record Asked;

/// <summary>An answer of any status, its body whole.</summary>
internal sealed record Heard(HttpStatusCode Status, byte[] Body) : Asked
{
    /// <summary>The size that a witness says it has, where it does.</summary>
    public long? Size { get; init; }
}

/// <summary>No answer, or none that may be read, or "later".</summary>
internal sealed record Unheard(string Why, TimeSpan? After) : Asked;

/// <summary>
/// One call of an address that the operator set: it may be in a private network, never a metadata address; no redirects,
/// answers of a bounded length, within a bounded time.
/// </summary>
internal static class AnchorCall
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Own limit: a time-stamp response with its certificates has some 6 KB, cosignatures 200 bytes each.</summary>
    private const int AnswerMax = 64 * 1024;

    public static async Task<Asked> SendAsync(
        Outbound outbound,
        HttpRequestMessage request,
        Func<HttpResponseMessage, byte[], Heard> read,
        CancellationToken cancel
    )
    {
        using var timeout = new CancellationTokenSource(s_patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        request.Headers.Add("User-Agent", "ChatApprovals");
        try
        {
            using var answer = await outbound.SendAsync(request, mayBePrivate: true, either.Token);
            if (Later(answer) is { } later)
            {
                return later;
            }

            return await BodyAsync(answer, either.Token) is { } body
                ? read(answer, body)
                : new Unheard("its answer is too long", After: null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Unheard($"no answer within {s_patience.TotalSeconds:0} s", After: null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new Unheard($"it cannot be reached: {error.Message}", After: null);
        }
    }

    private static Unheard? Later(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            ? new Unheard($"it answered {(int)answer.StatusCode}", answer.Headers.RetryAfter?.Delta)
            : null;

    private static async Task<byte[]?> BodyAsync(
        HttpResponseMessage answer,
        CancellationToken cancel
    )
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[AnswerMax + 1];
        var read = await stream.ReadAtLeastAsync(
            buffer,
            buffer.Length,
            throwOnEndOfStream: false,
            cancel
        );
        return read > AnswerMax ? null : buffer[..read];
    }
}
