using System.Collections.Immutable;

namespace ChatApprovals.Admin;

/// <summary>What reading a command comes to.</summary>
public abstract record Parsed
{
    private Parsed() { }

    public sealed record Understood(Command Command, CommandForm Form) : Parsed;

    /// <summary>What was understood, what was not, the nearest command. Nothing is done.</summary>
    public sealed record NotUnderstood(ImmutableArray<string> Lines) : Parsed;
}

/// <summary>
/// Every command there is, and the way from words to one of them. Pure. Strict: what is left over is
/// refused, nothing is guessed; the nearest command is only named.
/// </summary>
public static class Grammar
{
    private const int WordsOfCommandMax = 3;

    public static ImmutableArray<CommandForm> Forms { get; } =
    [
        HelpCommand.Form,
        WhoamiCommand.Form,
        PendingCommand.Form,
        ShowCommand.Form,
        AskCommand.Form,
        WithdrawCommand.Form,
        StatusCommand.Form,
        ConfigCommand.Form,
        LinkCommand.Form,
        .. DelegateCommand.Forms,
        .. PersonCommand.Forms,
        .. AgentCommand.Forms,
        CallbackCommand.Form,
        .. GuardCommand.Forms,
        RevokeCommand.Form,
        .. FreezeCommand.Forms,
        .. GroupCommand.Forms,
        .. PolicyCommand.Forms,
        .. RouteCommand.Forms,
        .. AdminCommand.Forms,
        .. AuditorCommand.Forms,
        CheckpointCommand.Form,
        VerifyLedgerCommand.Form,
        ExportCommand.Form,
        EraseCommand.Form,
        KeyCommand.Form,
    ];

    public static Parsed Parse(ImmutableArray<CommandPart> parts)
    {
        var (words, body) = CommandBody.Split(parts);
        return CommandText.Tokenize(words) switch
        {
            Tokenized.Refused refused => new Parsed.NotUnderstood([
                refused.Why,
                "Nothing was done.",
            ]),
            Tokenized.Tokens { Values.Length: 0 } => new Parsed.Understood(
                new Command.Help(Topic: null),
                HelpCommand.Form
            ),
            Tokenized.Tokens tokens => Read(tokens.Values, body),
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>The form whose words are nearest to what was typed, or null when none is near.</summary>
    public static CommandForm? Nearest(IReadOnlyList<string> words)
    {
        var ranked = Forms
            .Select(f => (Form: f, Distance: DistanceTo(f, words)))
            .MinBy(r => r.Distance);
        return ranked.Distance <= Math.Max(2, ranked.Form.Words.Length / 2) ? ranked.Form : null;
    }

    private static Parsed Read(ImmutableArray<CommandToken> tokens, string? body)
    {
        var words = Leading(tokens);
        var form = Forms.Where(f => IsPrefix(f.Words.Split(' '), words)).MaxBy(f => f.Words.Length);
        if (form is null)
        {
            return new Parsed.NotUnderstood(NoSuchCommand(tokens, words));
        }

        var arguments = new Arguments(tokens, form.Words.Split(' ').Length, body);
        return form.Read(arguments) is { } command && arguments.End()
            ? new Parsed.Understood(command, form)
            : new Parsed.NotUnderstood([
                $"Understood: {arguments.ReadSoFar}",
                arguments.Problem ?? "The rest does not fit.",
                $"It goes like this: {form.Whole}",
                "Nothing was done.",
            ]);
    }

    private static ImmutableArray<string> NoSuchCommand(
        ImmutableArray<CommandToken> tokens,
        List<string> words
    )
    {
        var typed = string.Join(' ', tokens.Take(WordsOfCommandMax).Select(Arguments.Shown));
        var topic = words.Count > 0 ? OfTopic(words[0]) : [];
        var understood = topic.IsEmpty ? "nothing of it" : topic[0].Topic;
        var near = Nearest(words);
        if (words is ["approve" or "approved" or "reject" or "rejected" or "deny", ..])
        {
            return
            [
                $"Understood: {words[0]}. Approve and reject are buttons on the card, never commands.",
                "Nearest: pending (lists the requests that wait)",
                "Nothing was done.",
            ];
        }

        return
        [
            $"There is no command \"{typed}\". Understood: {understood}.",
            near is null ? "Nearest: help (lists every command)" : $"Nearest: {near.Whole}",
            .. topic.Where(f => f != near).Select(f => $"Also: {f.Whole}"),
            "Nothing was done.",
        ];
    }

    public static ImmutableArray<CommandForm> OfTopic(string topic) =>
        [.. Forms.Where(f => f.Topic.Equals(topic, StringComparison.OrdinalIgnoreCase))];

    private static List<string> Leading(ImmutableArray<CommandToken> tokens) =>
        [
            .. tokens
                .Take(WordsOfCommandMax)
                .TakeWhile(t => t is CommandToken.Word)
                .Select(t => ((CommandToken.Word)t).Value.ToLowerInvariant()),
        ];

    private static bool IsPrefix(string[] form, List<string> words) =>
        form.Length <= words.Count
        && form.SequenceEqual(words.Take(form.Length), StringComparer.Ordinal);

    /// <summary>A word forgotten, run together or only begun is near too.</summary>
    private static int DistanceTo(CommandForm form, IReadOnlyList<string> words)
    {
        var all = string.Join(' ', words);
        return IsSpaced(form.Words, words) ? 0
            : all.Length > 1 && form.Words.StartsWith(all, StringComparison.Ordinal) ? 1
            : Enumerable
                .Range(1, form.Words.Split(' ').Length)
                .Min(n => EditDistance.Between(form.Words, string.Join(' ', words.Take(n))));
    }

    /// <summary>The very letters with spaces elsewhere: <c>who am i</c>.</summary>
    private static bool IsSpaced(string form, IReadOnlyList<string> words) =>
        string.Equals(
            form.Replace(" ", "", StringComparison.Ordinal),
            string.Concat(words),
            StringComparison.Ordinal
        );
}
