using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Http;

/// <summary>
/// One JSON object of a fixed shape, read member by member. Whatever is wrong is added to the errors and a
/// stand-in is answered, so that reading goes on and finds the rest: use nothing of it when there are errors.
/// </summary>
internal sealed class Fields
{
    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    private readonly JsonElement _object;
    private readonly string _pointer;
    private readonly InputErrors _errors;

    private Fields(JsonElement value, string pointer, InputErrors errors)
    {
        _object = value;
        _pointer = pointer;
        _errors = errors;
    }

    /// <summary>Adds an error when the value is no object or has a member that is not known.</summary>
    public static Fields Open(
        JsonElement value,
        string pointer,
        InputErrors errors,
        params ReadOnlySpan<string> known
    )
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(pointer, "wrong_type", "An object is expected.");
            return new Fields(Empty, pointer, new InputErrors());
        }

        foreach (var member in value.EnumerateObject())
        {
            if (!IsAny(member, known))
            {
                var at = JsonPointer.Child(pointer, member.Name);
                errors.Add(at, "unknown_member", Known(known));
            }
        }

        return new Fields(value, pointer, errors);
    }

    private static string Known(ReadOnlySpan<string> known) =>
        known.IsEmpty ? "No member is known here." : $"Known here: {string.Join(", ", known)}.";

    public string PointerOf(string name) => JsonPointer.Child(_pointer, name);

    public JsonElement? Value(string name) =>
        _object.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The member, or null with an error when it is not there.</summary>
    public JsonElement? Required(string name)
    {
        var value = Value(name);
        if (value is null)
        {
            _errors.Add(PointerOf(name), "required", "This member is required.");
        }

        return value;
    }

    /// <summary>Text of 1 to <paramref name="max"/> characters, not all of them blank; <c>""</c> with an error.</summary>
    public string RequiredText(string name, int max = int.MaxValue) =>
        Required(name) is { } value ? TextOf(value, PointerOf(name), 1, max) : "";

    /// <summary>Text of up to <paramref name="max"/> characters; null when absent.</summary>
    public string? Text(string name, int max = int.MaxValue) =>
        Value(name) is { } value ? TextOf(value, PointerOf(name), 0, max) : null;

    /// <summary>An object of any shape; <c>{}</c> when absent.</summary>
    public JsonElement Object(string name)
    {
        var value = Value(name) ?? Empty;
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        _errors.Add(PointerOf(name), "wrong_type", "An object is expected.");
        return Empty;
    }

    public long? Whole(string name, long min, long max)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            && number >= min
            && number <= max
        )
        {
            return number;
        }

        _errors.Add(PointerOf(name), "out_of_range", $"A whole number, {min} to {max}.");
        return null;
    }

    /// <summary>One of the words; <c>""</c> with an error.</summary>
    public string Word(string name, params ReadOnlySpan<string> words)
    {
        if (Required(name) is not { } value)
        {
            return "";
        }

        foreach (var word in words)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(word))
            {
                return word;
            }
        }

        _errors.Add(PointerOf(name), "unknown_value", $"One of: {string.Join(", ", words)}.");
        return "";
    }

    /// <summary>The items of an array with their pointers; none when absent.</summary>
    public IEnumerable<(JsonElement Item, string Pointer)> Items(string name, int max)
    {
        if (Value(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            _errors.Add(PointerOf(name), "wrong_type", "An array is expected.");
            return [];
        }

        if (value.GetArrayLength() > max)
        {
            _errors.Add(PointerOf(name), "too_many_items", $"At most {max} items.");
            return [];
        }

        return value.EnumerateArray().Select((item, i) => (item, $"{PointerOf(name)}/{i}"));
    }

    public ImmutableArray<string> Texts(string name, int max, int lengthMax) =>
        [.. Items(name, max).Select(i => TextOf(i.Item, i.Pointer, 1, lengthMax))];

    private string TextOf(JsonElement value, string pointer, int min, int max)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            _errors.Add(pointer, "wrong_type", "A string is expected.");
            return "";
        }

        var text = value.GetString()!;
        if (text.Length > max || (min > 0 && string.IsNullOrWhiteSpace(text)))
        {
            var rule =
                max == int.MaxValue ? "Not empty." : $"{min} to {max} characters, not blank.";
            _errors.Add(pointer, "wrong_length", rule);
        }

        return text;
    }

    private static bool IsAny(JsonProperty member, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (member.NameEquals(name))
            {
                return true;
            }
        }

        return false;
    }
}
