using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatApprovals.Playground;

/// <summary>Reading and writing loose JSON: the platforms' messages have no types of their own here.</summary>
internal static class Json
{
    /// <summary>As the platforms write: absent members instead of nulls.</summary>
    public static readonly JsonSerializerOptions Wire = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>As the page reads: every member, null where there is nothing.</summary>
    public static readonly JsonSerializerOptions Page = new();

    public static JsonElement Of(object value) => JsonSerializer.SerializeToElement(value, Wire);

    public static byte[] Bytes(object value) => JsonSerializer.SerializeToUtf8Bytes(value, Wire);

    public static string Line(object value) => JsonSerializer.Serialize(value, Wire);

    /// <summary>The member, unless absent, null, or not in an object at all.</summary>
    public static JsonElement? At(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    public static JsonElement? At(this JsonElement? element, string name) => element?.At(name);

    public static string? Text(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static string? Text(this JsonElement? element, string name) => element?.Text(name);

    public static bool True(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The items of an array member; nothing when it is absent or no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>Every object inside the value, itself included, from the outside in.</summary>
    public static List<JsonElement> Objects(this JsonElement element)
    {
        var found = new List<JsonElement>();
        Collect(element, found);
        return found;
    }

    private static void Collect(JsonElement element, List<JsonElement> found)
    {
        if (element.ValueKind is JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, found);
            }
        }
        else if (element.ValueKind is JsonValueKind.Object)
        {
            found.Add(element);
            foreach (var member in element.EnumerateObject())
            {
                Collect(member.Value, found);
            }
        }
    }

    public static JsonElement? TryParse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            var element = JsonElement.ParseValue(ref reader);
            return reader.Read() ? null : element;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonElement? TryParse(string text) =>
        TryParse(System.Text.Encoding.UTF8.GetBytes(text));
}
