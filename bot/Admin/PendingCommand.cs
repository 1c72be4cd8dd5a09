using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>pending</c>: what waits for people, oldest first.</summary>
internal static class PendingCommand
{
    /// <summary>Own limit: what fits a chat message and an eye.</summary>
    public const int ShownMax = 20;

    /// <summary>Own limit: what is read of the store for one answer is bounded by it.</summary>
    private const int PagesMax = 50;

    public static CommandForm Form { get; } =
        Pages.Form(
            "pending",
            Access.Anyone,
            "lists the requests that wait, oldest first, who must approve them, and whether you may",
            page => new Command.Pending(page),
            PagesMax
        );

    /// <param name="page">From 1.</param>
    /// <param name="waiting">Up to the end of this page and one more.</param>
    /// <param name="register">People and groups as they are now.</param>
    /// <param name="now">For ages.</param>
    /// <param name="mine">Whether the asker may decide it, else why not.</param>
    public static Reply Answer(
        int page,
        IReadOnlyList<Approval> waiting,
        Register register,
        DateTimeOffset now,
        Func<Approval, string> mine
    )
    {
        var shown = waiting
            .Skip((page - 1) * ShownMax)
            .Take(ShownMax)
            .Where(a => now < a.Opening.ExpiresAt)
            .ToList();
        var isMore = waiting.Count > page * ShownMax;
        return shown.Count == 0 && !isMore
            ? new Reply(
                "Pending",
                [page == 1 ? "Nothing waits for anybody." : "There are no more."]
            )
            : new Reply(
                page == 1 ? "Pending, oldest first" : $"Pending, page {page}",
                [
                    .. shown.Select(a => $"{Line(a, register, now)} — {mine(a)}"),
                    .. isMore ? [$"More: pending {page + 1}"] : Array.Empty<string>(),
                    "show <code> tells what one of them is about.",
                ]
            );
    }

    /// <summary>Who must approve, with how many have: <c>1 of approvers (0 so far)</c>.</summary>
    public static string Needs(Approval approval, Register register)
    {
        var filled = Quorum.Of(approval, register).Filled;
        var stages = approval.Opening.Policy.Stages.Select(
            (s, i) => $"{s.Count} of {string.Join(" or ", s.Approvers)} ({filled[i]} so far)"
        );
        var then = approval.Opening.Policy.Order == StageOrder.Sequential ? ", then " : " and ";
        return string.Join(then, stages);
    }

    private static string Line(Approval approval, Register register, DateTimeOffset now)
    {
        var opening = approval.Opening;
        var (action, resource) = (opening.Request.Action, opening.Request.Resource);
        return $"{opening.Code}  {Say.Text(action.Name)} on {Say.Text(resource.Type)} {Say.Text(resource.Id)}"
            + $" — {opening.Agent}, {Say.Age(now - approval.CreatedAt)} old"
            + $", expires in {Say.Age(opening.ExpiresAt - now)}"
            + $", needs {Needs(approval, register)}";
    }
}

/// <content><c>pending</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> PendingAsync(
        Command.Pending pending,
        Hearing hearing,
        CancellationToken cancel
    ) =>
        PendingCommand.Answer(
            pending.Page,
            await approvals.PendingAsync((pending.Page * PendingCommand.ShownMax) + 1, cancel),
            hearing.Register,
            hearing.Now,
            a => MayDecide(a, hearing)
        );

    /// <summary>
    /// As the desk would judge a click now; whether the asker is a live member was asked for this command.
    /// </summary>
    private static string MayDecide(Approval approval, Hearing hearing)
    {
        var account = hearing.Person.Accounts.First(a => a.Id == hearing.Asker.Account);
        var member = new Member(account.Id, hearing.Person.Name, account.Emails);
        return Duties.Judge(approval, hearing.Register, hearing.Person, member) is { } why
            ? $"not you: {RefusalText.Of(why, approval)}"
            : "you may decide it";
    }
}
