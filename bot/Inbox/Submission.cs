using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Inbox;

/// <summary><c>POST /v1/requests</c>: an agent asks. 201 or 200 is answered when it is durable.</summary>
internal sealed class Submission(
    ApprovalDesk desk,
    AgentGate gate,
    AgentLimits limits,
    InboxOptions options
)
{
    /// <summary>Contract section 2.</summary>
    private const int IdempotencyKeyMax = 255;

    public async Task<Problem?> OpenAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        if (limits.Charge(agent.Name) is { } retryAfter)
        {
            return Problems.TooManyRequests(retryAfter);
        }

        if (!TryReadKey(http.Request, out var key))
        {
            return Problems.BadHeader(
                "Idempotency-Key: one, of 1 to 255 visible ASCII characters."
            );
        }

        return await JsonBody.FromAsync(http.Request, options.BodyBytes, cancel) switch
        {
            JsonBody.Refused refused => refused.Problem,
            JsonBody.Read read => await ReadAsync(http, agent, read, key, cancel),
            _ => Problems.Invalid("", "not_json", "A JSON body is expected."),
        };
    }

    private async Task<Problem?> ReadAsync(
        HttpContext http,
        Agent agent,
        JsonBody.Read body,
        string? key,
        CancellationToken cancel
    )
    {
        switch (RequestReader.Read(body.Value, agent.Name))
        {
            case RequestReading.Refused refused:
                return Problems.Invalid(refused.Errors);
            case RequestReading.Accepted read:
                var (request, hash) = read;
                var opened = await desk.OpenAsync(agent.Name, request, hash, key, cancel);
                return await AnswerAsync(http, opened, cancel);
            default:
                throw new InvalidOperationException("a reading of no kind");
        }
    }

    private async Task<Problem?> AnswerAsync(
        HttpContext http,
        Opened opened,
        CancellationToken cancel
    )
    {
        switch (opened)
        {
            case Opened.Created created:
                http.Response.Headers.Location = $"/v1/requests/{created.Approval.Id}";
                await ViewAsync(http, StatusCodes.Status201Created, created.Approval, cancel);
                return null;
            case Opened.Same same:
                http.Response.Headers.Location = $"/v1/requests/{same.Approval.Id}";
                await ViewAsync(http, StatusCodes.Status200OK, same.Approval, cancel);
                return null;
            default:
                return Refusal(opened);
        }
    }

    /// <summary>Why the desk did not open it.</summary>
    internal static Problem Refusal(Opened opened) =>
        opened switch
        {
            Opened.KeyReused => Problems.KeyReused,
            Opened.AgentDisabled => Problems.AgentDisabled,
            Opened.ActionNotAllowed => Problems.ActionNotAllowed,
            Opened.NoEligibleApprover nobody => Problems.NoEligibleApprover(nobody.Detail),
            Opened.TooManyPending many => Problems.TooManyPending(many.Max),
            _ => throw new InvalidOperationException($"no refusal for {opened.GetType().Name}"),
        };

    private Task ViewAsync(
        HttpContext http,
        int status,
        Approval approval,
        CancellationToken cancel
    ) =>
        Answer.JsonAsync(
            http,
            status,
            json => RequestView.Write(json, approval, gate.Register),
            cancel
        );

    private static bool TryReadKey(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values))
        {
            return true;
        }

        if (
            values is not [{ Length: > 0 and <= IdempotencyKeyMax } value]
            || value.AsSpan().ContainsAnyExceptInRange('!', '~')
        )
        {
            return false;
        }

        key = value;
        return true;
    }
}
