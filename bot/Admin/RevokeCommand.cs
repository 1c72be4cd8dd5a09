using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>revoke &lt;id&gt;</c>: what was approved and has not run will not run.</summary>
internal static class RevokeCommand
{
    public static CommandForm Form { get; } =
        new(
            "revoke",
            "<id or code>",
            Access.Admins,
            "makes an approved request's grant worthless, at once, unless it was used",
            a => ShowCommand.Which(a) is { } which ? new Command.Revoke(which) : null
        );

    public static Reply Answer(Closed closed, string code) =>
        closed switch
        {
            Closed.Done => new Reply(
                "Revoked",
                [$"{code} was approved and will not run: its grant is worthless everywhere."]
            ),
            Closed.NotNow { Approval: { Grant: { IsConsumed: true } grant } } => new Reply(
                "Too late",
                [
                    $"The grant of {code} was used at {Say.Time(grant.ConsumedAt!.Value)}, at the guard {grant.Guard}.",
                    "To stop what else the agent may run: freeze <agent>. Nothing was changed.",
                ]
            ),
            Closed.NotNow { Approval: { Grant.IsRevoked: true } } => new Reply(
                "Nothing to change",
                [$"{code} is revoked already."]
            ),
            Closed.NotNow { Approval: { IsPending: true } } => new Reply(
                "Nothing to revoke",
                [$"{code} waits for a decision. Whoever may decide can reject it on its card."]
            ),
            Closed.NotNow { Approval: var ended } => new Reply(
                "Nothing to revoke",
                [$"{code} is {WireNames.Of(ended.Status)}: there is no grant."]
            ),
            Closed.NotAllowed => new Reply(
                "Refused",
                [$"This is for {Hearing.Wants(Access.Admins)} only.", "Nothing was changed."]
            ),
            _ => new Reply("Not found", [$"There is no request {code}."]),
        };
}

/// <content><c>revoke</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> RevokeAsync(
        Command.Revoke revoke,
        Hearing hearing,
        CancellationToken cancel
    ) =>
        await FindAsync(revoke.Which, cancel) is { } found
            ? RevokeCommand.Answer(
                await grants.RevokeAsync(
                    found.Id,
                    hearing.Self,
                    (register, now) =>
                        (hearing with { Register = register, Now = now }).May(Access.Admins),
                    cancel
                ),
                found.Opening.Code
            )
            : NotFound(revoke.Which);
}
