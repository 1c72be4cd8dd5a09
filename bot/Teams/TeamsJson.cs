using System.Text.Json;

namespace ChatApprovals.Teams;

/// <summary>Reads JSON of others without surprises: what is absent or of another type is null or nothing.</summary>
internal static class TeamsJson
{
    /// <summary>Deepest body of Teams seen is about 8.</summary>
    private const int DepthMax = 32;

    private static readonly JsonDocumentOptions s_strict = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = DepthMax,
    };

    /// <summary>Null unless it is one object, strictly JSON, without duplicate members, not too deep.</summary>
    public static JsonElement? Object(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, s_strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member of an object, or an element that is <see cref="JsonValueKind.Undefined"/>.</summary>
    public static JsonElement At(this JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var member)
            ? member
            : default;

    /// <summary>The text of a member, null when it is absent, no string, empty, or has a lone surrogate.</summary>
    public static string? Text(this JsonElement owner, string name)
    {
        var member = owner.At(name);
        if (member.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return member.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static IEnumerable<JsonElement> Items(this JsonElement owner, string name) =>
        owner.At(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static int? Number(this JsonElement owner, string name) =>
        owner.At(name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt32(out var value)
            ? value
            : null;
}
