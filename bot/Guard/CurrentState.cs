using System.Net;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>
/// What a PUT of JSON would change: what a GET of the same address answers now, beside the body. Only where the
/// guard was told to (<c>current</c>), because the bot reads before anybody approved. Shown, never bound: it may
/// be different when the call is sent.
/// </summary>
internal sealed class CurrentState(Forwarding forwarding, Outbound outbound)
{
    /// <summary>Own limits: people wait for their card.</summary>
    private static readonly TimeSpan s_within = TimeSpan.FromSeconds(5);

    /// <summary>Whether there is anything to look for.</summary>
    public static bool MayTell(GuardedCall call) =>
        call.Upstream.Current && call.Method is "PUT" && call.Body.Length <= BodyText.ShownMax;

    /// <summary>Null when it cannot be told: no such call, no answer, no JSON, a credential in it.</summary>
    public async Task<RequestedDiff?> DiffAsync(GuardedCall call, CancellationToken cancel)
    {
        if (
            !MayTell(call)
            || StrictJson.Read(call.Body.Span) is not JsonReading.Accepted(var after)
            || await forwarding.ReadyAsync(call.Guard, cancel) is not { } added
        )
        {
            return null;
        }

        var look = call with { Method = "GET", ContentType = null, Body = default };
        using var request = UpstreamMessage.Of(look, added, new HeaderDictionary());
        try
        {
            return await UpstreamException.InTimeAsync(
                limit => DiffAsync(request, call.Upstream.Private, after, limit),
                s_within,
                cancel
            );
        }
        catch (UpstreamException)
        {
            return null;
        }
    }

    private async Task<RequestedDiff?> DiffAsync(
        HttpRequestMessage request,
        bool mayBePrivate,
        JsonElement after,
        CancellationToken cancel
    )
    {
        using var answer = await outbound.SendAsync(request, mayBePrivate, cancel);
        if (answer.StatusCode is HttpStatusCode.NotFound)
        {
            return new RequestedDiff("json", Text: null, Before: null, after);
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var length = answer.Content.Headers.ContentLength;
        return
            answer.StatusCode is HttpStatusCode.OK
            && await BoundedBody.ReadAsync(body, length, cancel) is { } bytes
            && bytes.Length <= BodyText.ShownMax
            && StrictJson.Read(bytes) is JsonReading.Accepted(var before)
            && SecretScan.Find(before).IsEmpty
            ? new RequestedDiff("json", Text: null, before, after)
            : null;
    }
}
