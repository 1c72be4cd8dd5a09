using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Inbox;

namespace ChatApprovals.Tests.Mcp;

/// <summary><c>POST /mcp</c> as a protocol: who may come in, what is a message, which methods there are.</summary>
public sealed class McpProtocolTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":7,"method":"ping"}""";

    [Theory]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2024-11-05", "2024-11-05")]
    [InlineData("2025-12-31", "2025-11-25")]
    public async Task A_version_that_both_know_is_agreed_on_or_the_newest_offered(
        string asked,
        string agreed
    )
    {
        await using var bot = await InboxBot.StartAsync();
        var reply = (await Rpc.AskAsync(bot, "initialize", Introduction(asked))).Is(200);
        Assert.True(reply.Body.TryGetProperty("result", out var result), reply.Text);
        Assert.Equal(agreed, result.Word("protocolVersion"));
        Assert.Equal("chatapprovals", result.GetProperty("serverInfo").Word("name"));
        Assert.Equal(
            """{"logging":{},"tools":{}}""",
            result.GetProperty("capabilities").GetRawText()
        );
        Assert.NotEmpty(result.Word("instructions"));
    }

    [Theory]
    [InlineData("2025-11-25", 200)]
    [InlineData("2025-06-18", 200)]
    [InlineData("2025-03-26", 200)]
    [InlineData("2024-11-05", 200)]
    [InlineData("2026-07-29", 400)]
    [InlineData("2025-11-25x", 400)]
    [InlineData("", 400)]
    public async Task A_version_that_is_not_known_is_refused(string version, int status)
    {
        await using var bot = await InboxBot.StartAsync();
        var reply = await Rpc.SendAsync(bot, Ping, ("MCP-Protocol-Version", version));
        // Also an error is that call's: whoever sent several tells them apart by it.
        Assert.Equal(7, reply.Is(status).Body.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_own_id_and_no_session_begins()
    {
        await using var bot = await InboxBot.StartAsync();
        var reply = (await Rpc.SendAsync(bot, Ping)).Is(200);
        Assert.Equal("""{"result":{},"id":7,"jsonrpc":"2.0"}""", reply.Text);
        Assert.Equal("application/json", reply.Headers["Content-Type"]);
        Assert.Equal("no-store", reply.Headers["Cache-Control"]);
        Assert.False(reply.Headers.ContainsKey("Mcp-Session-Id"));
        var text = Ping.Replace("7", "\"a-7\"", StringComparison.Ordinal);
        Assert.Equal("a-7", (await Rpc.SendAsync(bot, text)).Is(200).Word("id"));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""")]
    [InlineData(
        """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"""
    )]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}""")]
    public async Task What_needs_no_answer_is_taken(string body)
    {
        await using var bot = await InboxBot.StartAsync();
        Assert.Equal("", (await Rpc.SendAsync(bot, body)).Is(202).Text);
    }

    [Theory]
    [InlineData("""[{"jsonrpc":"2.0","id":7,"method":"ping"}]""", -32600)]
    [InlineData("""[]""", -32600)]
    [InlineData("""7""", -32600)]
    [InlineData("""{"id":7,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"1.0","id":7,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":2.0,"id":7,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":7}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"ping","params":[]}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{},"error":{}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"tools/call","params":{}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"ping",}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"pi""", -32700)]
    [InlineData("", -32700)]
    public async Task What_is_no_message_is_an_error_and_400(string body, int code)
    {
        await using var bot = await InboxBot.StartAsync();
        (await Rpc.SendAsync(bot, body)).IsError(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_method_that_is_not_known_and_a_tool_that_is_none_are_errors_of_the_call()
    {
        await using var bot = await InboxBot.StartAsync();
        foreach (var method in new[] { "resources/list", "notifications/initialized", "Ping", "" })
        {
            (await Rpc.AskAsync(bot, method)).IsError(HttpStatusCode.OK, -32601);
        }

        var none = Rpc.Call("approve", new JsonObject());
        var noObject = Rpc.Call("get_approval", new JsonArray());
        foreach (var parameters in new[] { null, new JsonObject(), none, noObject })
        {
            (await Rpc.AskAsync(bot, "tools/call", parameters)).IsError(HttpStatusCode.OK, -32602);
        }

        var wrong = new JsonObject { ["protocolVersion"] = 7 };
        (await Rpc.AskAsync(bot, "initialize", wrong)).IsError(HttpStatusCode.OK, -32602);
    }

    [Fact]
    public async Task Only_an_enabled_agent_comes_in()
    {
        await using var bot = await InboxBot.StartAsync();
        (await bot.PostAsync("/mcp", Ping, bot.As(key: null))).IsProblem(401, "unauthenticated");
        (await bot.PostAsync("/mcp", Ping, bot.As(bot.Off))).IsProblem(403, "agent_disabled");
    }

    [Theory]
    [InlineData("https://bot.test", 200)]
    [InlineData("http://bot.test", 403)]
    [InlineData("https://bot.test:444", 403)]
    [InlineData("https://evil.example", 403)]
    [InlineData("http://localhost", 403)]
    [InlineData("null", 403)]
    public async Task A_page_of_another_origin_is_refused_before_its_key_is_looked_at(
        string origin,
        int status
    )
    {
        await using var bot = await InboxBot.StartAsync();
        (await Rpc.SendAsync(bot, Ping, ("Origin", origin))).Is(status);
        using var stranger = bot.As(key: null);
        (await bot.PostAsync("/mcp", Ping, stranger, ("Origin", origin))).Is(
            status == 200 ? 401 : status
        );
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task There_is_nothing_but_post(string method)
    {
        await using var bot = await InboxBot.StartAsync();
        using var message = new HttpRequestMessage(new HttpMethod(method), "/mcp");
        var reply = (await bot.SendAsync(message)).IsProblem(405, "method_not_allowed");
        Assert.Equal("POST", reply.Headers["Allow"]);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_no_JSON_is_an_error_with_its_status()
    {
        await using var bot = await InboxBot.StartAsync(new InboxOptions { BodyBytes = 1_024 });
        var large = Ping.Replace("ping", new string('p', 10_000), StringComparison.Ordinal);
        var reply = await Rpc.SendAsync(bot, large);
        reply.IsError(HttpStatusCode.RequestEntityTooLarge, -32600);
        using var message = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        message.Content = new StringContent(Ping, System.Text.Encoding.UTF8, "text/plain");
        (await bot.SendAsync(message)).IsError(HttpStatusCode.UnsupportedMediaType, -32600);
    }

    [Fact]
    public async Task The_tools_are_the_contracts_and_their_schemas_name_what_is_taken()
    {
        await using var bot = await InboxBot.StartAsync();
        var tools = (await Rpc.AskAsync(bot, "tools/list"))
            .Is(200)
            .Body.GetProperty("result")
            .GetProperty("tools");
        Assert.Equal(
            "request_approval get_approval wait_for_approval cancel_approval report_result",
            string.Join(' ', tools.EnumerateArray().Select(t => t.Word("name")))
        );
        foreach (var tool in tools.EnumerateArray())
        {
            var schema = tool.GetProperty("inputSchema");
            Assert.Equal("object", schema.Word("type"));
            Assert.NotEmpty(tool.Word("description"));
            var named = schema.GetProperty("properties").EnumerateObject().Select(p => p.Name);
            var none = new JsonObject { ["zzz"] = 1 };
            var refused = await Rpc.CallAsync(bot, tool.Word("name"), none);
            refused.IsRefused("invalid_request");
            var errors = refused.GetProperty("structuredContent").GetProperty("errors");
            var known = errors.EnumerateArray().Single(e => e.Word("pointer") is "/zzz");
            Assert.Equal(
                Sorted(known.Word("detail")["Known here: ".Length..].TrimEnd('.').Split(", ")),
                Sorted(named)
            );
            Assert.Equal(
                Sorted(schema.GetProperty("required").EnumerateArray().Select(r => "/" + r)),
                Sorted(
                    errors
                        .EnumerateArray()
                        .Where(e => e.Word("code") is "required")
                        .Select(e => e.Word("pointer"))
                )
            );
        }
    }

    private static JsonObject Introduction(string version) =>
        new()
        {
            ["protocolVersion"] = version,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "tests", ["version"] = "1" },
        };

    private static string Sorted(IEnumerable<string> names) =>
        string.Join(' ', names.Order(StringComparer.Ordinal));
}
