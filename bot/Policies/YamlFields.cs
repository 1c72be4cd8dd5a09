using System.Collections.Immutable;
using System.Globalization;
using ChatApprovals.Approvals;

namespace ChatApprovals.Policies;

/// <summary>
/// The members of one map, read by name. What does not fit is added to the faults, with what would be right,
/// and reads as if it were absent.
/// </summary>
internal sealed class YamlFields
{
    /// <summary>Own limit: patterns, groups and places of one line.</summary>
    private const int ListMax = 20;

    /// <summary>Own limit, as for agents' patterns.</summary>
    private const int TextMax = 200;

    private readonly Dictionary<string, YamlMember> _members = new(StringComparer.Ordinal);
    private readonly List<YamlFault> _faults;

    private YamlFields(List<YamlFault> faults) => _faults = faults;

    /// <summary>No members when it is not a map; a fault for each member that is not known here.</summary>
    public static YamlFields Open(YamlNode node, List<YamlFault> faults, params string[] known)
    {
        var fields = new YamlFields(faults);
        if (node is not YamlNode.Map map)
        {
            fields.Add(
                node,
                $"found {node.Kind} where a map should be: {string.Join(", ", known)}"
            );
            return fields;
        }

        foreach (var member in map.Members)
        {
            if (known.Contains(member.Key, StringComparer.Ordinal))
            {
                fields._members[member.Key] = member;
            }
            else
            {
                faults.Add(
                    new YamlFault(
                        member.At,
                        $"\"{member.Key}\" is not known here; known are: {string.Join(", ", known)}"
                    )
                );
            }
        }

        return fields;
    }

    public bool Has(string key) => _members.ContainsKey(key);

    public YamlNode? Node(string key) => _members.GetValueOrDefault(key)?.Value;

    public YamlFields Map(string key, params string[] known) =>
        Node(key) is { } node ? Open(node, _faults, known) : new YamlFields(_faults);

    /// <summary>One text or a list of them; empty when absent.</summary>
    public ImmutableArray<string> Texts(string key, Func<string, string?> problemOf)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case YamlNode.List { Items.IsEmpty: true } empty:
                Add(empty, $"\"{key}\" is empty; leave the line out, or name something");
                return [];
            case YamlNode.List { Items.Length: > ListMax } long_:
                Add(long_, $"\"{key}\" has more than {ListMax} entries");
                return [];
            case YamlNode.List list:
                return
                [
                    .. list
                        .Items.Select(i => OneText(key, i, problemOf))
                        .OfType<string>()
                        .Distinct(StringComparer.Ordinal),
                ];
            case var node:
                return OneText(key, node, problemOf) is { } one ? [one] : [];
        }
    }

    /// <summary>One of these words; null when absent or another.</summary>
    public string? Word(string key, params string[] words)
    {
        if (Node(key) is not { } node)
        {
            return null;
        }

        if (node is YamlNode.Text text && words.Contains(text.Value, StringComparer.Ordinal))
        {
            return text.Value;
        }

        var found = node is YamlNode.Text t ? $"\"{t.Value}\"" : node.Kind;
        Add(node, $"{found} is not possible for \"{key}\": write {Or(words)}");
        return null;
    }

    public T? Word<T>(string key)
        where T : struct, Enum =>
        Word(key, [.. Enum.GetValues<T>().Select(WireNames.Of)]) is { } word
            ? WireNames.Parse<T>(word)
            : null;

    public long? Whole(string key, long min, long max)
    {
        if (Node(key) is not { } node)
        {
            return null;
        }

        if (
            node is YamlNode.Text { IsPlain: true } text
            && long.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && n >= min
            && n <= max
        )
        {
            return n;
        }

        Add(node, $"\"{key}\" must be a whole number from {min} to {max}, without quotes");
        return null;
    }

    /// <summary>Seconds, written as <c>90s</c>, <c>15m</c> or <c>24h</c>.</summary>
    public int? Duration(string key, int min, int max)
    {
        if (Node(key) is not { } node)
        {
            return null;
        }

        if (node is YamlNode.Text text && Approvals.Duration.Parse(text.Value) is { } time)
        {
            if (time.TotalSeconds >= min && time.TotalSeconds <= max)
            {
                return (int)time.TotalSeconds;
            }

            Add(
                node,
                $"\"{key}\" must be from {Approvals.Duration.Write(min)} to {Approvals.Duration.Write(max)}"
            );
            return null;
        }

        Add(node, $"\"{key}\" must be a duration such as 90s, 15m or 24h");
        return null;
    }

    public void Add(YamlNode node, string fault) => _faults.Add(new YamlFault(node.At, fault));

    private string? OneText(string key, YamlNode node, Func<string, string?> problemOf)
    {
        var problem = node switch
        {
            YamlNode.Text { Value: "" } => $"\"{key}\" has an empty text here",
            YamlNode.Text { Value.Length: > TextMax } => $"longer than {TextMax} characters",
            YamlNode.Text { Value: var v } when v.Any(char.IsControl) =>
                "it holds a character that cannot be seen",
            YamlNode.Text { Value: var v } => problemOf(v),
            _ => $"found {node.Kind} where a text should be",
        };
        if (problem is null)
        {
            return ((YamlNode.Text)node).Value;
        }

        Add(node, problem);
        return null;
    }

    private static string Or(string[] words) =>
        words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
}
