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
        var isKey = TryReadKey(http.Request, out var key);
        var replied = await AskAsync(agent.Name, key, ReadAsync, cancel);
        if (replied is not Replied.State(var approval, var isNew))
        {
            return (replied as Replied.Refused)?.Problem;
        }

        http.Response.Headers.Location = $"/v1/requests/{approval.Id}";
        await Answer.JsonAsync(
            http,
            isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            json => RequestView.Write(json, approval, gate.Register),
            cancel
        );
        return null;

        Task<JsonBody> ReadAsync() =>
            isKey
                ? AgentBody.FromAsync(http.Request, options.BodyBytes, cancel)
                : Task.FromResult<JsonBody>(new JsonBody.Refused(InboxProblems.BadIdempotencyKey));
    }

    /// <summary>Charges the agent, reads what it asks for and asks the desk, by whatever way it came.</summary>
    public async Task<Replied> AskAsync(
        AgentName agent,
        string? key,
        Func<Task<JsonBody>> readAsync,
        CancellationToken cancel
    )
    {
        if (limits.Charge(agent) is { } retryAfter)
        {
            return new Replied.Refused(InboxProblems.TooManyRequests(retryAfter));
        }

        switch (Read(await readAsync(), agent))
        {
            case Asked.Badly(var problem):
                limits.Refund(agent);
                return new Replied.Refused(problem);
            case Asked.Well(var (request, hash)):
                var opened = await OpenAsync(agent, request, hash, key, cancel);
                if (opened is Opened.Same or Opened.KeyReused)
                {
                    limits.Refund(agent);
                }

                return opened switch
                {
                    Opened.Created created => new Replied.State(created.Approval, IsNew: true),
                    Opened.Same same => new Replied.State(same.Approval, IsNew: false),
                    _ => new Replied.Refused(Refusal(opened)),
                };
            default:
                throw new InvalidOperationException("asked in no way");
        }
    }

    /// <summary>What could not be stored is sent again: it costs no more than what nobody is asked for.</summary>
    private async Task<Opened> OpenAsync(
        AgentName agent,
        ActionRequest request,
        string hash,
        string? key,
        CancellationToken cancel
    )
    {
        try
        {
            return await desk.OpenAsync(agent, request, hash, key, cancel);
        }
        catch (UnavailableException)
        {
            limits.Refund(agent);
            throw;
        }
    }

    private static Asked Read(JsonBody body, AgentName agent) =>
        body switch
        {
            JsonBody.Refused refused => new Asked.Badly(refused.Problem),
            JsonBody.Read read => RequestReader.Read(read.Value, agent) switch
            {
                RequestReading.Accepted accepted => new Asked.Well(accepted),
                RequestReading.Refused refused => new Asked.Badly(Problems.Invalid(refused.Errors)),
                _ => throw new InvalidOperationException("a reading of no kind"),
            },
            _ => new Asked.Badly(Problems.NoBody),
        };

    /// <summary>A call, before anybody is asked.</summary>
    private abstract record Asked
    {
        private Asked() { }

        public sealed record Well(RequestReading.Accepted Read) : Asked;

        public sealed record Badly(Problem Problem) : Asked;
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
