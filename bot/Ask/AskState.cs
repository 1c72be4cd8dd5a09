using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>A request as the bot tells it to its agent, in words. Pure.</summary>
public static class AskState
{
    public static string Text(JsonObject state, string name) =>
        state[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    public static bool IsPending(JsonObject state) => Text(state, "status") is "pending";

    public static bool WasRun(JsonObject state) => state["execution"] is JsonObject;

    /// <summary>How long it was open for, all in all; by the bot's clock, so that ours need not agree.</summary>
    public static TimeSpan Lifetime(JsonObject state) =>
        Time(state, "expires_at") is { } end && Time(state, "created_at") is { } start
            ? end - start
            : TimeSpan.Zero;

    /// <summary>Who has to say yes yet: <c>waiting for sre (1 of 2), security (0 of 1)</c>.</summary>
    public static string Waiting(JsonObject state)
    {
        var stages = Items(state, "stages").Select(Stage).ToArray();
        return stages.Length == 0 ? "waiting" : "waiting for " + string.Join(", ", stages);
    }

    /// <summary>What happened so far, oldest first.</summary>
    public static IEnumerable<string> News(JsonObject state)
    {
        foreach (var decision in Items(state, "decisions"))
        {
            var because = Text(decision, "reason") is { Length: > 0 } reason ? $": {reason}" : "";
            var who = Text(decision, "name") is { Length: > 0 } name ? name : "the policy";
            yield return $"{Text(decision, "verdict")} by {who} ({Text(decision, "surface")}){because}";
        }

        foreach (var question in Items(state, "questions"))
        {
            var (from, text) = (Text(question, "from"), Text(question, "text"));
            yield return Text(question, "answer") is { Length: > 0 }
                ? $"{from}'s question is answered: {text}"
                : $"{from} asks: {text} (answer: POST /v1/requests/{Text(state, "id")}/messages)";
        }
    }

    /// <summary>A problem as RFC 9457 has it, with what is wrong where.</summary>
    public static string Problem(int status, JsonObject problem)
    {
        var where = Items(problem, "errors")
            .Select(e => $" {Text(e, "pointer")}: {Text(e, "detail")}");
        var detail = Text(problem, "detail") is { Length: > 0 } said
            ? said
            : Text(problem, "title");
        return $"{status} {Text(problem, "code")}: {detail}{string.Concat(where)}";
    }

    private static string Stage(JsonObject stage)
    {
        var groups = string.Join(
            " or ",
            (stage["approvers"] as JsonArray ?? []).Select(g => g?.ToString())
        );
        return $"{groups} ({stage["approved"]} of {stage["required"]})";
    }

    private static IEnumerable<JsonObject> Items(JsonObject state, string name) =>
        (state[name] as JsonArray ?? []).OfType<JsonObject>();

    private static DateTimeOffset? Time(JsonObject state, string name) =>
        DateTimeOffset.TryParse(
            Text(state, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;
}
