using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>What is wrong with a message's blocks, in Slack's own manner of speaking.</summary>
internal sealed class BlockFaults
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string at, string what) => _all.Add($"{what} [json-pointer:{at}]");

    public void Count(JsonElement holder, string name, string at, int min, int max)
    {
        if (holder.At(name) is not { ValueKind: JsonValueKind.Array } array)
        {
            Add(at, $"missing required field: {name}");
        }
        else if (array.GetArrayLength() > max)
        {
            Add($"{at}/{name}", $"no more than {max} items allowed");
        }
        else if (array.GetArrayLength() < min)
        {
            Add($"{at}/{name}", $"must have at least {min} items");
        }
    }

    public void Length(JsonElement holder, string name, string at, int min, int max, bool required)
    {
        if (holder.At(name) is not { } value)
        {
            if (required)
            {
                Add(at, $"missing required field: {name}");
            }
            return;
        }
        if (value.ValueKind is not JsonValueKind.String)
        {
            Add($"{at}/{name}", "must be a string");
            return;
        }
        Range(value.GetString()!, $"{at}/{name}", min, max);
    }

    public void TextObject(
        JsonElement holder,
        string name,
        string at,
        int max,
        bool plainOnly,
        bool required = true
    )
    {
        if (holder.At(name) is { } text)
        {
            TextObject(text, $"{at}/{name}", max, plainOnly);
        }
        else if (required)
        {
            Add(at, $"missing required field: {name}");
        }
    }

    /// <summary>A <c>plain_text</c> or <c>mrkdwn</c> object of 1 to <paramref name="max"/> characters.</summary>
    public void TextObject(JsonElement text, string at, int max, bool plainOnly)
    {
        var type = text.Text("type");
        if (type is not "plain_text" && (plainOnly || type is not "mrkdwn"))
        {
            Add(at + "/type", $"unsupported type: {type ?? "(none)"}");
            return;
        }
        if (text.Text("text") is not { } words)
        {
            Add(at, "missing required field: text");
            return;
        }
        var stored = type is "mrkdwn" ? SlackText.Mrkdwn(words) : SlackText.Plain(words);
        Range(stored, at + "/text", 1, max);
    }

    private void Range(string value, string at, int min, int max)
    {
        if (value.Length > max)
        {
            Add(at, $"must be less than {max + 1} characters");
        }
        else if (value.Length < min)
        {
            Add(at, $"must be more than {min - 1} characters");
        }
    }
}
