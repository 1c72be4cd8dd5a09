using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Cards;

/// <summary>
/// Teams' rules for a card, as far as cards use them. Anything unknown is a fault.
/// </summary>
internal sealed class AdaptiveCheck
{
    private static readonly string[] s_verbs =
    [
        "approve",
        "reject",
        "review",
        "question",
        "refresh",
    ];

    private static readonly SearchValues<char> s_markdown = SearchValues.Create("*_[]()<>`#\\{}~");

    private readonly List<string> _faults = [];
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);

    public static ImmutableArray<string> Of(JsonElement card)
    {
        var check = new AdaptiveCheck();
        check.Card(card);
        return [.. check._faults];
    }

    private void Card(JsonElement card)
    {
        var size = Rendering.Size(card);
        Fault(size > CardLimits.AdaptivePayload, $"{size} bytes");
        Fault(!Is(card, "type", "AdaptiveCard"), "not an AdaptiveCard");
        Fault(!Is(card, "version", "1.5"), "version is not 1.5");
        Fault(card.TryGetProperty("actions", out _), "actions outside an ActionSet");
        Items("body", card, "body");
        if (card.TryGetProperty("refresh", out var refresh))
        {
            Execute("refresh", refresh.GetProperty("action"), needsFallback: false);
            var users = refresh.GetProperty("userIds").GetArrayLength();
            Fault(users > CardLimits.RefreshUsers, $"refresh for {users} people");
        }
    }

    private void Items(string at, JsonElement parent, string name)
    {
        var index = 0;
        foreach (var item in parent.GetProperty(name).EnumerateArray())
        {
            Element($"{at}/{index++}", item);
        }

        Fault(index == 0, $"{at}: empty");
    }

    private void Element(string at, JsonElement element)
    {
        switch (Text(element, "type"))
        {
            case "Container":
                Items(at, element, "items");
                break;
            case "TextBlock":
                Markdown(at, Text(element, "text"));
                break;
            case "RichTextBlock":
                Runs(at, element);
                break;
            case "Input.Text":
                Fault(!_inputs.Add(Text(element, "id")), $"{at}: the same input again");
                break;
            case "ActionSet":
                ActionSet(at, element);
                break;
            default:
                _faults.Add($"{at}: unknown element {Text(element, "type")}");
                break;
        }
    }

    /// <summary>A TextBlock is Markdown, so nothing in it may mean anything there.</summary>
    private void Markdown(string at, string text)
    {
        Fault(text.Length == 0, $"{at}: empty text");
        Fault(text.AsSpan().ContainsAny(s_markdown), $"{at}: Markdown in a TextBlock");
    }

    private void Runs(string at, JsonElement block)
    {
        var runs = 0;
        foreach (var run in block.GetProperty("inlines").EnumerateArray())
        {
            runs++;
            Fault(!Is(run, "type", "TextRun"), $"{at}: not a TextRun");
            Fault(run.TryGetProperty("selectAction", out _), $"{at}: a link");
            Fault(Text(run, "text").Length == 0, $"{at}: an empty run");
        }

        Fault(runs == 0, $"{at}: no runs");
    }

    private void ActionSet(string at, JsonElement set)
    {
        var actions = set.GetProperty("actions").EnumerateArray().ToArray();
        Fault(
            actions.Length is 0 or > CardLimits.PrimaryActions,
            $"{at}: {actions.Length} actions"
        );
        foreach (var action in actions)
        {
            Execute(at, action, needsFallback: true);
        }
    }

    private void Execute(string at, JsonElement action, bool needsFallback)
    {
        Fault(!Is(action, "type", "Action.Execute"), $"{at}: not Action.Execute");
        Fault(!s_verbs.Contains(Text(action, "verb"), StringComparer.Ordinal), $"{at}: verb");
        Fault(Text(action.GetProperty("data"), "id").Length == 0, $"{at}: data without id");
        var falls = action.TryGetProperty("fallback", out var fallback);
        Fault(needsFallback && !falls, $"{at}: no fallback");
        Fault(falls && !Is(fallback, "type", "Action.Submit"), $"{at}: fallback is not a Submit");
    }

    private void Fault(bool fault, string what)
    {
        if (fault)
        {
            _faults.Add(what);
        }
    }

    private static bool Is(JsonElement element, string name, string value) =>
        string.Equals(Text(element, name), value, StringComparison.Ordinal);

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
