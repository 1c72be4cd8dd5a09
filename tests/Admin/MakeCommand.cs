using System.Collections.Immutable;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>
/// Commands as people type them: <c>{BOB}</c> is a real mention of Bob's account, everything else is text.
/// </summary>
internal static class MakeCommand
{
    /// <summary>What may stand for each part of a usage; in this order.</summary>
    public static ImmutableArray<(string Usage, string Typed)> Examples { get; } =
    [
        ("[topic]", ""),
        ("[actions <glob>…]", "actions iam.*"),
        ("<id or code|@p>", "{BOB}"),
        ("ledger|receipt|grant|callback", "receipt"),
        ("<id or code>", "K7Q-4XM"),
        ("[<url> [private] | off | rotate | retry]", "off"),
        ("[from <date>] [to <date>] [as bundle|jsonl|csv|html|ocsf]", "as csv"),
        ("<policy|default>", "default"),
        ("<slack:CHANNEL|teams:CONVERSATION>…", "slack:C0123"),
        ("<name>, a line break, YAML", "example"),
        ("first|last|before <name>", "first"),
        ("<aud>", "https://guard.example"),
        ("<agent|all>", "example"),
        ("<json>", "[1]"),
        ("<days>", "7"),
        ("<time>", "8h"),
        ("<name>", "example"),
        ("[code]", ""),
        ("[page]", ""),
        ("[account]", ""),
        ("<account>", "slack:T1:CAROL"),
        ("@p…", "{BOB}"),
        ("@p", "{BOB}"),
    ];

    public static ImmutableArray<CommandPart> Parts(string typed)
    {
        var parts = ImmutableArray.CreateBuilder<CommandPart>();
        foreach (var (piece, index) in typed.Split('{', '}').Select((p, i) => (p, i)))
        {
            parts.Add(
                index % 2 == 0
                    ? new CommandPart.Text(piece)
                    : new CommandPart.Mention(Make.Slack(piece), piece)
            );
        }

        return parts.ToImmutable();
    }

    public static Command Read(string typed) =>
        Assert.IsType<Parsed.Understood>(Grammar.Parse(Parts(typed))).Command;

    public static string Refusal(string typed) =>
        string.Join('\n', Assert.IsType<Parsed.NotUnderstood>(Grammar.Parse(Parts(typed))).Lines);

    /// <summary>The command as text again, mentions in braces.</summary>
    public static string Print(Command command) =>
        string.Concat(
            CommandPrint
                .Of(command)
                .Select(p =>
                    p is CommandPart.Mention m
                        ? $"{{{m.Account.User}}}"
                        : ((CommandPart.Text)p).Value
                )
        );
}
