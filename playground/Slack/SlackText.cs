using System.Text;
using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>What Slack does to text when it stores a message: it escapes <c>&amp;</c>, <c>&lt;</c> and
/// <c>&gt;</c>, so a stored message may be longer than the one that was sent.</summary>
internal static class SlackText
{
    /// <summary>Escapes all but entities that are escaped already.</summary>
    public static string Plain(string text) => Escape(text, mrkdwn: false);

    /// <summary>The same, but keeps <c>&lt;@U…&gt;</c>, <c>&lt;#C…&gt;</c>, <c>&lt;!…&gt;</c> and links.</summary>
    public static string Mrkdwn(string text) => Escape(text, mrkdwn: true);

    /// <summary>The blocks as stored: text objects escaped, missing block and action ids given.</summary>
    public static JsonElement Stored(JsonElement blocks)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var block in blocks.EnumerateArray())
            {
                WriteObject(writer, block, isBlock: true);
            }
            writer.WriteEndArray();
        }
        return Json.TryParse(buffer.WrittenSpan)!.Value;
    }

    private static string Escape(string text, bool mrkdwn)
    {
        if (text.AsSpan().IndexOfAny('&', '<', '>') < 0)
        {
            return text;
        }
        var stored = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var rest = text.AsSpan(i);
            if (mrkdwn && TokenLength(rest) is > 0 and var length)
            {
                stored.Append(rest[..length]);
                i += length - 1;
                continue;
            }
            stored.Append(
                text[i] switch
                {
                    '&' when !IsEntity(rest) => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    var other => other.ToString(),
                }
            );
        }
        return stored.ToString();
    }

    private static bool IsEntity(ReadOnlySpan<char> text) =>
        text.StartsWith("&amp;") || text.StartsWith("&lt;") || text.StartsWith("&gt;");

    /// <summary>Length of a live <c>&lt;…&gt;</c> at the start of the text; 0 if there is none.</summary>
    private static int TokenLength(ReadOnlySpan<char> text)
    {
        var live =
            text.StartsWith("<@")
            || text.StartsWith("<#")
            || text.StartsWith("<!")
            || text.StartsWith("<http://")
            || text.StartsWith("<https://")
            || text.StartsWith("<mailto:");
        var end = live ? text.IndexOfAny('>', '\n') : -1;
        return end > 0 && text[end] == '>' ? end + 1 : 0;
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement element, bool isBlock)
    {
        var type = element.Text("type");
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (member.NameEquals("text") && member.Value.ValueKind is JsonValueKind.String)
            {
                writer.WriteStringValue(StoredText(type, member.Value.GetString()!));
            }
            else
            {
                Write(writer, member.Value);
            }
        }
        if (isBlock && element.At("block_id") is null)
        {
            writer.WriteString("block_id", RandomIds.Token(4));
        }
        if (type is "button" && element.At("action_id") is null)
        {
            writer.WriteString("action_id", RandomIds.Token(4));
        }
        writer.WriteEndObject();
    }

    private static string StoredText(string? type, string text) =>
        type switch
        {
            "plain_text" => Plain(text),
            "mrkdwn" => Mrkdwn(text),
            _ => text, // rich_text keeps what was typed
        };

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, element, isBlock: false);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
