using System.Text.Json;
using ChatApprovals.Http;

namespace ChatApprovals.Mcp;

/// <summary>Writes JSON-RPC 2.0: as the whole answer, or as one event of a stream.</summary>
internal static class RpcAnswer
{
    public static Task ResultAsync(
        HttpContext http,
        JsonElement id,
        Action<Utf8JsonWriter> result,
        CancellationToken cancel
    ) => Answer.JsonAsync(http, StatusCodes.Status200OK, json => Result(json, id, result), cancel);

    public static Task ErrorAsync(
        HttpContext http,
        int status,
        JsonElement id,
        RpcError error,
        CancellationToken cancel
    ) => Answer.JsonAsync(http, status, json => Error(json, id, error), cancel);

    public static void Result(Utf8JsonWriter json, JsonElement id, Action<Utf8JsonWriter> result)
    {
        Begin(json, id);
        json.WritePropertyName("result");
        result(json);
        json.WriteEndObject();
    }

    /// <summary>The answer becomes a stream of events from here on.</summary>
    public static void BeginStream(HttpResponse response)
    {
        Answer.NotKept(response);
        response.ContentType = "text/event-stream";
        // NGINX would hold events back otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    public static async Task EventAsync(
        HttpResponse response,
        Action<Utf8JsonWriter> message,
        CancellationToken cancel
    )
    {
        var body = response.Body;
        await body.WriteAsync("event: message\ndata: "u8.ToArray(), cancel);
        await body.WriteAsync(Answer.Bytes(message), cancel);
        await body.WriteAsync("\n\n"u8.ToArray(), cancel);
        await body.FlushAsync(cancel);
    }

    public static void Progress(Utf8JsonWriter json, JsonElement token, int told, string message)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WriteString("method", "notifications/progress");
        json.WriteStartObject("params");
        json.WritePropertyName("progressToken");
        token.WriteTo(json);
        json.WriteNumber("progress", told);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, JsonElement id, RpcError error)
    {
        Begin(json, id);
        json.WriteStartObject("error");
        json.WriteNumber("code", error.Code);
        json.WriteString("message", error.Message);
        if (error.Problem is { } problem)
        {
            json.WritePropertyName("data");
            problem.Write(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, JsonElement id)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WritePropertyName("id");
        if (id.ValueKind == JsonValueKind.Undefined)
        {
            json.WriteNullValue();
        }
        else
        {
            id.WriteTo(json);
        }
    }
}
