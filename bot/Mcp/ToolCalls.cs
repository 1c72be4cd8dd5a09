using System.Runtime.InteropServices;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Mcp;

/// <summary>
/// <c>tools/call</c>: reads the arguments as the inbox reads its bodies, asks the desk, and answers the
/// request as its agent sees it, with words for a model. What is refused is a result with <c>isError</c> and
/// the problem: the model can mend it. No such tool is a protocol error.
/// </summary>
internal sealed partial class ToolCalls(
    Submission submission,
    Ending ending,
    Lookup lookup,
    Waiting waiting,
    AgentGate gate,
    InboxOptions limits,
    TimeProvider clock,
    ILogger<ToolCalls> logger
)
{
    private static readonly JsonElement s_nothing = JsonElement.Parse("{}");

    public async Task AnswerAsync(
        HttpContext http,
        AgentName agent,
        RpcMessage.Call call,
        CancellationToken cancel
    )
    {
        if (Read(call.Params, out var tool, out var arguments) is { } error)
        {
            await RpcAnswer.ErrorAsync(http, 200, call.Id, error, cancel);
            return;
        }

        var token = ProgressToken(call.Params);
        if (tool is not Tools.Wait || token is null || !TakesStream(http.Request))
        {
            var replied = await RunAsync(agent, tool, arguments, _ => Task.CompletedTask, cancel);
            await RpcAnswer.ResultAsync(http, call.Id, json => Write(json, replied), cancel);
            return;
        }

        var told = 0;
        RpcAnswer.BeginStream(http.Response);
        var last = await RunAsync(agent, tool, arguments, TellAsync, cancel);
        await RpcAnswer.EventAsync(
            http.Response,
            json => RpcAnswer.Result(json, call.Id, result => Write(result, last)),
            cancel
        );

        Task TellAsync(Approval approval) =>
            RpcAnswer.EventAsync(
                http.Response,
                json => RpcAnswer.Progress(json, token.Value, ++told, ToolText.Waits(approval)),
                cancel
            );
    }

    /// <summary>Why the parameters are none, or null.</summary>
    private static RpcError? Read(
        JsonElement parameters,
        out string tool,
        out JsonElement arguments
    )
    {
        arguments = s_nothing;
        tool = RpcMessage.Text(parameters, "name") ?? "";
        if (!Tools.Names.Contains(tool, StringComparer.Ordinal))
        {
            var known = $"Unknown tool. Known here: {string.Join(", ", Tools.Names)}.";
            return new RpcError(RpcError.InvalidParams, known);
        }

        if (!parameters.TryGetProperty("arguments", out var given))
        {
            return null;
        }

        arguments = given;
        return given.ValueKind == JsonValueKind.Object
            ? null
            : new RpcError(RpcError.InvalidParams, "arguments: an object.");
    }

    private async Task<Replied> RunAsync(
        AgentName agent,
        string tool,
        JsonElement arguments,
        Func<Approval, Task> tellAsync,
        CancellationToken cancel
    )
    {
        try
        {
            var body = Body(arguments);
            return tool is Tools.Request
                    ? await submission.AskAsync(
                        agent,
                        key: null,
                        () => Task.FromResult(body),
                        cancel
                    )
                : body is JsonBody.Read read
                    ? await AboutOneAsync(agent, tool, read.Value, tellAsync, cancel)
                : new Replied.Refused(((JsonBody.Refused)body).Problem);
        }
        catch (UnavailableException e)
        {
            LogUnavailable(logger, e);
            return new Replied.Refused(Problems.Unavailable);
        }
    }

    /// <summary>The arguments by themselves: bounded, strict and without credentials, as any body.</summary>
    private JsonBody Body(JsonElement arguments)
    {
        var utf8 = JsonMarshal.GetRawUtf8Value(arguments);
        return utf8.Length > limits.BodyBytes
            ? new JsonBody.Refused(Problems.TooLarge(limits.BodyBytes))
            : AgentBody.Checked(JsonBody.Parse(utf8, around: 0));
    }

    private async Task<Replied> AboutOneAsync(
        AgentName agent,
        string tool,
        JsonElement arguments,
        Func<Approval, Task> tellAsync,
        CancellationToken cancel
    )
    {
        var errors = new InputErrors();
        var fields = tool switch
        {
            Tools.Wait => Fields.Open(arguments, "", errors, "id", "timeout_seconds"),
            Tools.Cancel => Fields.Open(arguments, "", errors, "id", "reason"),
            Tools.Report => Fields.Open(arguments, "", errors, "id", "outcome", "detail"),
            _ => Fields.Open(arguments, "", errors, "id"),
        };
        var named = fields.RequiredText("id", RequestLimits.NameMax);
        var seconds = fields.Whole("timeout_seconds", 0, HeldCall.AskedMax);
        var reason = EndingReader.Reason(fields);
        var (outcome, detail) = tool is Tools.Report ? EndingReader.Result(fields) : ("", null);
        if (errors.Any)
        {
            return new Replied.Refused(Problems.Invalid(errors.All()));
        }

        if (!RequestId.TryParse(named, provider: null, out var id))
        {
            return new Replied.Refused(Problems.NotFound);
        }

        return tool switch
        {
            Tools.Wait => await waiting.ForAsync(
                agent,
                id,
                HeldCall.For(seconds),
                tellAsync,
                cancel
            ),
            Tools.Cancel => await ending.CancelAsync(agent, id, reason, cancel),
            Tools.Report => await ending.ReportAsync(agent, id, outcome, detail, cancel),
            _ => await lookup.WaitAsync(agent, id, TimeSpan.Zero, cancel) is { } found
                ? new Replied.State(found, IsNew: false)
                : new Replied.Refused(Problems.NotFound),
        };
    }

    private void Write(Utf8JsonWriter json, Replied replied)
    {
        switch (replied)
        {
            case Replied.State(var approval, _):
                var words = ToolText.Of(approval, gate.Register, clock.GetUtcNow());
                Write(json, words, j => RequestView.Write(j, approval, gate.Register), false);
                break;
            case Replied.Refused(var problem):
                Write(json, ToolText.Of(problem), problem.Write, isError: true);
                break;
        }
    }

    /// <summary>The words, the same as JSON text for clients that know no structured content, and as such.</summary>
    private static void Write(
        Utf8JsonWriter json,
        string words,
        Action<Utf8JsonWriter> structured,
        bool isError
    )
    {
        json.WriteStartObject();
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", words);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", Answer.Bytes(structured).Span);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("structuredContent");
        structured(json);
        json.WriteBoolean("isError", isError);
        json.WriteEndObject();
    }

    private static JsonElement? ProgressToken(JsonElement parameters) =>
        parameters.TryGetProperty("_meta", out var meta)
        && meta.ValueKind == JsonValueKind.Object
        && meta.TryGetProperty("progressToken", out var token)
        && RpcMessage.IsId(token)
            ? token
            : null;

    private static bool TakesStream(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .Accept.Any(a =>
                string.Equals(
                    a.MediaType.Value,
                    "text/event-stream",
                    StringComparison.OrdinalIgnoreCase
                )
            );

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger cannot be written")]
    private static partial void LogUnavailable(ILogger logger, Exception e);
}
