using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Teams;

/// <summary>Reads activities (teams.md 2.3). Pure; says nothing about whether they are genuine.</summary>
public static class Activities
{
    /// <summary>Ids of conversations and messages seen have under 200 characters.</summary>
    private const int IdMax = 1_000;

    /// <summary>As the card's own input (CardLimits.InputText).</summary>
    private const int ReasonMax = 3_000;

    private static readonly TeamsActivity s_ignored = new TeamsActivity.Ignored();

    /// <summary>Null when something is missing without which nothing can be done.</summary>
    public static TeamsSource? Source(JsonElement activity)
    {
        var conversation = activity.At("conversation");
        var from = activity.At("from");
        var tenant = Tenant(activity);
        return
            Id(conversation.Text("id")) is { } place
            && tenant is not null
            && activity.Text("serviceUrl") is { } serviceUrl
            && activity.At("recipient").Text("id") is { } bot
            ? new TeamsSource(
                activity.Text("id") ?? "",
                serviceUrl,
                tenant,
                place,
                Kind(conversation),
                Account(tenant, from.Text("aadObjectId")),
                Id(from.Text("id")),
                bot,
                At(activity.Text("timestamp"))
            )
            : null;
    }

    /// <summary>
    /// The tenant of the conversation. Teams names it in two places, not always in both; null when it is in
    /// neither, or when they differ.
    /// </summary>
    public static string? Tenant(JsonElement activity)
    {
        var one = activity.At("channelData").At("tenant").Text("id");
        var two = activity.At("conversation").Text("tenantId");
        return one is null || two is null ? one ?? two
            : string.Equals(one, two, StringComparison.OrdinalIgnoreCase) ? one
            : null;
    }

    public static TeamsActivity Parse(JsonElement activity, TeamsSource source) =>
        activity.Text("type") switch
        {
            "installationUpdate" => Installation(activity.Text("action")),
            "conversationUpdate" => Membership(activity, source.Bot),
            "invoke" => Invoke(activity),
            "message" when activity.At("value").ValueKind == JsonValueKind.Object => Submit(
                activity
            ),
            "message" when IsTalk(activity, source.Bot) => s_ignored,
            "message" => new TeamsActivity.Said(TeamsText.Words(activity, source.Bot)),
            _ => s_ignored,
        };

    /// <summary>The account of an Entra object id, null when that is absent or not an id.</summary>
    public static AccountId? Account(string tenant, string? user) =>
        user is not null
        && AccountId.TryParse($"teams:{tenant}:{user}", provider: null, out var account)
            ? account
            : null;

    private static TeamsActivity Installation(string? action) =>
        action switch
        {
            "add" or "add-upgrade" => new TeamsActivity.Added(),
            "remove" => new TeamsActivity.Removed(),
            _ => s_ignored,
        };

    private static TeamsActivity Membership(JsonElement activity, string bot)
    {
        if (Has(activity, "membersAdded", bot))
        {
            return new TeamsActivity.Added();
        }

        if (Has(activity, "membersRemoved", bot))
        {
            return new TeamsActivity.Removed();
        }

        return new TeamsActivity.PeopleChanged([
            .. activity
                .Items("membersAdded")
                .Concat(activity.Items("membersRemoved"))
                .Select(m => m.Text("aadObjectId"))
                .OfType<string>(),
        ]);
    }

    private static bool Has(JsonElement activity, string list, string id) =>
        activity
            .Items(list)
            .Any(m => string.Equals(m.Text("id"), id, StringComparison.OrdinalIgnoreCase));

    private static TeamsActivity Invoke(JsonElement activity)
    {
        var action = activity.At("value").At("action");
        if (activity.Text("name") is "fileConsent/invoke")
        {
            return FileAnswer(activity);
        }

        return activity.Text("name") is "adaptiveCard/action" && action.Text("verb") is { } verb
            ? Press(activity, verb, action.At("data"), canShow: true)
            : new TeamsActivity.OtherInvoke();
    }

    private static TeamsActivity FileAnswer(JsonElement activity)
    {
        var value = activity.At("value");
        var upload = value.At("uploadInfo");
        return
            value.Text("action") is ("accept" or "decline") and var action
            && value.At("context").Text(TeamsMessages.FileContext) is { } id
            ? new TeamsActivity.FileAnswered(action is "accept", id, Id(activity.Text("replyToId")))
            {
                UploadUrl = upload.Text("uploadUrl"),
                ContentUrl = upload.Text("contentUrl"),
                UniqueId = upload.Text("uniqueId"),
                FileType = upload.Text("fileType"),
            }
            : new TeamsActivity.OtherInvoke();
    }

    private static TeamsActivity Submit(JsonElement activity)
    {
        var data = activity.At("value");
        return data.Text("verb") is { } verb && data.Text("id") is not null
            ? Press(activity, verb, data, canShow: false)
            : s_ignored;
    }

    private static TeamsActivity.Pressed Press(
        JsonElement activity,
        string verb,
        JsonElement data,
        bool canShow
    ) =>
        new(
            verb,
            data.Text("id") ?? "",
            Id(activity.Text("replyToId")),
            Reason(data.Text("reason")),
            Math.Clamp(data.Number("page") ?? 0, 0, 9_999),
            canShow
        )
        {
            Yaml = data.Text(PolicyForm.Field),
        };

    /// <summary>
    /// What people say to each other: an app that may read all messages of a team or chat (resource-specific
    /// consent) gets those too that do not mention it.
    /// </summary>
    private static bool IsTalk(JsonElement activity, string bot) =>
        activity.At("conversation").Text("conversationType") is "channel" or "groupChat"
        && !TeamsText.Mentions(activity, bot);

    private static string? Reason(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Trim() is { Length: <= ReasonMax } whole ? whole
        : text.Trim()[..(ReasonMax - 1)].TrimEnd() + "…";

    /// <summary>Only what Teams calls a 1:1 chat is private; what it does not name is taken for a group.</summary>
    private static string Kind(JsonElement conversation) =>
        conversation.Text("conversationType") switch
        {
            "personal" => "personal",
            "channel" => "channel",
            _ => "groupChat",
        };

    /// <summary>An id that may become part of a URL's path: never dots alone.</summary>
    private static string? Id(string? text) =>
        text is { Length: <= IdMax } && text.Any(c => c is not '.') ? text : null;

    private static DateTimeOffset? At(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
            ? at
            : null;
}
