using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>
/// What a plan marks as sensitive anywhere: providers copy a value to places where they do not mark it (an
/// output, a connection string).
/// </summary>
public sealed class TerraformSecrets
{
    /// <summary>Shorter ones are in too many words that are no secret.</summary>
    private const int LengthMin = 6;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <param name="value">A value of the plan.</param>
    /// <param name="mask">True for all of it, or shaped as the value with true where it is sensitive.</param>
    public void Learn(JsonNode? value, JsonNode? mask)
    {
        if (value is null || mask is null)
        {
            return;
        }

        if (IsTrue(mask))
        {
            _known.UnionWith(Texts(value).Where(t => t.Length >= LengthMin));
        }
        else if (value is JsonObject members && mask is JsonObject masks)
        {
            foreach (var (name, member) in members)
            {
                Learn(member, masks[name]);
            }
        }
        else if (value is JsonArray items && mask is JsonArray each)
        {
            foreach (var (item, one) in items.Zip(each))
            {
                Learn(item, one);
            }
        }
    }

    /// <summary>Whether a text or number has one of them in it.</summary>
    public bool IsIn(JsonNode? value) =>
        value is JsonValue one && TextOf(one) is { } text && IsIn(text);

    /// <summary>The name of a member; one with a secret in it always as the same other one.</summary>
    public string Shown(string name)
    {
        if (!IsIn(name))
        {
            return name;
        }

        if (!_names.TryGetValue(name, out var shown))
        {
            shown = $"(sensitive name {_names.Count + 1})";
            _names.Add(name, shown);
        }

        return shown;
    }

    private bool IsIn(string text) =>
        _known.Any(secret => text.Contains(secret, StringComparison.Ordinal));

    public static bool IsTrue(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var isTrue) && isTrue;

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(m => Texts(m.Value)),
            JsonArray items => items.SelectMany(Texts),
            JsonValue value when TextOf(value) is { } text => [text],
            _ => [],
        };

    /// <summary>A number as it is written; null for true and false.</summary>
    private static string? TextOf(JsonValue value) =>
        value.TryGetValue<string>(out var text) ? text
        : value.GetValueKind() is JsonValueKind.Number ? value.ToJsonString()
        : null;
}
