using System.Collections.Immutable;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Teams;

/// <summary>
/// The only ways from Teams into the bot: <see cref="ApprovalDesk.DecideAsync"/>,
/// <see cref="ApprovalDesk.AskAsync"/>, <see cref="ApprovalDesk.ViewAsync"/>, <see cref="CommandDesk.RunAsync"/> and forgetting what the
/// directory said of an account.
/// </summary>
public sealed record TeamsDoors(
    Func<Click, CancellationToken, Task<ClickAnswer>> Decide,
    Func<QuestionClick, CancellationToken, Task<ClickAnswer>> Ask,
    Func<string, AccountId, CancellationToken, Task<CardView?>> View,
    Func<ImmutableArray<CommandPart>, Asker, CancellationToken, Task<Reply>> Run,
    Action<AccountId> Forget
);
