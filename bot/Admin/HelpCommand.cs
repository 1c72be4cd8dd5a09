using System.Collections.Immutable;

namespace ChatApprovals.Admin;

/// <summary><c>help [topic]</c>: what can be typed, and who may.</summary>
internal static class HelpCommand
{
    public static CommandForm Form { get; } =
        new(
            "help",
            "[topic]",
            Access.Anyone,
            "lists the commands, or explains one: help agent",
            Read
        );

    public static Reply Answer(Command.Help help, Hearing hearing) =>
        help.Topic is { } topic ? Explain(topic, hearing) : All(hearing);

    /// <summary>A topic may be more than one word: <c>help agent add</c> explains <c>agent</c>.</summary>
    private static Command.Help? Read(Arguments arguments)
    {
        if (arguments.AtEnd)
        {
            return new Command.Help(Topic: null);
        }

        if (arguments.Rest("a topic") is not { } words)
        {
            return null;
        }

        var topic = string.Join(' ', words).ToLowerInvariant();
        return topic.All(c => char.IsAsciiLetter(c) || c == ' ')
            ? new Command.Help(topic)
            : arguments.Fail<Command.Help>("A topic is the word of a command: help agent");
    }

    private static Reply All(Hearing hearing)
    {
        var mine = Grammar.Forms.Where(f => hearing.May(f.Who)).Select(Line).ToImmutableArray();
        var others = Grammar.Forms.Length - mine.Length;
        return new Reply(
            "ChatApprovals: what you can type",
            [
                .. mine,
                .. others == 0
                    ? Array.Empty<string>()
                    :
                    [
                        $"{others} more are for administrators and auditors: help <topic> shows them.",
                    ],
                "Approve and reject are buttons on the cards, never commands.",
            ]
        );
    }

    private static Reply Explain(string topic, Hearing hearing)
    {
        var forms = Grammar.OfTopic(topic.Split(' ')[0]);
        if (forms.IsEmpty)
        {
            var near = Grammar.Nearest(topic.Split(' '));
            return new Reply(
                "No such topic",
                [
                    $"There is no command \"{Say.Text(topic)}\".",
                    $"Nearest: help {near?.Topic}".TrimEnd(),
                ]
            );
        }

        return new Reply(
            $"Help: {forms[0].Topic}",
            [
                .. forms.Select(f =>
                    hearing.May(f.Who) ? Line(f) : $"{Line(f)} (for {Hearing.Wants(f.Who)})"
                ),
                .. forms.Any(f => f.Usage.Contains("@p", StringComparison.Ordinal))
                    ? ["@p is a real mention: type @ and pick the person from the list."]
                    : Array.Empty<string>(),
            ]
        );
    }

    private static string Line(CommandForm form) => $"{form.Whole} — {form.Help}";
}
