using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Inbox;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace ChatApprovals.Tests.Mcp;

/// <summary>The revision without a handshake, 2026-07-28: by the C# SDK's client, and byte by byte.</summary>
public sealed class McpNewestTests
{
    private const string Version = "2026-07-28";

    [Fact]
    public async Task A_client_without_a_handshake_asks_waits_with_progress_and_reports()
    {
        await using var bot = await InboxBot.StartAsync();
        await using var client = await ConnectAsync(bot);
        Assert.Equal(Version, client.NegotiatedProtocolVersion);
        Assert.Null(client.SessionId);
        Assert.Equal(5, (await client.ListToolsAsync(cancellationToken: InboxBot.Cancel)).Count);
        var opened = await CallAsync(client, "request_approval", Bodies.Least());
        var id = opened.Word("id");
        var told = new TaskCompletionSource<string?>();
        var waiting = CallAsync(
            client,
            "wait_for_approval",
            Rpc.Id(id),
            new Told(p => told.TrySetResult(p.Message))
        );
        Assert.EndsWith(
            "waits for 1 of approvers",
            await told.Task.WaitAsync(InboxBot.Cancel),
            StringComparison.Ordinal
        );
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        Assert.Equal("approved", (await waiting).Word("status"));
        var report = Rpc.Id(id);
        report["outcome"] = "succeeded";
        var reported = await CallAsync(client, "report_result", report);
        Assert.Equal("succeeded", reported.GetProperty("execution").Word("outcome"));
    }

    [Theory]
    [InlineData("tools/call", "get_approval", 200, 0)]
    [InlineData("tools/list", "get_approval", 400, -32020)]
    [InlineData("tools/call", "cancel_approval", 400, -32020)]
    [InlineData("tools/call", null, 400, -32020)]
    [InlineData(null, "get_approval", 400, -32020)]
    public async Task The_headers_must_name_what_the_message_calls(
        string? method,
        string? name,
        int status,
        int code
    )
    {
        await using var bot = await InboxBot.StartAsync();
        var call = Rpc.Call("get_approval", Rpc.Id("apr_none"));
        call["_meta"] = Meta();
        var reply = await Rpc.SendAsync(
            bot,
            Rpc.Message("tools/call", call).ToJsonString(),
            [
                ("MCP-Protocol-Version", Version),
                .. method is null ? [] : new[] { ("Mcp-Method", method) },
                .. name is null ? [] : new[] { ("Mcp-Name", name) },
            ]
        );
        reply.Is(status);
        if (code != 0)
        {
            reply.IsError((HttpStatusCode)status, code);
        }
    }

    [Theory]
    [InlineData("resources/list", 404, -32601)]
    [InlineData("server/discover", 200, 0)]
    public async Task An_error_has_the_status_of_its_kind(string method, int status, int code)
    {
        await using var bot = await InboxBot.StartAsync();
        var body = Rpc.Message(method, new JsonObject { ["_meta"] = Meta() });
        var reply = await Rpc.SendAsync(
            bot,
            body.ToJsonString(),
            ("MCP-Protocol-Version", Version),
            ("Mcp-Method", method)
        );
        reply.Is(status);
        Assert.Equal(code != 0, reply.Body.TryGetProperty("error", out _));
    }

    private static JsonObject Meta() =>
        new()
        {
            ["io.modelcontextprotocol/protocolVersion"] = Version,
            ["io.modelcontextprotocol/clientInfo"] = new JsonObject
            {
                ["name"] = "tests",
                ["version"] = "1",
            },
            ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
        };

    private static Task<McpClient> ConnectAsync(InboxBot bot) =>
        McpClient.CreateAsync(
            new HttpClientTransport(
                new()
                {
                    Endpoint = new Uri(bot.Address, "/mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                    AdditionalHeaders = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["Authorization"] = $"Bearer {bot.Key.Reveal()}",
                    },
                }
            ),
            cancellationToken: InboxBot.Cancel
        );

    private static async Task<JsonElement> CallAsync(
        McpClient client,
        string tool,
        JsonObject arguments,
        IProgress<ProgressNotificationValue>? progress = null
    )
    {
        var result = await client.CallToolAsync(
            tool,
            arguments.ToDictionary(a => a.Key, a => (object?)a.Value, StringComparer.Ordinal),
            progress,
            cancellationToken: InboxBot.Cancel
        );
        Assert.False(result.IsError);
        return result.StructuredContent!.Value;
    }

    private sealed class Told(Action<ProgressNotificationValue> tell)
        : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => tell(value);
    }
}
