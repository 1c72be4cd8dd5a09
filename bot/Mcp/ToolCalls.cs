using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Inbox;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using RequestId = ChatApprovals.Approvals.RequestId;

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
    /// <summary>
    /// Tells progress while waiting when the client asked for it and takes a stream. <paramref name="whyNot"/>:
    /// null while the caller still would be let in.
    /// </summary>
    public async ValueTask<CallToolResult> AnswerAsync(
        AgentName agent,
        RequestContext<CallToolRequestParams> call,
        bool takesStream,
        Func<Problem?> whyNot,
        CancellationToken cancel
    )
    {
        var tool = call.Params?.Name;
        if (tool is null || !Tools.Names.Contains(tool, StringComparer.Ordinal))
        {
            var known = $"Unknown tool. Known here: {string.Join(", ", Tools.Names)}.";
            throw new McpProtocolException(known, McpErrorCode.InvalidParams);
        }

        var told = 0;
        var replied = await RunAsync(agent, tool, call.Params!.Arguments, TellAsync, cancel);
        // The key may have been rotated, or the agent disabled, while it waited.
        return Result(
            tool is Tools.Wait && whyNot() is { } why ? new Replied.Refused(why) : replied
        );

        Task TellAsync(Approval approval) =>
            takesStream && call.Params.ProgressToken is { } token
                ? call.Server.NotifyProgressAsync(
                    token,
                    new() { Progress = ++told, Message = ToolText.Waits(approval) },
                    cancellationToken: cancel
                )
                : Task.CompletedTask;
    }

    private async Task<Replied> RunAsync(
        AgentName agent,
        string tool,
        IDictionary<string, JsonElement>? arguments,
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
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogBroken(logger, e, tool);
            throw;
        }
    }

    /// <summary>The arguments by themselves: bounded, strict and without credentials, as any body.</summary>
    private JsonBody Body(IDictionary<string, JsonElement>? arguments)
    {
        var utf8 = Answer.Bytes(json => Write(json, arguments));
        return utf8.Length > limits.BodyBytes
            ? new JsonBody.Refused(Problems.TooLarge(limits.BodyBytes))
            : AgentBody.Checked(JsonBody.Parse(utf8.Span, around: 0));
    }

    private static void Write(Utf8JsonWriter json, IDictionary<string, JsonElement>? arguments)
    {
        json.WriteStartObject();
        foreach (var (name, value) in arguments ?? ImmutableDictionary<string, JsonElement>.Empty)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
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
            Tools.Wait => Fields.Open(arguments, "", errors, "id", "wait", "timeout_seconds"),
            Tools.Cancel => Fields.Open(arguments, "", errors, "id", "reason"),
            Tools.Report => Fields.Open(arguments, "", errors, "id", "outcome", "detail"),
            _ => Fields.Open(arguments, "", errors, "id"),
        };
        var named = fields.RequiredText("id", RequestLimits.NameMax);
        var seconds = Seconds(fields, errors);
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

    /// <summary>By the inbox's name for it, or by the one that this tool had before.</summary>
    private static long? Seconds(Fields fields, InputErrors errors)
    {
        var wait = fields.Whole("wait", 0, HeldCall.AskedMax);
        var before = fields.Whole("timeout_seconds", 0, HeldCall.AskedMax);
        if (wait is not null && before is not null)
        {
            errors.Add(fields.PointerOf("timeout_seconds"), "bad_value", "It is `wait`: send one.");
        }

        return wait ?? before;
    }

    private CallToolResult Result(Replied replied) =>
        replied switch
        {
            Replied.State(var approval, _) => Result(
                ToolText.Of(approval, gate.Register, clock.GetUtcNow()),
                json => RequestView.Write(json, approval, gate.Register),
                isError: false
            ),
            Replied.Refused(var problem) => Result(ToolText.Of(problem), problem.Write, true),
            _ => throw new InvalidOperationException("a reply of no kind"),
        };

    /// <summary>The words, the same as JSON text for clients that know no structured content, and as such.</summary>
    private static CallToolResult Result(string words, Action<Utf8JsonWriter> write, bool isError)
    {
        var json = Answer.Bytes(write).Span;
        return new()
        {
            Content =
            [
                new TextContentBlock { Text = words },
                new TextContentBlock { Text = Encoding.UTF8.GetString(json) },
            ],
            StructuredContent = JsonElement.Parse(json),
            IsError = isError,
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger cannot be written")]
    private static partial void LogUnavailable(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tool {Tool} broke")]
    private static partial void LogBroken(ILogger logger, Exception e, string tool);
}
