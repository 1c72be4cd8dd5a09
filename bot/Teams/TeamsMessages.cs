using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatApprovals.Admin;
using ChatApprovals.Cards;

namespace ChatApprovals.Teams;

/// <summary>Activities that the bot sends. Pure. Notifications show the summary: it says nothing of a request.</summary>
public static class TeamsMessages
{
    private const string CardType = "application/vnd.microsoft.card.adaptive";

    private static readonly JsonSerializerOptions s_present = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A card of a request.</summary>
    public static byte[] Card(byte[] card) => Write("A request for approval", card);

    /// <summary>A question or an answer, for a card's thread.</summary>
    public static byte[] Talk(CardTalk talk) =>
        Write("A question about a request", AdaptiveCard.Talk(talk));

    /// <summary>The answer to a command.</summary>
    public static byte[] Answer(Reply reply) => Write("ChatApprovals answered", CardOf(reply));

    /// <summary>An answer as a card, with its form where it has one.</summary>
    public static byte[] CardOf(Reply reply) =>
        reply.Form is { } form && form.Yaml.Length <= CardLimits.InputText
            ? PolicyForm.TeamsCard(reply.Title, [.. form.Notes], form.Name, form.Yaml)
            : AdaptiveCard.Note(reply.Title, [.. reply.Lines]);

    /// <summary>Words of the bot's own, for a channel.</summary>
    public static byte[] Note(string title, IReadOnlyList<string> lines) =>
        Write(title, AdaptiveCard.Note(title, lines));

    /// <summary>Channels' message ids are milliseconds since 1970; others' say nothing.</summary>
    public static DateTimeOffset? TimeOf(string message) =>
        message.Length == 13
        && long.TryParse(
            message,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var milliseconds
        )
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    /// <summary>One plain line.</summary>
    public static byte[] Line(string text) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = "message",
                textFormat = "plain",
                text,
            }
        );

    /// <summary>The member of a consent card's context that names the offer.</summary>
    public const string FileContext = "file";

    /// <summary>Asks whether the person wants the file in their OneDrive.</summary>
    public static byte[] Consent(Parcel parcel, string id)
    {
        var context = new Dictionary<string, string>(StringComparer.Ordinal) { [FileContext] = id };
        return File(
            "application/vnd.microsoft.teams.card.file.consent",
            parcel.Name,
            contentUrl: null,
            new
            {
                description = parcel.Words,
                sizeInBytes = parcel.Bytes,
                acceptContext = context,
                declineContext = context,
            },
            text: null
        );
    }

    /// <summary>The file where it is now.</summary>
    public static byte[] FileInfo(Parcel parcel, TeamsActivity.FileAnswered answer) =>
        File(
            "application/vnd.microsoft.teams.card.file.info",
            parcel.Name,
            answer.ContentUrl,
            new { uniqueId = answer.UniqueId, fileType = answer.FileType },
            parcel.Words
        );

    private static byte[] File(
        string contentType,
        string name,
        string? contentUrl,
        object content,
        string? text
    ) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = "message",
                summary = "A file from ChatApprovals",
                textFormat = "plain",
                text,
                attachments = new[]
                {
                    new
                    {
                        contentType,
                        contentUrl,
                        name,
                        content,
                    },
                },
            },
            s_present
        );

    private static byte[] Write(string summary, byte[] card)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", "message");
            json.WriteString("summary", summary);
            json.WriteStartArray("attachments");
            json.WriteStartObject();
            json.WriteString("contentType", CardType);
            json.WritePropertyName("content");
            json.WriteRawValue(card);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
