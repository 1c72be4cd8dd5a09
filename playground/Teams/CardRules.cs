using System.Text.Json;

namespace ChatApprovals.Playground.Teams;

/// <summary>Adaptive Cards as Teams takes them (1.5). Two judgements: what Teams refuses, and what some clients
/// would drop without a word, which is worse: an approver would not see it.</summary>
internal static class CardRules
{
    public const string ContentType = "application/vnd.microsoft.card.adaptive";

    /// <summary>learn.microsoft.com, "User specific views": at most 60 user ids.</summary>
    private const int RefreshUsersMax = 60;

    /// <summary>learn.microsoft.com, card reference: six primary actions.</summary>
    private const int ActionsMax = 6;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "AdaptiveCard",
        "TextBlock",
        "RichTextBlock",
        "TextRun",
        "Container",
        "ColumnSet",
        "Column",
        "FactSet",
        "ActionSet",
        "Image",
        "ImageSet",
        "Table",
        "TableRow",
        "TableCell",
        "Input.Text",
        "Input.Number",
        "Input.Date",
        "Input.Time",
        "Input.Toggle",
        "Input.ChoiceSet",
        "Action.Execute",
        "Action.Submit",
        "Action.OpenUrl",
        "Action.ShowCard",
        "Action.ToggleVisibility",
    };

    /// <summary>Why Teams would refuse the message; null when it would not.</summary>
    public static string? Refusal(JsonElement card)
    {
        if (card.Text("type") is not "AdaptiveCard")
        {
            return "The card's type is not AdaptiveCard.";
        }
        var users = card.At("refresh").At("userIds") is { ValueKind: JsonValueKind.Array } ids
            ? ids.GetArrayLength()
            : 0;
        return users > RefreshUsersMax
            ? $"refresh.userIds has {users} entries; at most {RefreshUsersMax} are allowed."
            : null;
    }

    /// <summary>What a client might not show. Elements with a <c>fallback</c> are safe.</summary>
    public static IEnumerable<string> Lint(JsonElement card)
    {
        if (card.Text("version") is not { } version)
        {
            yield return "no version: mobile clients drop the card";
        }
        else if (!decimal.TryParse(version, out var number) || number > 1.5m)
        {
            yield return $"version {version}: Teams knows 1.5 and earlier";
        }
        if (card.Items("actions").Count(a => a.Text("mode") is not "secondary") > ActionsMax)
        {
            yield return $"more than {ActionsMax} primary actions";
        }
        foreach (var element in card.Objects())
        {
            if (Dropped(element) is { } lint)
            {
                yield return lint;
            }
        }
    }

    private static string? Dropped(JsonElement element)
    {
        var type = element.Text("type");
        if (type is null || element.At("fallback") is not null)
        {
            return null;
        }
        var hasBody = type.Contains('.', StringComparison.Ordinal) || char.IsUpper(type[0]);
        return type switch
        {
            "Table" => "Table without fallback: mobile clients may drop it",
            _ when hasBody && !Known.Contains(type) =>
                $"{type} without fallback: some clients drop it",
            _ => null,
        };
    }
}
