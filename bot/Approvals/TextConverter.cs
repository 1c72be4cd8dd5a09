using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>Writes a typed id as its text and refuses, on reading, a text that does not parse.</summary>
public sealed class TextConverter<T> : JsonConverter<T>
    where T : IParsable<T>
{
    public override T Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        T.TryParse(reader.GetString(), provider: null, out var value)
            ? value
            : throw new JsonException($"not a {typeof(T).Name}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
