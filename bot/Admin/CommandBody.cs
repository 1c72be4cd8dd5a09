using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ChatApprovals.Admin;

/// <summary>
/// Takes the text that a command carries (YAML, JSON) from its words: there, line breaks, quotes and dashes
/// mean something. It begins after the first line or at a code fence; after <c>policy test</c> and
/// <c>ask &lt;id&gt;</c>, at once.
/// </summary>
internal static partial class CommandBody
{
    private const string Fence = "```";

    /// <summary>The words, and what follows them; null when nothing does. Pure.</summary>
    public static (ImmutableArray<CommandPart> Words, string? Body) Split(
        ImmutableArray<CommandPart> parts
    )
    {
        // A mention of the bot before it leaves a text of its own.
        var first = string.Concat(parts.TakeWhile(p => p is CommandPart.Text).Select(Literal));
        if (Carriers().Match(first) is not { Success: true } begin)
        {
            return (parts, null);
        }

        var text = string.Concat(parts.Select(Literal));
        var cut = begin.Groups["now"].Success ? begin.Length : EndOfWords(text, begin.Length);
        return cut < 0 || string.IsNullOrWhiteSpace(text[cut..])
            ? (parts, null)
            : ([new CommandPart.Text(text[..cut])], text[cut..]);
    }

    private static int EndOfWords(string text, int from)
    {
        var line = text.IndexOf('\n', from);
        var fence = text.IndexOf(Fence, from, StringComparison.Ordinal);
        return line < 0 ? fence
            : fence < 0 ? line
            : Math.Min(line, fence);
    }

    /// <summary>Whom a mention means is named by the account: that is what is compared.</summary>
    private static string Literal(CommandPart part) =>
        part switch
        {
            CommandPart.Mention mention => mention.Account.ToString(),
            CommandPart.Text text => text.Value,
            _ => "",
        };

    [GeneratedRegex(
        @"^\s*(policy\s+(set|replay|(?<now>test))|(?<now>ask\s+\S+))(?=\s|$)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Carriers();
}
