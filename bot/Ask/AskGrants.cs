using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>The token, and the private key (a JWK) that it is bound to, if it is.</summary>
internal sealed record AskGrant(string Token, string? BoundTo);

/// <summary>Fetches the grant of an approved request, and uses it up where we are the guard.</summary>
internal sealed class AskGrants(AskClient client, AskSettings settings, AskProof proof)
{
    private const string Missing = "dpop_proof_missing";

    /// <summary>
    /// People and policies are judged again for it; without one nothing runs, whatever was approved. Bound to a key of
    /// this run where the policy demands that, and only there: whoever joins the same request could not use it any more.
    /// </summary>
    /// <exception cref="AskException">There is none.</exception>
    public async Task<AskGrant> FetchAsync(
        string request,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        var call = new AskCall(HttpMethod.Post, $"{request}/grant", settings.AgentKey)
        {
            Body = [],
        };
        var reply = await client.CallAsync(call, patience, cancel);
        var isBound =
            reply is AskReply.Answered answer && AskState.Text(answer.Body, "code") is Missing;
        if (isBound)
        {
            var proved = call with { Proof = (method, at) => proof.Of(method, at, token: null) };
            reply = await client.CallAsync(proved, patience, cancel);
        }

        return AskState.Text(AskReply.Good(reply).Body, "token") is { Length: > 0 } token
            ? new AskGrant(token, isBound ? proof.PrivateJwk() : null)
            : throw new AskException(AskExit.Refused, "the bot gave no grant; nothing was run");
    }

    /// <summary>
    /// We are the guard: whoever else waits for the same request does not run it. If only the answer is lost, the
    /// next try is refused as used up: then nobody runs it.
    /// </summary>
    /// <exception cref="AskException">It may not run.</exception>
    public async Task ConsumeAsync(
        string guardKey,
        AskGrant grant,
        JsonObject body,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        var about = new JsonObject { ["token"] = grant.Token };
        foreach (var name in new[] { "action", "resource", "context" })
        {
            about[name] = body[name]?.DeepClone() ?? new JsonObject();
        }

        var call = new AskCall(HttpMethod.Post, "v1/grants/consume", guardKey)
        {
            Body = about,
            Dpop = grant.BoundTo is null ? null : Shown,
        };
        _ = AskReply.Good(await client.CallAsync(call, patience, cancel));

        JsonObject Shown(HttpMethod method, Uri at) =>
            new()
            {
                ["proof"] = proof.Of(method, at, grant.Token),
                ["htm"] = method.Method,
                ["htu"] = at.ToString(),
            };
    }
}
