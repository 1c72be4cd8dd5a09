using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Http;

namespace ChatApprovals.Guard;

/// <summary>A call that may be sent, now and once; disposed when it is over.</summary>
internal sealed class ToSend(
    RequestId id,
    KnownGuard guard,
    HttpRequestMessage message,
    IDisposable slot
) : IDisposable
{
    public RequestId Id => id;
    public KnownGuard Guard => guard;
    public HttpRequestMessage Message => message;

    public void Dispose()
    {
        message.Dispose();
        slot.Dispose();
    }
}

/// <summary>What became of trying to let a call through.</summary>
/// <param name="Sending">What the desk says.</param>
/// <param name="ToSend">With <see cref="Desk.Sending.Once"/> alone.</param>
/// <param name="NotReady">Why, with <see cref="Desk.Sending.NotReady"/>.</param>
internal sealed record Tried(Sending Sending, ToSend? ToSend, Problem NotReady);

/// <summary>
/// Asks the desk whether a call may be sent. All that can be made ready is before that: when the grant is used up,
/// there is room, the credential is there, the address may be called, and the message is made.
/// </summary>
internal sealed class LettingThrough(ForwardDesk forwards, Forwarding forwarding, CallSlots slots)
{
    /// <summary>Whoever leaves now must not leave a grant that is used and a call that nobody reports on.</summary>
    public async Task<Tried> TryAsync(
        AgentName agent,
        RequestId id,
        GuardedCall call,
        IHeaderDictionary wishes,
        KeyProof proof,
        CancellationToken cancel
    )
    {
        var (slot, full) = await slots.TakeAsync(agent, cancel);
        HttpRequestMessage? message = null;
        try
        {
            message = slot is null ? null : await MessageAsync(call, wishes, cancel);
            cancel.ThrowIfCancellationRequested();
            var sending = await forwards.UseAsync(
                agent,
                id,
                call.Guard,
                call.Bound(),
                proof,
                isReady: message is not null,
                CancellationToken.None
            );
            if (sending is not Sending.Once)
            {
                return new Tried(sending, null, full ?? CallProblems.NotReady);
            }

            var send = new ToSend(id, call.Guard, message!, slot!);
            (message, slot) = (null, null);
            return new Tried(sending, send, CallProblems.NotReady);
        }
        finally
        {
            message?.Dispose();
            slot?.Dispose();
        }
    }

    private async Task<HttpRequestMessage?> MessageAsync(
        GuardedCall call,
        IHeaderDictionary wishes,
        CancellationToken cancel
    ) =>
        await forwarding.ReadyAsync(call.Guard, cancel) is { } added
            ? UpstreamMessage.Of(call, added, wishes)
            : null;
}
