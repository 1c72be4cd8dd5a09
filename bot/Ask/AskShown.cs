using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>What people are shown beside the action, and nothing is bound to: prose, diff, data scope, evidence. Pure.</summary>
public static class AskShown
{
    private static readonly string[] s_scopeTexts = ["classification", "summary", "destination"];

    /// <exception cref="AskException">A data scope that is none.</exception>
    public static void Add(JsonObject body, AskOptions options, AskInput input)
    {
        Put(body, "justification", options.Justification);
        Put(body, "risk", options.Risk);
        Put(body, "undo", options.Undo);
        if (input.Diff is { } diff)
        {
            body["diff"] = new JsonObject { ["format"] = "unified", ["text"] = diff };
        }

        foreach (var pair in options.DataScope)
        {
            DataScope(AskBody.In(body, "data_scope"), pair);
        }

        foreach (var fact in options.Facts)
        {
            Evidence(body).Add(Fact(fact.Name, fact.Value));
        }

        foreach (var link in options.Links)
        {
            Evidence(body).Add(Item("link", ("name", link.Name), ("url", link.Value)));
        }

        foreach (var (name, text) in input.Logs)
        {
            Evidence(body).Add(Item("log", ("name", name), ("text", text)));
        }
    }

    private static void DataScope(JsonObject scope, AskPair pair)
    {
        switch (pair.Name)
        {
            case "records":
                scope["records"] = long.TryParse(
                    pair.Value,
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var records
                )
                    ? records
                    : throw AskException.NotAsked("--data-scope records is a whole number");
                break;
            case "dataset" or "field":
                AskBody.InArray(scope, pair.Name + "s").Add(pair.Value);
                break;
            case var name when s_scopeTexts.Contains(name, StringComparer.Ordinal):
                scope[name] = pair.Value;
                break;
            default:
                throw AskException.NotAsked(
                    "--data-scope knows classification, summary, records, dataset, field and destination"
                );
        }
    }

    public static JsonArray Evidence(JsonObject body) => AskBody.InArray(body, "evidence");

    public static JsonObject Fact(string name, string value) =>
        Item("fact", ("name", name), ("value", value));

    private static JsonObject Item(
        string kind,
        params ReadOnlySpan<(string Name, string Value)> members
    )
    {
        var item = new JsonObject { ["kind"] = kind };
        foreach (var (name, value) in members)
        {
            item[name] = value;
        }

        return item;
    }

    private static void Put(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
