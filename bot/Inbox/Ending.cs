using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>
/// <c>POST /v1/requests/{id}/cancel</c>, <c>/result</c> and <c>/messages</c>: an agent ends its own pending
/// request, says what became of the approved action, or answers a question. Answers the request as it is then.
/// </summary>
internal sealed class Ending(ApprovalDesk desk, AgentGate gate, InboxOptions options)
{
    public async Task<Problem?> CancelAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        if (!Lookup.TryReadId(http, out var id))
        {
            return Problems.NotFound;
        }

        var body = await AgentBody.FromAsync(http.Request, options.BodyBytes, cancel);
        if (body is JsonBody.Refused refused)
        {
            return refused.Problem;
        }

        var errors = new InputErrors();
        var reason = body is JsonBody.Read read ? EndingReader.Reason(read.Value, errors) : null;
        if (errors.Any)
        {
            return Problems.Invalid(errors.All());
        }

        return await AnswerAsync(http, await CancelAsync(agent.Name, id, reason, cancel), cancel);
    }

    public async Task<Replied> CancelAsync(
        AgentName agent,
        RequestId id,
        string? reason,
        CancellationToken cancel
    ) => Of(await desk.CancelAsync(agent, id, reason, cancel), InboxProblems.NotPending);

    public async Task<Problem?> ReportAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        if (!Lookup.TryReadId(http, out var id))
        {
            return Problems.NotFound;
        }

        var body = await AgentBody.FromAsync(http.Request, options.BodyBytes, cancel);
        if (body is not JsonBody.Read read)
        {
            return body is JsonBody.Refused refused ? refused.Problem : Problems.NoBody;
        }

        var errors = new InputErrors();
        var (outcome, detail) = EndingReader.Result(read.Value, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors.All());
        }

        var replied = await ReportAsync(agent.Name, id, outcome, detail, cancel);
        return await AnswerAsync(http, replied, cancel);
    }

    public async Task<Replied> ReportAsync(
        AgentName agent,
        RequestId id,
        string outcome,
        string? detail,
        CancellationToken cancel
    ) =>
        Of(await desk.ReportAsync(agent, id, outcome, detail, cancel), InboxProblems.NotReportable);

    /// <summary>The agent's words are shown to people: no credential may be among them.</summary>
    public async Task<Problem?> MessageAsync(
        HttpContext http,
        Agent agent,
        CancellationToken cancel
    )
    {
        if (
            !Lookup.TryReadId(http, out var id)
            || await desk.FindAsync(agent.Name, id, cancel) is not { } found
        )
        {
            return Problems.NotFound;
        }

        var body = await AgentBody.FromAsync(http.Request, options.BodyBytes, cancel);
        if (body is not JsonBody.Read read)
        {
            return body is JsonBody.Refused refused ? refused.Problem : Problems.NoBody;
        }

        var errors = new InputErrors();
        var (text, named) = EndingReader.Message(read.Value, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors.All());
        }

        QuestionId? question = QuestionId.TryParse(named, provider: null, out var q) ? q : null;
        if (named is not null && question is null)
        {
            return InboxProblems.NoQuestion(found, gate.Register);
        }

        var closed = await desk.AnswerAsync(agent.Name, id, question, text, cancel);
        return await AnswerAsync(http, Of(closed, InboxProblems.NotPending), cancel);
    }

    private Replied Of(Closed closed, Func<Approval, Register, Problem> notNow) =>
        closed switch
        {
            Closed.Done done => new Replied.State(done.Approval, IsNew: false),
            Closed.NotFound => new Replied.Refused(Problems.NotFound),
            Closed.NotNow now => new Replied.Refused(notNow(now.Approval, gate.Register)),
            Closed.Unasked now => new Replied.Refused(
                InboxProblems.NoQuestion(now.Approval, gate.Register)
            ),
            _ => throw new InvalidOperationException($"no answer for {closed.GetType().Name}"),
        };

    private async Task<Problem?> AnswerAsync(
        HttpContext http,
        Replied replied,
        CancellationToken cancel
    )
    {
        if (replied is not Replied.State(var approval, _))
        {
            return (replied as Replied.Refused)?.Problem;
        }

        await Answer.JsonAsync(
            http,
            StatusCodes.Status200OK,
            json => RequestView.Write(json, approval, gate.Register),
            cancel
        );
        return null;
    }
}
