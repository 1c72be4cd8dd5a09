using ChatApprovals.Approvals;

namespace ChatApprovals.Policies;

/// <summary>
/// Reads <c>slack:C0123ABC</c> and <c>teams:19:…@thread.tacv2</c>. A Slack channel picked from the list
/// (<c>&lt;#C0123ABC|ops&gt;</c>, as Slack sends it) is understood too; a channel's name never is.
/// </summary>
internal static class DestinationText
{
    private const string SlackPrefix = "slack:";
    private const string TeamsPrefix = "teams:";
    private const int ConversationMax = 300;

    public static string Write(Destination destination) =>
        $"{WireNames.Of(destination.Surface)}:{destination.Conversation}";

    public static Destination? Parse(string word)
    {
        if (word.StartsWith(TeamsPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var conversation = word[TeamsPrefix.Length..];
            return IsConversation(conversation)
                ? new Destination(Surface.Teams, conversation)
                : null;
        }

        var channel = word.StartsWith(SlackPrefix, StringComparison.OrdinalIgnoreCase)
            ? word[SlackPrefix.Length..]
            : Picked(word);
        return channel is not null && IsChannel(channel)
            ? new Destination(Surface.Slack, channel)
            : null;
    }

    /// <summary>Channels begin with C, private ones of old with G; direct messages are no place for cards.</summary>
    private static bool IsChannel(string id) =>
        id.Length is >= 2 and <= 30
        && id[0] is 'C' or 'G'
        && id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '_' or '-');

    private static bool IsConversation(string id) =>
        id.Length is >= 4 and <= ConversationMax
        && id.Contains(':', StringComparison.Ordinal)
        && id.All(c => char.IsAsciiLetterOrDigit(c) || ":@._-".Contains(c));

    private static string? Picked(string word) =>
        word.StartsWith("<#", StringComparison.Ordinal) && word.EndsWith('>')
            ? word[2..^1].Split('|')[0]
            : null;
}
