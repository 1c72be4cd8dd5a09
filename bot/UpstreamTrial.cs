using ChatApprovals.Approvals;
using ChatApprovals.Guard;
using ChatApprovals.Http;

namespace ChatApprovals;

/// <summary>Whether a guarded endpoint could call its upstream, looked at when an administrator names it.</summary>
public static class UpstreamTrial
{
    /// <summary>Answers why not, in a sentence, or null.</summary>
    public static Func<Upstream, CancellationToken, Task<string?>> With(
        Outbound outbound,
        Credentials credentials
    ) =>
        async (upstream, cancel) =>
            upstream.Headers.Select(credentials.WhyNot).OfType<string>().FirstOrDefault()
            ?? (
                await outbound.WhyNotAsync(new Uri(upstream.Url), upstream.Private, cancel)
                    is { } why
                    ? $"The upstream cannot be called. {why}"
                    : null
            );
}
