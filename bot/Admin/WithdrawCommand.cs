using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>withdraw &lt;id&gt;</c>: the initiator or an owner of the agent ends a request as cancelled.</summary>
internal static class WithdrawCommand
{
    public static CommandForm Form { get; } =
        new(
            "withdraw",
            "<id or code>",
            Access.Anyone,
            "ends a request that you started or whose agent you own, as cancelled",
            a => ShowCommand.Which(a) is { } which ? new Command.Withdraw(which) : null
        );
}

/// <content><c>withdraw</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> WithdrawAsync(
        Command.Withdraw withdraw,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        if (await FindAsync(withdraw.Which, cancel) is not { } found)
        {
            return NotFound(withdraw.Which);
        }

        var code = found.Opening.Code;
        return await approvals.WithdrawAsync(found.Id, hearing.Person, cancel) switch
        {
            Closed.Done => new Reply("Withdrawn", [$"{code} is cancelled. Nothing was run."]),
            Closed.NotNow { Approval: var now } => new Reply(
                "Too late",
                [$"{code} is already {WireNames.Of(now.Status)}. Nothing was changed."]
            ),
            _ => new Reply(
                "Refused",
                [
                    $"Only who started {code} or owns the agent {found.Opening.Agent} can withdraw it.",
                    "If you are an approver, reject it with the button on its card.",
                ]
            ),
        };
    }
}
