using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>ask &lt;id&gt; &lt;question&gt;</c>: asks the agent about a request that waits.</summary>
internal static class AskCommand
{
    public static CommandForm Form { get; } =
        new(
            "ask",
            "<id or code> <question>",
            Access.Anyone,
            "asks the agent about a request that waits; question and answer are on its card",
            Read
        );

    private static Command.Ask? Read(Arguments arguments) =>
        ShowCommand.Which(arguments) is not { } which ? null
        : arguments.Text is { } text ? new Command.Ask(which, text)
        : arguments.Fail<Command.Ask>("It ends where your question should follow.");
}

/// <content><c>ask</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> AskAsync(Command.Ask ask, Hearing hearing, CancellationToken cancel)
    {
        if (await FindAsync(ask.Which, cancel) is not { } found)
        {
            return NotFound(ask.Which);
        }

        return
            await approvals.AskAboutAsync(found.Id, hearing.Asker.Account, ask.Text, cancel)
                is { } why
            ? new Reply("Not asked", [why])
            : new Reply(QuestionText.Asked, [QuestionText.Then]);
    }
}
