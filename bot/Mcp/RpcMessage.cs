using System.Text.Json;
using ChatApprovals.Http;

namespace ChatApprovals.Mcp;

/// <summary>One JSON-RPC 2.0 message of a client. Strict where a message could be taken for two.</summary>
internal abstract record RpcMessage
{
    /// <summary>UTF-16 units of an id or a progress token; no client comes near.</summary>
    private const int IdMax = 256;

    private RpcMessage() { }

    /// <param name="Id">A string or a whole number; sent back as it came.</param>
    /// <param name="Method">What is called.</param>
    /// <param name="Params">An object; undefined when there are none.</param>
    public sealed record Call(JsonElement Id, string Method, JsonElement Params) : RpcMessage;

    /// <summary>A notification, or an answer to what was never asked: taken, and nothing is said.</summary>
    public sealed record Notice : RpcMessage;

    /// <param name="Id">Undefined when it is not known.</param>
    /// <param name="Error">What is wrong with it.</param>
    public sealed record Bad(JsonElement Id, RpcError Error) : RpcMessage;

    public static RpcMessage Read(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            var isBatch = message.ValueKind == JsonValueKind.Array;
            var rule = isBatch ? "Send one message, not a batch." : "Send a JSON object.";
            return new Bad(default, new RpcError(RpcError.InvalidRequest, rule));
        }

        var hasId = message.TryGetProperty("id", out var id);
        if (hasId && !IsId(id))
        {
            return Refused(default, "id: a string or a whole number.");
        }

        if (Text(message, "jsonrpc") is not "2.0")
        {
            return Refused(id, "jsonrpc: \"2.0\".");
        }

        return message.TryGetProperty("method", out _) ? Asked(message, id, hasId)
            : hasId && IsAnswer(message) ? new Notice()
            : Refused(id, "method: a string.");
    }

    /// <summary>What may name a call or its progress.</summary>
    public static bool IsId(JsonElement id) =>
        id.ValueKind switch
        {
            JsonValueKind.String => id.GetString()!.Length <= IdMax,
            JsonValueKind.Number => id.TryGetInt64(out _),
            _ => false,
        };

    /// <summary>The member's text, or null.</summary>
    public static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static RpcMessage Asked(JsonElement message, JsonElement id, bool hasId)
    {
        if (Text(message, "method") is not { } method)
        {
            return Refused(id, "method: a string.");
        }

        if (
            message.TryGetProperty("params", out var parameters)
            && parameters.ValueKind != JsonValueKind.Object
        )
        {
            return Refused(id, "params: an object.");
        }

        if (hasId)
        {
            return new Call(id, method, parameters);
        }

        // Whoever leaves the id out of a call would think that it ran.
        return method.StartsWith("notifications/", StringComparison.Ordinal)
            ? new Notice()
            : Refused(id, "id: needed, this is no notification.");
    }

    private static bool IsAnswer(JsonElement message) =>
        message.TryGetProperty("result", out _) != message.TryGetProperty("error", out _);

    private static Bad Refused(JsonElement id, string rule) =>
        new(id, new RpcError(RpcError.InvalidRequest, rule));
}

/// <summary>JSON-RPC 2.0, 5.1. <see cref="Problem"/> is its <c>data</c>, where a refusal of ours is behind it.</summary>
internal sealed record RpcError(int Code, string Message, Problem? Problem = null)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
}
