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

    public bool IsIn(string text) =>
        _known.Any(secret => text.Contains(secret, StringComparison.Ordinal));

    public static bool IsTrue(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var isTrue) && isTrue;

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(m => Texts(m.Value)),
            JsonArray items => items.SelectMany(Texts),
            JsonValue value when value.TryGetValue<string>(out var text) => [text],
            _ => [],
        };
}
