using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>
/// <c>POST /v1/requests/{id}/grant</c>: the agent fetches the permission to run what was approved. With the
/// header <c>DPoP</c> it is bound to the key of that proof.
/// </summary>
internal sealed class Granting(
    ApprovalDesk desk,
    GrantDesk grants,
    KeyProofs proofs,
    AgentGate gate,
    GrantLimits limits,
    InboxOptions options
)
{
    public async Task<Problem?> IssueAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        if (!Lookup.TryReadId(http, out var id))
        {
            return Problems.NotFound;
        }

        if (limits.Charge(agent.Name) is { } retryAfter)
        {
            return InboxProblems.TooManyRequests(retryAfter);
        }

        if (await NothingInAsync(http, cancel) is { } problem)
        {
            return problem;
        }

        // For what is not this agent's no signature is verified.
        var isOwn = await desk.FindAsync(agent.Name, id, cancel) is not null;
        var (sent, path) = (DpopHeader.Of(http.Request), $"/v1/requests/{id}/grant");
        using var proof = proofs.OfCall(
            isOwn ? sent : null,
            http.Request.Method,
            path,
            token: null
        );
        switch (await grants.IssueAsync(agent.Name, id, proof.Proof, cancel))
        {
            case Issued.Granted granted:
                proof.Keep();
                await AnswerAsync(http, granted, cancel);
                return null;
            case Issued.Refused(var why, var approval) refused:
                return GrantProblems.NotIssued(why, approval, gate.Register, refused.Detail);
            default:
                return Problems.NotFound;
        }
    }

    /// <summary>No body, or an object with no members: what a grant is for was said when it was asked for.</summary>
    private async Task<Problem?> NothingInAsync(HttpContext http, CancellationToken cancel)
    {
        var body = await AgentBody.FromAsync(http.Request, options.BodyBytes, cancel);
        if (body is not JsonBody.Read read)
        {
            return (body as JsonBody.Refused)?.Problem;
        }

        var errors = new InputErrors();
        Fields.Open(read.Value, "", errors, []);
        return errors.Any ? Problems.Invalid(errors.All()) : null;
    }

    private static Task AnswerAsync(
        HttpContext http,
        Issued.Granted granted,
        CancellationToken cancel
    ) =>
        Answer.JsonAsync(
            http,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("token", granted.Token);
                json.WriteString("expires_at", Rfc3339.Write(granted.Grant.ExpiresAt));
                json.WriteString("grant", granted.Grant.Id.ToString());
                if (granted.Grant.Jkt is not null)
                {
                    json.WriteString("token_type", "DPoP");
                }

                json.WriteEndObject();
            },
            cancel
        );
}
