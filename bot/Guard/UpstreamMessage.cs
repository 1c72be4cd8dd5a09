using System.Collections.Immutable;
using System.Net;
using ChatApprovals.Approvals;

namespace ChatApprovals.Guard;

/// <summary>A call as it goes to the upstream: what is bound, what the guard adds, and nothing else of meaning.</summary>
internal static class UpstreamMessage
{
    /// <summary>Said of the agent's own wishes, with no effect on what is done: sent on without being bound.</summary>
    private static readonly ImmutableArray<string> s_harmless =
    [
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "User-Agent",
    ];

    public static HttpRequestMessage Of(
        GuardedCall call,
        ImmutableArray<KeyValuePair<string, string>> added,
        IHeaderDictionary wishes
    )
    {
        // As approved: the library must not resolve, decode or encode anything of it.
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var message = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(call.Url, exact))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (!call.Body.IsEmpty || call.ContentType is not null)
        {
            message.Content = new SentOnce(call.Body);
            Put(message, "Content-Type", call.ContentType);
        }

        foreach (var name in s_harmless)
        {
            var value = wishes[name].ToString();
            Put(message, name, HttpText.IsHeaderValue(value) ? value : null);
        }

        foreach (var (name, value) in call.Headers.Concat(added))
        {
            // Asked for first: of a content header this collection takes not even the name.
            if (message.Headers.NonValidated.Contains(name))
            {
                message.Headers.Remove(name);
            }

            Put(message, name, value);
        }

        return message;
    }

    private static void Put(HttpRequestMessage message, string name, string? value)
    {
        if (
            value is { Length: > 0 }
            && !message.Headers.TryAddWithoutValidation(name, value)
            && !(
                message.Content ??= new SentOnce(ReadOnlyMemory<byte>.Empty)
            ).Headers.TryAddWithoutValidation(name, value)
        )
        {
            throw new InvalidOperationException($"{name} cannot be sent");
        }
    }
}
