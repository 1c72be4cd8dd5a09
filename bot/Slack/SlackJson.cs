using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Slack;

/// <summary>Reads what others wrote without ever throwing for it; writes what Slack reads.</summary>
internal static class SlackJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Plain = new()
    {
        // Slack parses JSON, never HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The object, or null for anything that is not one JSON object with distinct names.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The member at the end of the path, or null when any of it is absent or null.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var at = element;
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    /// <summary>The non-empty string at the end of the path, or null.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        if (element.At(path) is not { ValueKind: JsonValueKind.String } text)
        {
            return null;
        }

        try
        {
            return text.GetString() is { Length: > 0 } value ? value : null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, or bytes that are not UTF-8: no text that Slack would send.
            return null;
        }
    }

    /// <summary>The boolean at the end of the path; null when absent, null or something else.</summary>
    public static bool? Flag(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>Whether there is something at the end of the path that is not <c>false</c>.</summary>
    public static bool IsSet(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: not JsonValueKind.False };

    /// <summary>Our own renderers' bytes, as an object to put more members into.</summary>
    public static JsonObject Object(byte[] utf8) => JsonNode.Parse(utf8)!.AsObject();

    public static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Plain);
}
