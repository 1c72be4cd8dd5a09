using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatApprovals.Mcp;

/// <summary>
/// One message of a client: origin, key, body, message, version, in this order; then the protocol's own SDK
/// answers it, for this agent alone. Who may not come in is told by a <see cref="Problem"/>; what is no
/// message of the protocol by a JSON-RPC error; what the desk refuses by the result of the tool.
/// </summary>
internal sealed class McpPost(
    AgentGate gate,
    ToolCalls tools,
    InboxOptions limits,
    McpOptions options
)
{
    /// <summary>Bytes around the arguments of a call: names, id, progress token, what clients add.</summary>
    private const int EnvelopeBytes = 8_192;

    /// <summary>
    /// <c>{"params": {"arguments": …}}</c>, and some more: the arguments are measured by themselves, so that
    /// whoever nests too deep is told by the tool.
    /// </summary>
    private const int EnvelopeLevels = 8;

    private const string Instructions =
        "Before you run a privileged action, describe exactly that action with request_approval. A person "
        + "decides in chat. Tell your user the code, call wait_for_approval until it is no longer pending, "
        + "and run the action only when it is approved, once and unchanged; then call report_result.";

    private static readonly Problem ForeignOrigin = new(
        403,
        "foreign_origin",
        "A page of another origin",
        "`Origin` must be that of this server's public address, or left out."
    );

    /// <summary>The first that has no handshake, and tells in headers what is called.</summary>
    private const string WithoutHandshake = "2026-07-28";

    /// <summary>Of 2025-03-26 all but its batches, which the next version took back.</summary>
    private static readonly string[] s_versions =
    [
        WithoutHandshake,
        "2025-11-25",
        "2025-06-18",
        "2025-03-26",
        "2024-11-05",
    ];

    private static readonly Implementation s_self = new()
    {
        Name = "chatapprovals",
        Title = "ChatApprovals",
        Version = typeof(McpPost).Assembly.GetName().Version?.ToString(3) ?? "0",
    };

    public async Task<Problem?> AnswerAsync(HttpContext http, CancellationToken cancel)
    {
        if (!options.MayCome(http.Request))
        {
            return ForeignOrigin;
        }

        switch (gate.Admit(http.Request))
        {
            case Admission.Refused(var problem):
                return problem;
            case Admission.Admitted(var agent):
                await AnswerAsync(http, agent.Name, cancel);
                return null;
            default:
                throw new InvalidOperationException("an admission of no kind");
        }
    }

    private async Task AnswerAsync(HttpContext http, AgentName agent, CancellationToken cancel)
    {
        var max = limits.BodyBytes + EnvelopeBytes;
        var body = await JsonBody.FromAsync(http.Request, max, EnvelopeLevels, cancel);
        if (body is not JsonBody.Read read)
        {
            var problem = body is JsonBody.Refused refused ? refused.Problem : Problems.NoBody;
            await RefuseAsync(http, AgentBody.Unrepeated(problem), cancel);
        }
        else if (Message(read.Value) is not { } message)
        {
            const string rule =
                "Send one JSON-RPC 2.0 message: a call with an id, or a notification.";
            await RefuseAsync(http, rule, cancel);
        }
        else if (message is not JsonRpcRequest call)
        {
            // A notification, or an answer to what was never asked: taken, and nothing is said.
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else if (WhyNot(http.Request, call) is { } error)
        {
            const int bad = StatusCodes.Status400BadRequest;
            await OnePost.RefuseAsync(http, bad, error, call.Id, cancel);
        }
        else
        {
            await RunAsync(http, agent, call, cancel);
        }
    }

    /// <summary>Null for what is none. Whoever leaves the id out of a call would think that it ran.</summary>
    private static JsonRpcMessage? Message(JsonElement body)
    {
        try
        {
            return body.Deserialize(
                McpJsonUtilities.DefaultOptions.GetTypeInfo<JsonRpcMessage>()
            ) switch
            {
                JsonRpcRequest { Params: not (null or JsonObject) } => null,
                JsonRpcNotification { Method: var method }
                    when !method.StartsWith("notifications/", StringComparison.Ordinal) => null,
                var message => message,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// What is wrong with the headers, or null. Without a version it is 2025-03-26, which did not have the
    /// header; <c>initialize</c> is to agree on it. From 2026-07-28 on, headers name what is called, and
    /// whoever routes by them must have read the same as we (SEP-2243).
    /// </summary>
    private static JsonRpcErrorDetail? WhyNot(HttpRequest request, JsonRpcRequest call)
    {
        var said = request.Headers["MCP-Protocol-Version"];
        if (call.Method is RequestMethods.Initialize || said.Count == 0)
        {
            return null;
        }

        if (said is not [{ } version] || !s_versions.Contains(version, StringComparer.Ordinal))
        {
            var known = $"MCP-Protocol-Version: {string.Join(", ", s_versions)}.";
            return Error(McpErrorCode.UnsupportedProtocolVersion, known);
        }

        call.Context = new() { ProtocolVersion = version };
        var isNamed =
            version is not WithoutHandshake
            || (
                IsSaid(request, "Mcp-Method", call.Method)
                && (
                    call.Method is not RequestMethods.ToolsCall
                    || IsSaid(request, "Mcp-Name", Text(call.Params?["name"]))
                )
            );
        return isNamed
            ? null
            : Error(McpErrorCode.HeaderMismatch, "Mcp-Method, Mcp-Name: as in the message.");
    }

    private static bool IsSaid(HttpRequest request, string header, string? value) =>
        request.Headers[header] is [{ } said]
        && string.Equals(said, value, StringComparison.Ordinal);

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private async Task RunAsync(
        HttpContext http,
        AgentName agent,
        JsonRpcRequest call,
        CancellationToken cancel
    )
    {
        var isNewest = call.Context?.ProtocolVersion is WithoutHandshake;
        await using var post = new OnePost(http, call, isNewest);
        // Its log would have the arguments in it; what breaks is logged by the tools.
        await using var server = McpServer.Create(post, Options(http, agent));
        var running = server.RunAsync(cancel);
        try
        {
            await post.Over.WaitAsync(cancel);
        }
        finally
        {
            // Who has left is written nothing any more, and leaves no work behind.
            await post.DisposeAsync();
            await running;
        }
    }

    private McpServerOptions Options(HttpContext http, AgentName agent)
    {
        var takesStream = OnePost.TakesStream(http.Request);
        return new()
        {
            ServerInfo = s_self,
            ServerInstructions = Instructions,
            Capabilities = new() { Tools = new() },
            ScopeRequests = false,
            Handlers = new()
            {
                ListToolsHandler = (_, _) => ValueTask.FromResult(Tools.All),
                CallToolHandler = (call, cancel) =>
                    tools.AnswerAsync(
                        agent,
                        call,
                        takesStream,
                        () => gate.WhyNot(http.Request),
                        cancel
                    ),
            },
            Filters = new() { Message = new() { IncomingFilters = [WithoutBadParams] } },
        };
    }

    private static Task RefuseAsync(HttpContext http, Problem problem, CancellationToken cancel)
    {
        var isParsing = problem.Status == StatusCodes.Status400BadRequest;
        var error = new JsonRpcErrorDetail
        {
            Code = (int)(isParsing ? McpErrorCode.ParseError : McpErrorCode.InvalidRequest),
            Message = problem.Detail,
            Data = JsonElement.Parse(Answer.Bytes(problem.Write).Span),
        };
        return OnePost.RefuseAsync(http, problem.Status, error, id: default, cancel);
    }

    private static Task RefuseAsync(HttpContext http, string rule, CancellationToken cancel) =>
        OnePost.RefuseAsync(
            http,
            StatusCodes.Status400BadRequest,
            Error(McpErrorCode.InvalidRequest, rule),
            id: default,
            cancel
        );

    private static JsonRpcErrorDetail Error(McpErrorCode code, string message) =>
        new() { Code = (int)code, Message = message };

    /// <summary>What a method cannot read is the client's mistake, not ours.</summary>
    private static McpMessageHandler WithoutBadParams(McpMessageHandler next) =>
        async (message, cancel) =>
        {
            try
            {
                await next(message, cancel);
            }
            catch (JsonException e)
            {
                throw new McpProtocolException(
                    "params: not as the method wants them.",
                    e,
                    McpErrorCode.InvalidParams
                );
            }
        };
}
