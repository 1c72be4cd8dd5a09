using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>
/// <c>ANY /guard/{name}/{**path}</c>: the call itself is what people are asked about. What a policy allows is
/// sent at once; otherwise 202 with the request, and the same call again with <c>Approval: apr_…</c> is sent
/// once after approval (contract section 3). A refusal is a <see cref="Problem"/>; 202 and an answer of the
/// upstream carry <c>Approval</c>.
/// </summary>
internal sealed class Guarding(
    ApprovalDesk desk,
    LettingThrough letting,
    KeyProofs proofs,
    AgentGate gate,
    AgentLimits limits,
    AgentWaits waits,
    Lookup lookup,
    Forwarding forwarding,
    CurrentState current
)
{
    public Task<Problem?> AnswerAsync(HttpContext http, CancellationToken cancel) =>
        gate.Admit(http.Request) switch
        {
            Admission.Admitted(var agent) => RunAsync(http, agent.Name, cancel),
            Admission.Refused(var problem) => Task.FromResult<Problem?>(problem),
            _ => throw new InvalidOperationException("an admission of no kind"),
        };

    private async Task<Problem?> RunAsync(
        HttpContext http,
        AgentName agent,
        CancellationToken cancel
    )
    {
        if (limits.Charge(agent) is { } retryAfter)
        {
            return InboxProblems.TooManyRequests(retryAfter);
        }

        var next = await NextAsync(http, agent, cancel);
        if (next is not Next.Send(var call))
        {
            return (next as Next.Say)?.Problem;
        }

        // By now nothing holds the call's body but the message, and that until it is sent.
        using (call)
        {
            http.Response.Headers["Approval"] = call.Id.ToString();
            return await forwarding.SendAsync(http, call, cancel);
        }
    }

    private async Task<Next> NextAsync(HttpContext http, AgentName agent, CancellationToken cancel)
    {
        var asked = await AskAsync(http, agent, cancel);
        if (asked is not Asked.Of { IsNew: true })
        {
            // What no person is asked about costs a tenth, as in the inbox.
            limits.Refund(agent);
        }

        return asked switch
        {
            Asked.Of of => await GoOnAsync(http, agent, of, cancel),
            Asked.Not(var problem) => new Next.Say(problem),
            _ => throw new InvalidOperationException("asked in no way"),
        };
    }

    private async Task<Asked> AskAsync(HttpContext http, AgentName agent, CancellationToken cancel)
    {
        switch (CallReader.Head(http, agent, gate.Register))
        {
            case CallReading.Refused(var problem):
                return new Asked.Not(problem);
            case CallReading.Read(var head, var origin, var approval, var wait):
                var (stream, declared) = (http.Request.Body, http.Request.ContentLength);
                if (await BoundedBody.ReadAsync(stream, declared, cancel) is not { } body)
                {
                    return new Asked.Not(Problems.TooLarge(BoundedBody.BytesMax));
                }

                var call = head with { Body = body };
                return approval is { } id
                    ? new Asked.Of(call, id, wait, IsNew: false)
                    : await OpenAsync(agent, call, origin, wait, cancel);
            default:
                throw new InvalidOperationException("a reading of no kind");
        }
    }

    private async Task<Asked> OpenAsync(
        AgentName agent,
        GuardedCall call,
        CallOrigin origin,
        TimeSpan wait,
        CancellationToken cancel
    )
    {
        var findings = CallSecrets.Find(call, origin);
        if (!findings.IsEmpty)
        {
            return new Asked.Not(InboxProblems.Secret(findings));
        }

        var request = call.Request(origin);
        var hash = GuardedCall.HashOf(request);
        // The credential is used for what people will be asked about, and for nothing else.
        if (CurrentState.MayTell(call) && await desk.WouldAskAsync(agent, request, hash, cancel))
        {
            request = request with { Diff = await current.DiffAsync(call, cancel) };
        }

        return await desk.OpenAsync(agent, request, hash, idempotencyKey: null, cancel) switch
        {
            Opened.Created(var a) => new Asked.Of(call, a.Id, wait, IsNew: a.IsPending),
            Opened.Same(var a) => new Asked.Of(call, a.Id, wait, IsNew: false),
            var refused => new Asked.Not(Submission.Refusal(refused)),
        };
    }

    private async Task<Next> GoOnAsync(
        HttpContext http,
        AgentName agent,
        Asked.Of asked,
        CancellationToken cancel
    )
    {
        // Read once: this call may be tried twice.
        using var proof = ProofOf(http.Request, asked.Call);
        var tried = await TryAsync(http, agent, asked, proof.Proof, cancel);
        if (
            tried.Sending is Sending.NotApproved({ IsPending: true } pending)
            && MaySendUnseen(pending)
            && await HeldAsync(http, agent, asked, cancel)
        )
        {
            // The key may have been rotated, or the agent disabled, while it waited.
            if (gate.WhyNot(http.Request) is { } why)
            {
                return new Next.Say(why);
            }

            tried = await TryAsync(http, agent, asked, proof.Proof, cancel);
        }

        switch (tried.Sending)
        {
            case Sending.Once:
                proof.Keep();
                return new Next.Send(tried.ToSend!);
            case Sending.NotApproved({ IsPending: true } approval):
                await AcceptedAsync(http, approval, cancel);
                return new Next.Say(Problem: null);
            case Sending.NotApproved(var ended):
                return new Next.Say(CallProblems.Ended(ended, gate.Register));
            case Sending.Refused refused:
                return new Next.Say(CallProblems.Of(refused, gate.Register));
            case Sending.NotReady:
                return new Next.Say(tried.NotReady);
            default:
                return new Next.Say(CallProblems.NotFound);
        }
    }

    /// <summary>
    /// Where a policy demands a key, the grant is fetched with it after approval: the call that asked can never be the
    /// one that is sent, so it is not held.
    /// </summary>
    private static bool MaySendUnseen(Approval approval) =>
        !approval.Opening.NeedsKey || approval.Grant?.Jkt is not null;

    private Task<Tried> TryAsync(
        HttpContext http,
        AgentName agent,
        Asked.Of asked,
        KeyProof proof,
        CancellationToken cancel
    ) => letting.TryAsync(agent, asked.Id, asked.Call, http.Request.Headers, proof, cancel);

    /// <summary>The token that it goes with is the agent's key: a guarded endpoint sees no other.</summary>
    private TakenProof ProofOf(HttpRequest request, GuardedCall call) =>
        proofs.OfCall(
            DpopHeader.Of(request),
            call.Method,
            GuardedTarget.Prefix + call.Guard.Name + call.Target.Path,
            Bearer.Of(request)
        );

    /// <summary>True when the caller wanted to be held, and was.</summary>
    private async Task<bool> HeldAsync(
        HttpContext http,
        AgentName agent,
        Asked.Of asked,
        CancellationToken cancel
    )
    {
        using var slot = asked.Wait > TimeSpan.Zero ? waits.Begin(agent) : null;
        if (slot is null)
        {
            return false;
        }

        await lookup.WaitAsync(agent, asked.Id, asked.Wait, cancel);
        http.Response.Headers["Preference-Applied"] = string.Create(
            CultureInfo.InvariantCulture,
            $"wait={asked.Wait.TotalSeconds}"
        );
        return true;
    }

    private Task AcceptedAsync(HttpContext http, Approval approval, CancellationToken cancel)
    {
        http.Response.Headers.Location = $"/v1/requests/{approval.Id}";
        http.Response.Headers["Approval"] = approval.Id.ToString();
        return Answer.JsonAsync(
            http,
            StatusCodes.Status202Accepted,
            json => RequestView.Write(json, approval, gate.Register),
            cancel
        );
    }

    /// <summary>A call and the request that it is about, or why there is none.</summary>
    private abstract record Asked
    {
        private Asked() { }

        /// <param name="Call">As it came.</param>
        /// <param name="Id">Named by the call, or opened for it.</param>
        /// <param name="Wait">How long it lets itself be held.</param>
        /// <param name="IsNew">Whether people are asked because of this call.</param>
        public sealed record Of(GuardedCall Call, RequestId Id, TimeSpan Wait, bool IsNew) : Asked;

        public sealed record Not(Problem Problem) : Asked;
    }

    /// <summary>What is left to do for a call.</summary>
    private abstract record Next
    {
        private Next() { }

        public sealed record Send(ToSend Call) : Next;

        /// <summary>Null: it was answered.</summary>
        public sealed record Say(Problem? Problem) : Next;
    }
}
