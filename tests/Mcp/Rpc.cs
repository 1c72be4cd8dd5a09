using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Tests.Inbox;

namespace ChatApprovals.Tests.Mcp;

/// <summary>An MCP client of a few lines, so that every byte that is sent is the test's own.</summary>
internal static class Rpc
{
    public const string Streams = "application/json, text/event-stream";

    public static Task<Reply> SendAsync(
        InboxBot bot,
        string body,
        params (string Name, string Value)[] headers
    ) => bot.PostAsync("/mcp", body, http: null, headers);

    public static Task<Reply> AskAsync(InboxBot bot, string method, JsonNode? parameters = null) =>
        SendAsync(bot, Message(method, parameters).ToJsonString());

    /// <summary>Calls a tool and answers its result.</summary>
    public static async Task<JsonElement> CallAsync(
        InboxBot bot,
        string tool,
        JsonNode arguments,
        HttpClient? http = null
    )
    {
        var body = Message("tools/call", Call(tool, arguments)).ToJsonString();
        var reply = (await bot.PostAsync("/mcp", body, http)).Is(200);
        return reply.Body.GetProperty("result");
    }

    public static JsonObject Message(string method, JsonNode? parameters)
    {
        var message = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 7,
            ["method"] = method,
        };
        if (parameters is not null)
        {
            message["params"] = parameters;
        }

        return message;
    }

    public static JsonObject Call(string tool, JsonNode arguments) =>
        new() { ["name"] = tool, ["arguments"] = arguments };

    public static JsonObject Id(string id) => new() { ["id"] = id };

    /// <summary>The state of a result that is no refusal.</summary>
    public static JsonElement State(this JsonElement result)
    {
        Assert.False(result.GetProperty("isError").GetBoolean(), result.ToString());
        return result.Same();
    }

    public static JsonElement IsRefused(this JsonElement result, string code)
    {
        Assert.True(result.GetProperty("isError").GetBoolean(), result.ToString());
        Assert.Equal(code, result.Same().Word("code"));
        Assert.StartsWith($"REFUSED ({code}): ", result.Words(), StringComparison.Ordinal);
        return result;
    }

    public static string Words(this JsonElement result) =>
        result.GetProperty("content")[0].Word("text");

    public static string Word(this JsonElement value, string name) =>
        value.GetProperty(name).GetString()!;

    public static Reply IsError(this Reply reply, HttpStatusCode status, int code)
    {
        Assert.True(reply.Body.TryGetProperty("error", out _), reply.Text);
        Assert.Equal(
            (status, code),
            (reply.Status, reply.Body.GetProperty("error").GetProperty("code").GetInt32())
        );
        Assert.Equal("2.0", reply.Word("jsonrpc"));
        return reply;
    }

    /// <summary>The structured content, which its text repeats for older clients.</summary>
    private static JsonElement Same(this JsonElement result)
    {
        var structured = result.GetProperty("structuredContent");
        Assert.Equal(structured.GetRawText(), result.GetProperty("content")[1].Word("text"));
        return structured;
    }
}
