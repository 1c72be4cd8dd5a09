using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

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
            return InboxProblems.TooManyRequests(retryAfter);
        }

        switch (await ReadAsync(http.Request, agent, cancel))
        {
            case Asked.Badly(var problem):
                limits.Refund(agent.Name);
                return problem;
            case Asked.Well(var read, var key):
                var (request, hash) = read;
                var opened = await desk.OpenAsync(agent.Name, request, hash, key, cancel);
                if (opened is Opened.Same or Opened.KeyReused)
                {
                    limits.Refund(agent.Name);
                }

                return await AnswerAsync(http, opened, cancel);
            default:
                throw new InvalidOperationException("asked in no way");
        }
    }

    private async Task<Asked> ReadAsync(HttpRequest http, Agent agent, CancellationToken cancel)
    {
        if (!TryReadKey(http, out var key))
        {
            return new Asked.Badly(InboxProblems.BadIdempotencyKey);
        }

        switch (await AgentBody.FromAsync(http, options.BodyBytes, cancel))
        {
            case JsonBody.Refused refused:
                return new Asked.Badly(refused.Problem);
            case JsonBody.Read body:
                return RequestReader.Read(body.Value, agent.Name) switch
                {
                    RequestReading.Accepted read => new Asked.Well(read, key),
                    RequestReading.Refused refused => new Asked.Badly(
                        Problems.Invalid(refused.Errors)
                    ),
                    _ => throw new InvalidOperationException("a reading of no kind"),
                };
            default:
                return new Asked.Badly(Problems.NoBody);
        }
    }

    /// <summary>A call, before anybody is asked.</summary>
    private abstract record Asked
    {
        private Asked() { }

        public sealed record Well(RequestReading.Accepted Read, string? Key) : Asked;

        public sealed record Badly(Problem Problem) : Asked;
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
            Opened.KeyReused => InboxProblems.KeyReused,
            Opened.AgentDisabled => InboxProblems.AgentDisabled,
            Opened.ActionNotAllowed => InboxProblems.ActionNotAllowed,
            Opened.NoEligibleApprover nobody => InboxProblems.NoEligibleApprover(nobody.Detail),
            Opened.TooManyPending many => InboxProblems.TooManyPending(many.Max),
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
