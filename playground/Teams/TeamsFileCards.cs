using System.Text.Json;

namespace ChatApprovals.Playground.Teams;

/// <summary>Cards about files, and what Teams refuses of them (learn.microsoft.com, "Send and receive files using bots").</summary>
internal static class TeamsFileCards
{
    private const string Consent = "application/vnd.microsoft.teams.card.file.consent";
    private const string Info = "application/vnd.microsoft.teams.card.file.info";

    public static JsonElement? ConsentOf(JsonElement activity) => Of(activity, Consent);

    public static JsonElement? InfoOf(JsonElement activity) => Of(activity, Info);

    /// <summary>Why not, or null.</summary>
    public static string? Refusal(
        JsonElement activity,
        TeamsConversation conversation,
        Func<string, bool> isStored
    )
    {
        if (ConsentOf(activity) is { } consent)
        {
            if (!conversation.IsPersonal)
            {
                return "File consent cards are for personal chats only.";
            }
            var content = consent.At("content");
            if (
                consent.Text("name") is null
                || content.At("sizeInBytes") is not { ValueKind: JsonValueKind.Number }
                || content.At("acceptContext") is not { ValueKind: JsonValueKind.Object }
                || content.At("declineContext") is not { ValueKind: JsonValueKind.Object }
            )
            {
                return "The file consent card lacks a name, a size or a context.";
            }
        }
        return
            InfoOf(activity) is { } info
            && (
                info.Text("name") is null
                || info.Text("contentUrl") is null
                || info.At("content").Text("fileType") is null
                || !isStored(info.At("content").Text("uniqueId") ?? "")
            )
            ? "The file info card names no file that is there."
            : null;
    }

    private static JsonElement? Of(JsonElement activity, string type) =>
        activity
            .Items("attachments")
            .Where(a => string.Equals(a.Text("contentType"), type, StringComparison.Ordinal))
            .Select(a => (JsonElement?)a)
            .FirstOrDefault();
}
