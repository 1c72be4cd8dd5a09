using System.Net;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Callbacks;

/// <summary>What became of one attempt.</summary>
public abstract record Posted
{
    private Posted() { }

    /// <summary>Any answer of 200 to 299.</summary>
    public sealed record Taken : Posted;

    /// <summary>410: the receiver wants no more.</summary>
    public sealed record Gone : Posted;

    /// <summary>Every other answer, or none. <see cref="After"/>: the receiver asks to wait as long.</summary>
    public sealed record Failed(string Why, TimeSpan? After) : Posted;
}

/// <summary>
/// Sends one callback: a thin, signed note of what changed, never a grant nor what was asked. The address is
/// checked again for each connection (<see cref="Outbound"/>); redirects are failures.
/// </summary>
public sealed class CallbackPost(Outbound outbound, CallbackSecrets secrets, TimeProvider clock)
{
    /// <summary>Standard Webhooks: 15 to 30 s.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Never throws but when it is cancelled.</summary>
    public async Task<Posted> SendAsync(
        AgentCallback callback,
        CallbackLine line,
        CancellationToken cancel
    )
    {
        using var timeout = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            using var request = Request(callback, line);
            using var answer = await outbound.SendAsync(request, callback.Private, either.Token);
            return Read(answer);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Posted.Failed($"No answer within {s_patience.TotalSeconds:0} s.", null);
        }
        catch (HttpRequestException error)
        {
            return new Posted.Failed(error.Message, null);
        }
        catch (UnavailableException missing)
        {
            return new Posted.Failed(missing.Message, null);
        }
    }

    private HttpRequestMessage Request(AgentCallback callback, CallbackLine line)
    {
        var (body, now) = (Body(line), clock.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, callback.Url)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new("application/json") },
            },
        };
        request.Headers.Add("User-Agent", "ChatApprovals");
        request.Headers.Add(StandardWebhook.IdHeader, line.Id);
        request.Headers.Add(StandardWebhook.TimestampHeader, StandardWebhook.Seconds(now));
        request.Headers.TryAddWithoutValidation(
            StandardWebhook.SignatureHeader,
            StandardWebhook.Sign(SecretsOf(callback, now), line.Id, now, body)
        );
        return request;
    }

    private IEnumerable<byte[]> SecretsOf(AgentCallback callback, DateTimeOffset now)
    {
        yield return secrets.Of(callback.Agent, callback.SecretId);
        if (callback.Before is { } before && before.Until > now)
        {
            yield return secrets.Of(callback.Agent, before.SecretId);
        }
    }

    private static byte[] Body(CallbackLine line)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", line.Type);
            json.WriteString("id", line.Request.ToString());
            json.WriteString("timestamp", Rfc3339.Write(line.At));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private Posted Read(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
        {
            return new Posted.Taken();
        }

        var retry = answer.Headers.RetryAfter;
        return answer.StatusCode == HttpStatusCode.Gone
            ? new Posted.Gone()
            : new Posted.Failed(
                $"It answered {(int)answer.StatusCode}.",
                retry?.Delta ?? (retry?.Date is { } date ? date - clock.GetUtcNow() : null)
            );
    }
}
