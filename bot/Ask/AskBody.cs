using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>What the options name, read: contents of files, and where the command is.</summary>
public sealed record AskInput
{
    /// <summary>The JSON of <c>--from-file</c>.</summary>
    public string? Request { get; init; }
    public TerraformPlan? Plan { get; init; }
    public string? Diff { get; init; }
    public ImmutableArray<(string Name, string Text)> Logs { get; init; } = [];

    /// <summary>Lower-case hexadecimal SHA-256 by the name that was typed.</summary>
    public ImmutableArray<(string Name, string Sha256)> Bound { get; init; } = [];

    /// <summary>The program's whole path, and where it will run; empty without a command.</summary>
    public string Program { get; init; } = "";
    public string Directory { get; init; } = "";

    /// <summary><c>APPROVALS_INITIATOR</c>.</summary>
    public string? Initiator { get; init; }
}

/// <summary>
/// The body of <c>POST /v1/requests</c>: what a file says, then a plan, then the options, each over what came
/// before. The command line, its program, its directory and bound files are properties of the action, so that
/// what was approved is what runs. Pure.
/// </summary>
public static class AskBody
{
    /// <exception cref="AskException">It cannot be asked like that.</exception>
    public static JsonObject Compose(AskOptions options, AskInput input)
    {
        var body = input.Request is { } text ? AsObject(text, "--from-file") : [];
        if (input.Plan is { } plan)
        {
            plan.AddTo(body);
        }

        Bound(body, options);
        if (!options.Command.IsEmpty)
        {
            Command(body, options, input);
        }

        Files(body, input);
        AskShown.Add(body, options, input);
        Initiator(body, options.Initiator ?? input.Initiator);
        Behalf(body, options);
        if (options.Audience is { } audience)
        {
            body["audience"] = audience;
        }

        if (options.Timeout is { } seconds)
        {
            body["expires_in"] = seconds;
        }

        Require(body, "action", "name", "say what is to be done: --action iam.role.attach_policy");
        Require(body, "resource", "type", "say on what: --resource aws.iam.role/deployer");
        return body;
    }

    /// <summary>A JSON object in which no name stands twice.</summary>
    public static JsonObject AsObject(string text, string what)
    {
        try
        {
            var strict = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(text, nodeOptions: null, strict) as JsonObject
                ?? throw AskException.NotAsked($"{what} is no JSON object");
        }
        catch (JsonException error)
        {
            throw AskException.NotAsked($"{what} is no JSON: {error.Message}");
        }
    }

    private static void Bound(JsonObject body, AskOptions options)
    {
        if (options.Action is { } action)
        {
            In(body, "action")["name"] = action;
        }

        foreach (var pair in options.Properties)
        {
            In(body, "action", "properties")[pair.Name] = ValueOf(pair);
        }

        if (options.Resource is var (type, id))
        {
            In(body, "resource")["type"] = type;
            In(body, "resource")["id"] = id;
        }

        foreach (var pair in options.ResourceProperties)
        {
            In(body, "resource", "properties")[pair.Name] = ValueOf(pair);
        }

        if (options.Environment is { } environment)
        {
            In(body, "resource", "properties")["environment"] = environment;
        }

        foreach (var pair in options.Context)
        {
            In(body, "context")[pair.Name] = ValueOf(pair);
        }
    }

    private static void Command(JsonObject body, AskOptions options, AskInput input)
    {
        var words = new JsonArray([.. options.Command.Select(w => (JsonNode)w)]);
        if (options.Guarded)
        {
            // The guard says itself what it is about to run; it knows nothing of this machine.
            AskShown
                .Evidence(body)
                .Add(AskShown.Fact("Command", words.ToJsonString(AskJson.Plain)));
            return;
        }

        var properties = In(body, "action", "properties");
        Own(properties, "argv", words);
        Own(properties, "program", input.Program);
        Own(properties, "directory", input.Directory);
    }

    private static void Files(JsonObject body, AskInput input)
    {
        if (input.Bound.IsEmpty)
        {
            return;
        }

        var files = new JsonObject();
        foreach (var (name, sha256) in input.Bound)
        {
            files[name] = "sha256:" + sha256;
        }

        Own(In(body, "action", "properties"), "files", files);
    }

    /// <summary>A name that only this command may fill: who reads it must be able to believe it.</summary>
    private static void Own(JsonObject properties, string name, JsonNode value)
    {
        if (!properties.TryAdd(name, value))
        {
            throw AskException.NotAsked(
                $"the action has a property '{name}' already: that name is for the command that runs"
            );
        }
    }

    /// <summary>As at guarded endpoints: an identifier of a person, <c>service:…</c> or <c>schedule:…</c>.</summary>
    private static void Initiator(JsonObject body, string? said)
    {
        if (said is null)
        {
            if (!body.ContainsKey("initiator"))
            {
                throw AskException.NotAsked(
                    "say who is behind this: --initiator alice@acme.example, service:ci or schedule:nightly (or APPROVALS_INITIATOR)"
                );
            }

            return;
        }

        body["initiator"] = Party(said);
    }

    /// <summary>Adds to whom a file names.</summary>
    private static void Behalf(JsonObject body, AskOptions options)
    {
        if (options.Behalf.IsEmpty)
        {
            return;
        }

        if (body["on_behalf_of"] is not JsonArray chain)
        {
            chain = [];
            body["on_behalf_of"] = chain;
        }

        foreach (var said in options.Behalf)
        {
            chain.Add((JsonNode)Party(said));
        }
    }

    private static JsonObject Party(string said)
    {
        var (type, id) = said.Split(':', 2) is ["human" or "service" or "schedule", var rest]
            ? (said[..said.IndexOf(':', StringComparison.Ordinal)], rest)
            : ("human", said);
        return new JsonObject { ["type"] = type, ["id"] = id };
    }

    private static JsonNode? ValueOf(AskPair pair)
    {
        if (!pair.IsJson)
        {
            return pair.Value;
        }

        try
        {
            var strict = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(pair.Value, nodeOptions: null, strict);
        }
        catch (JsonException error)
        {
            throw AskException.NotAsked($"{pair.Name}:= is no JSON: {error.Message}");
        }
    }

    /// <summary>The object at these names, made where it is missing.</summary>
    public static JsonObject In(JsonObject body, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            body = (body[name] ??= new JsonObject()) as JsonObject ?? throw NotA(name, "object");
        }

        return body;
    }

    public static JsonArray InArray(JsonObject body, string name) =>
        (body[name] ??= new JsonArray()) as JsonArray ?? throw NotA(name, "array");

    private static AskException NotA(string name, string kind) =>
        AskException.NotAsked($"'{name}' of --from-file is no JSON {kind}");

    private static void Require(JsonObject body, string name, string member, string sentence)
    {
        if ((body[name] as JsonObject)?[member] is null)
        {
            throw AskException.NotAsked(sentence);
        }
    }
}
