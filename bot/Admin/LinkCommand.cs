using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary><c>link</c>: somebody's own two accounts become one person, by a code from one typed in the other.</summary>
internal static class LinkCommand
{
    public static CommandForm Form { get; } =
        new(
            "link",
            "[code]",
            Access.Anyone,
            "makes your accounts one person: shows a code, which you type in your other account",
            Read
        );

    private static Command.Link? Read(Arguments arguments)
    {
        if (arguments.AtEnd)
        {
            return new Command.Link(Code: null);
        }

        var code = "";
        while (!arguments.AtEnd)
        {
            if (arguments.Word("the code") is not { } word)
            {
                return null;
            }

            code += LinkCodes.Plain(word);
        }

        return code.Length > 0
            ? new Command.Link(code)
            : arguments.Fail<Command.Link>("A code looks like this: ABCD-EFGH");
    }

    private static readonly string[] s_forSignIns =
    [
        "Or, for decisions by API, send it with the token of your sign-in: POST /v1/people/link",
    ];

    public static Reply Code(string code, bool isForSignIns) =>
        new(
            "Your link code",
            [
                $"Code: {code}",
                $"In your other account, tell ChatApprovals within {LinkCodes.LivesFor.TotalMinutes:0} minutes: link {code}",
                .. isForSignIns ? s_forSignIns : [],
                "It works once. Give it to nobody: whoever types it becomes one person with you.",
            ]
        )
        {
            Secret = true,
        };

    public static Reply Refused(params string[] lines) =>
        new("Refused", [.. lines, "Nothing was changed."]);
}

/// <content><c>link</c></content>
public sealed partial class CommandDesk
{
    private readonly LinkCodes _codes = new();

    private async Task<Reply> LinkAsync(
        Command.Link link,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var me = hearing.Asker.Account;
        if (link.Code is null)
        {
            return _codes.New(me, hearing.Now) is { } code
                ? LinkCommand.Code(code, options.Issuer is not null)
                : LinkCommand.Refused(
                    "Too many codes wait to be typed. Try again in five minutes."
                );
        }

        return _codes.Take(link.Code, me, hearing.Now) switch
        {
            CodeRuling.Of { Account: var other } => await LinkAsync(other, me, hearing, cancel),
            CodeRuling.Own => LinkCommand.Refused(
                "This code is for your other account: type it there."
            ),
            CodeRuling.Locked => LinkCommand.Refused(
                "Too many wrong codes. Try again in five minutes."
            ),
            _ => LinkCommand.Refused(
                "There is no such code, or it is older than five minutes or was used.",
                "A new one: link (in your other account)"
            ),
        };
    }

    /// <summary>The one whose code it was keeps the id; both must be live members now.</summary>
    private async Task<Reply> LinkAsync(
        AccountId shown,
        AccountId typed,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var member = await directory.LookUpAsync(shown, cancel);
        if (member.Obstacle is { } obstacle)
        {
            return LinkCommand.Refused($"{shown} {ObstacleText.ForMentioned(obstacle)}.");
        }

        var account = hearing.Person.Account(typed)!;
        var other = new Member(typed, account.Name, account.Emails);
        return await LinkAsync(shown, other, "code", hearing, _ => true, cancel);
    }
}
