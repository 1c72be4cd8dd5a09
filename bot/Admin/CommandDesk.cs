using System.Collections.Immutable;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;

namespace ChatApprovals.Admin;

/// <content>From words to an answer: understand, who is it, may they, do it.</content>
public sealed partial class CommandDesk(
    RegisterDesk registers,
    ApprovalDesk approvals,
    GrantDesk grants,
    Desk.Directory directory,
    UserGroups groups,
    DeskOptions surfaces,
    AdminOptions options,
    Undrawn undrawn,
    CallbackDesk callbacks,
    LedgerAudit audit,
    AnchorDesk anchors,
    ExportFiles files,
    KeyDesk keys,
    TimeProvider clock
)
{
    public async partial Task<Reply> RunAsync(
        ImmutableArray<CommandPart> text,
        Asker asker,
        CancellationToken cancel
    )
    {
        var member = await directory.LookUpAsync(asker.Account, cancel);
        if (member.Obstacle is { } obstacle)
        {
            return new Reply("Refused", [ObstacleText.ForAsker(obstacle)]);
        }

        return Grammar.Parse(text) switch
        {
            Parsed.Understood understood => await AnswerAsync(understood, member, asker, cancel),
            Parsed.NotUnderstood not => new Reply("Not understood", not.Lines),
            _ => throw new InvalidOperationException(),
        };
    }

    private async Task<Reply> AnswerAsync(
        Parsed.Understood understood,
        Member member,
        Asker asker,
        CancellationToken cancel
    )
    {
        try
        {
            var person = await registers.EnrolAsync(member, "first_contact", cancel);
            var hearing = new Hearing(asker, person, registers.Current, clock.GetUtcNow());
            return !hearing.May(understood.Form.Who) ? NotAllowed(understood.Form)
                : await IsRepeatAsync(understood.Command, asker, cancel) ? Repeated
                : await AnswerAsync(understood.Command, hearing, cancel);
        }
        catch (UnavailableException)
        {
            return new Reply(
                "Not saved",
                [
                    "The ledger cannot be written now, so nothing was changed.",
                    "Try again in a minute; if it stays so, look at /readyz and at the disk of the bot.",
                ]
            );
        }
    }

    private async Task<Reply> AnswerAsync(
        Command command,
        Hearing hearing,
        CancellationToken cancel
    ) =>
        command switch
        {
            Command.Help help => HelpCommand.Answer(help, hearing),
            Command.Whoami => WhoamiCommand.Answer(hearing),
            Command.Pending pending => await PendingAsync(pending, hearing, cancel),
            Command.Show show => await ShowAsync(show, hearing, cancel),
            Command.Ask ask => await AskAsync(ask, hearing, cancel),
            Command.Withdraw withdraw => await WithdrawAsync(withdraw, hearing, cancel),
            Command.ConfigHistory history => ConfigHistory(history, hearing),
            Command.Link link => await LinkAsync(link, hearing, cancel),
            Command.DelegateTo to => await DelegateAsync(to, hearing, cancel),
            Command.DelegateOff => await DelegateOffAsync(hearing, cancel),
            Command.PersonShow show => PersonShow(show, hearing),
            Command.PersonLink link => await PersonLinkAsync(link, hearing, cancel),
            Command.PersonUnlink unlink => await PersonUnlinkAsync(unlink, hearing, cancel),
            Command.Status => await StatusAsync(hearing, cancel),
            Command.Revoke revoke => await RevokeAsync(revoke, hearing, cancel),
            Command.GuardList list => GuardCommand.List(list.Page, hearing.Register),
            Command.AgentList list => AgentCommand.List(list.Page, hearing.Register),
            Command.GroupList list => GroupCommand.List(list.Page, hearing.Register),
            Command.CallbackShow show => CallbackShow(show, hearing),
            Command.CallbackOff off => await CallbackOffAsync(off, hearing, cancel),
            Command.CallbackRetry retry => await CallbackRetryAsync(retry, hearing, cancel),
            Command.GroupShow show => GroupCommand.Show(show, hearing.Register, hearing.Now),
            Command.PolicyList
            or Command.PolicyShow
            or Command.PolicyHistory
            or Command.PolicySet
            or Command.PolicyRemove
            or Command.PolicyMove
            or Command.PolicyTest
            or Command.PolicyReplay => await PolicyAsync(command, hearing, cancel),
            Command.RouteList list => RouteCommand.List(list.Page, hearing.Register, surfaces),
            Command.Checkpoint => Checkpoint(),
            Command.Verify => await VerifyAsync(cancel),
            Command.Export export => Export(export, hearing),
            Command.KeyRotate rotate => await RotateAsync(rotate, hearing, cancel),
            Command.EraseRequest erase => await EraseAsync(erase, hearing, cancel),
            Command.ErasePerson erase => await EraseAsync(erase, hearing, cancel),
            _ => await ChangeAsync(command, hearing, cancel),
        };

    /// <summary>
    /// Whether this very message was received before. Remembered before anything is done: a command is
    /// carried out once or, when the process dies just then, not at all.
    /// </summary>
    private async Task<bool> IsRepeatAsync(
        Command command,
        Asker asker,
        CancellationToken cancel
    ) =>
        asker.Delivery is { } delivery
        && !OnlyReads(command)
        && !await registers.IsFirstAsync(delivery, cancel);

    private static bool OnlyReads(Command command) =>
        command
            is Command.Help
                or Command.Whoami
                or Command.Pending
                or Command.Show
                or Command.Status
                or Command.AgentList
                or Command.CallbackShow
                or Command.GuardList
                or Command.GroupList
                or Command.GroupShow
                or Command.RouteList
                or Command.ConfigHistory
                or Command.PersonShow
                or Command.PolicyList
                or Command.PolicyShow
                or Command.PolicyHistory
                or Command.PolicyTest
                or Command.PolicyReplay
                or Command.Checkpoint
                or Command.Verify;

    private static Reply Repeated { get; } =
        new(
            "Received before",
            [
                "This very message was received before, so it is not carried out a second time.",
                "Look whether it did what you want; if not, type it again.",
            ]
        );

    private static Reply NotAllowed(CommandForm form) =>
        new(
            "Refused",
            [
                $"\"{form.Words}\" is for {Hearing.Wants(form.Who)}. Nothing was done.",
                "Ask an administrator; \"whoami\" shows what you may do.",
            ]
        );
}
