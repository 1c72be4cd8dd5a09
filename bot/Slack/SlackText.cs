using System.Collections.Immutable;
using System.Text;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;

namespace ChatApprovals.Slack;

/// <summary>
/// Reads a message's or command's text as Slack encodes it: <c>&amp;amp; &amp;lt; &amp;gt;</c> for what a
/// person typed, and unescaped <c>&lt;…&gt;</c> only for what Slack itself resolved. Hence a typed
/// <c>&lt;@U1&gt;</c> never becomes a mention. Pure.
/// </summary>
public static class SlackText
{
    private const string UserGroup = "!subteam^";

    /// <summary>The parts of a command.</summary>
    /// <param name="text">As it came from Slack.</param>
    /// <param name="team">Our workspace; the directory tells whether a mentioned user belongs to it.</param>
    /// <param name="botUser">Our own user, whose mention at the beginning only addresses us.</param>
    public static ImmutableArray<CommandPart> Parts(string text, string team, string botUser)
    {
        var parts = ImmutableArray.CreateBuilder<CommandPart>();
        var literal = new StringBuilder();
        var at = 0;
        while (at < text.Length)
        {
            var end = text[at] == '<' ? text.IndexOf('>', at) : -1;
            if (end < 0)
            {
                literal.Append(text[at++]);
                continue;
            }

            var token = text[(at + 1)..end];
            at = end + 1;
            if (Mention(token, team) is { } mention)
            {
                if (!IsAddress(mention, botUser) || parts.Count > 0 || !IsBlank(literal))
                {
                    Flush(literal, parts);
                    parts.Add(mention);
                }

                continue;
            }

            literal.Append(Resolved(token, team));
        }

        Flush(literal, parts);
        return Trimmed(parts);
    }

    private static CommandPart.Mention? Mention(string token, string team)
    {
        if (!token.StartsWith('@'))
        {
            return null;
        }

        var (id, label) = Split(token[1..]);
        return SlackIdentity.Account(team, id) is { } account
            ? new CommandPart.Mention(account, Unescape(label ?? id))
            : null;
    }

    /// <summary>A channel as routes name it, a user group by its id, a link as it was typed; anything else as it stands.
    /// Still escaped: the whole literal is unescaped once, at the end.</summary>
    private static string Resolved(string token, string team)
    {
        var (head, label) = Split(token);
        return head switch
        {
            ['#', .. var channel] => "slack:" + channel,
            _ when head.StartsWith(UserGroup, StringComparison.Ordinal) =>
                $"{GroupSource.SlackPrefix}:{team}:{head[UserGroup.Length..]}",
            ['!' or '@', ..] or "" => $"<{token}>",
            _ when head.StartsWith("mailto:", StringComparison.Ordinal) => label ?? head[7..],
            _ when head.StartsWith("tel:", StringComparison.Ordinal) => label ?? head[4..],
            _ when label is not null && IsOfItself(head, label) => label,
            _ => head,
        };
    }

    /// <summary>Slack made a link of what was typed: <c>deploy.run</c> comes as <c>http://deploy.run|deploy.run</c>.</summary>
    private static bool IsOfItself(string url, string label) =>
        url.EndsWith("://" + label, StringComparison.OrdinalIgnoreCase)
        || url.EndsWith("://" + label + "/", StringComparison.OrdinalIgnoreCase);

    private static (string Head, string? Label) Split(string token) =>
        token.IndexOf('|', StringComparison.Ordinal) is var bar and >= 0
            ? (token[..bar], token[(bar + 1)..])
            : (token, null);

    private static bool IsAddress(CommandPart.Mention mention, string botUser) =>
        string.Equals(mention.Account.User, botUser, StringComparison.Ordinal);

    private static bool IsBlank(StringBuilder text) => string.IsNullOrWhiteSpace(text.ToString());

    private static void Flush(StringBuilder literal, ImmutableArray<CommandPart>.Builder parts)
    {
        if (literal.Length > 0)
        {
            parts.Add(new CommandPart.Text(Unescape(literal.ToString())));
            literal.Clear();
        }
    }

    /// <summary><c>&amp;amp;</c> last, so that nothing is unescaped twice.</summary>
    private static string Unescape(string text) =>
        text.Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal);

    private static ImmutableArray<CommandPart> Trimmed(ImmutableArray<CommandPart>.Builder parts)
    {
        if (parts is [CommandPart.Text first, ..])
        {
            parts[0] = new CommandPart.Text(first.Value.TrimStart());
        }

        if (parts is [.., CommandPart.Text last])
        {
            parts[^1] = new CommandPart.Text(last.Value.TrimEnd());
        }

        return [.. parts.Where(p => p is not CommandPart.Text { Value.Length: 0 })];
    }
}
