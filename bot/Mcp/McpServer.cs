using System.Reflection;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Mcp;

/// <summary>
/// One message of a client: origin, key, body, message, method, in this order. Who may not come in is told
/// by a <see cref="Problem"/>; what is no message of the protocol by a JSON-RPC error; what the desk refuses
/// by the result of the tool.
/// </summary>
internal sealed class McpServer(
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

    private static readonly string[] s_versions = ["2025-11-25", "2025-06-18", "2025-03-26"];

    private static readonly string s_version =
        typeof(McpServer).Assembly.GetName().Version?.ToString(3) ?? "0";

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
                await AnswerAsync(http, agent, cancel);
                return null;
            default:
                throw new InvalidOperationException("an admission of no kind");
        }
    }

    private async Task AnswerAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        var max = limits.BodyBytes + EnvelopeBytes;
        var body = await JsonBody.FromAsync(http.Request, max, EnvelopeLevels, cancel);
        if (body is not JsonBody.Read read)
        {
            var problem = AgentBody.Unrepeated(
                body is JsonBody.Refused refused ? refused.Problem : Problems.NoBody
            );
            var isParsing = problem.Status == StatusCodes.Status400BadRequest;
            var code = isParsing ? RpcError.ParseError : RpcError.InvalidRequest;
            var error = new RpcError(code, problem.Detail, problem);
            await RpcAnswer.ErrorAsync(http, problem.Status, default, error, cancel);
            return;
        }

        switch (RpcMessage.Read(read.Value))
        {
            case RpcMessage.Bad(var id, var error):
                await RpcAnswer.ErrorAsync(http, 400, id, error, cancel);
                break;
            case RpcMessage.Call call when !IsVersion(http.Request, call):
                var versions = $"MCP-Protocol-Version: {string.Join(", ", s_versions)}.";
                var unknown = new RpcError(RpcError.InvalidRequest, versions);
                await RpcAnswer.ErrorAsync(http, 400, call.Id, unknown, cancel);
                break;
            case RpcMessage.Call call:
                await AnswerAsync(http, agent, call, cancel);
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
        }
    }

    /// <summary>Without the header it is 2025-03-26, which did not have it; <c>initialize</c> is to agree on it.</summary>
    private static bool IsVersion(HttpRequest request, RpcMessage.Call call)
    {
        var said = request.Headers["MCP-Protocol-Version"];
        return call.Method is "initialize"
            || said.Count == 0
            || (said is [{ } one] && s_versions.Contains(one, StringComparer.Ordinal));
    }

    private Task AnswerAsync(
        HttpContext http,
        Agent agent,
        RpcMessage.Call call,
        CancellationToken cancel
    ) =>
        call.Method switch
        {
            "initialize" => InitializeAsync(http, call, cancel),
            "ping" => RpcAnswer.ResultAsync(http, call.Id, WriteNothing, cancel),
            "tools/list" => RpcAnswer.ResultAsync(http, call.Id, Tools.Write, cancel),
            "tools/call" => tools.AnswerAsync(http, agent.Name, call, cancel),
            _ => RpcAnswer.ErrorAsync(
                http,
                200,
                call.Id,
                new RpcError(RpcError.MethodNotFound, "No such method: this server has tools."),
                cancel
            ),
        };

    private static Task InitializeAsync(
        HttpContext http,
        RpcMessage.Call call,
        CancellationToken cancel
    )
    {
        if (RpcMessage.Text(call.Params, "protocolVersion") is not { } asked)
        {
            var error = new RpcError(RpcError.InvalidParams, "protocolVersion: a string.");
            return RpcAnswer.ErrorAsync(http, 200, call.Id, error, cancel);
        }

        var version = s_versions.Contains(asked, StringComparer.Ordinal) ? asked : s_versions[0];
        return RpcAnswer.ResultAsync(http, call.Id, json => Introduce(json, version), cancel);
    }

    private static void Introduce(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject();
        json.WriteString("protocolVersion", version);
        json.WriteStartObject("capabilities");
        json.WriteStartObject("tools");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("serverInfo");
        json.WriteString("name", "chatapprovals");
        json.WriteString("title", "ChatApprovals");
        json.WriteString("version", s_version);
        json.WriteEndObject();
        json.WriteString("instructions", Instructions);
        json.WriteEndObject();
    }

    private static void WriteNothing(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteEndObject();
    }
}
