using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Mcp;

/// <summary>The protocol's own TypeScript SDK asks, waits and reports, set up as the README says.</summary>
public sealed class McpClientTests
{
    private const string Key = "APPROVALS_KEY";

    [Fact]
    public async Task The_protocols_own_client_asks_waits_with_progress_reports_and_leaves()
    {
        SharedData.SkipUnless(
            Directory.Exists(
                SharedData.InRepository("tests/node/node_modules/@modelcontextprotocol/sdk")
            ),
            "npm @modelcontextprotocol/sdk is not installed: npm ci in tests/node"
        );
        await using var bot = await InboxBot.StartAsync();
        var said = AsJson(await RunAsync(bot, Configured(bot, $"${{{Key}}}")));
        Assert.Equal(
            """
            {"version":"2025-11-25","server":"chatapprovals","tools":["request_approval","get_approval","wait_for_approval","cancel_approval","report_result"],"opened":"pending","same":true,"refused":[true,"invalid_request"],"unknown":-32602,"progress":1,"waited":["approved"],"reported":"succeeded","left":-32001,"stays":"pending","cancelled":"cancelled"}
            """,
            said
        );
    }

    [Fact]
    public void Both_configurations_of_the_README_name_the_address_and_the_key()
    {
        Assert.All(
            new[] { $"${{{Key}}}", $"${{env:{Key}}}" },
            variable =>
            {
                var server = Server(variable);
                Assert.EndsWith(
                    "/mcp",
                    server["url"]!.GetValue<string>(),
                    StringComparison.Ordinal
                );
                Assert.Equal(
                    $"Bearer {variable}",
                    server["headers"]!["Authorization"]!.GetValue<string>()
                );
            }
        );
    }

    /// <summary>Decides when the client was told that somebody is asked: then it asks for the other.</summary>
    private static async Task<string> RunAsync(InboxBot bot, JsonObject input)
    {
        var running = OtherProgram.Run(
            "node",
            [SharedData.InRepository("tests/node/mcp-client.mjs")],
            input.ToJsonString(),
            InboxBot.Cancel
        );
        IReadOnlyList<Approval> pending = [];
        while (pending.Count < 2 && !running.IsCompleted)
        {
            await Task.Delay(20, InboxBot.Cancel);
            pending = await bot.Desk.Desk.PendingAsync(10, InboxBot.Cancel);
        }

        if (pending.Count == 2)
        {
            await bot.DecideAsync(pending[0].Id.ToString(), "BOB", Verdict.Approved);
        }

        var (exit, output) = await running;
        Assert.True(exit == 0, output);
        return output;
    }

    /// <summary>Without the words of the answer, whose beginning alone is looked at.</summary>
    private static string AsJson(string output)
    {
        var said = JsonNode.Parse(output)!.AsObject();
        var waited = said["waited"]!.AsArray();
        Assert.StartsWith("APPROVED by", waited[1]!.GetValue<string>(), StringComparison.Ordinal);
        waited.RemoveAt(1);
        return said.ToJsonString();
    }

    /// <summary>What the README prints, with this bot's address and key put in.</summary>
    private static JsonObject Configured(InboxBot bot, string variable)
    {
        var server = Server(variable);
        var address = new Uri(server["url"]!.GetValue<string>());
        var key = server["headers"]!["Authorization"]!.GetValue<string>();
        var other = Bodies.Least();
        other["context"] = new JsonObject { ["ticket"] = "CHG-2" };
        return new JsonObject
        {
            ["url"] = new Uri(bot.Address, address.AbsolutePath).ToString(),
            ["headers"] = new JsonObject
            {
                ["Authorization"] = key.Replace(
                    variable,
                    bot.Key.Reveal(),
                    StringComparison.Ordinal
                ),
            },
            ["request"] = Bodies.Least(),
            ["other"] = other,
        };
    }

    /// <summary>The server in that one of the README's configurations that takes the key by this variable.</summary>
    private static JsonNode Server(string variable)
    {
        var readme = File.ReadAllText(SharedData.InRepository("README.md"));
        var block = readme
            .Split("```json\n")
            .Skip(1)
            .Select(b => b.Split("```")[0])
            .Single(b => b.Contains($"Bearer {variable}", StringComparison.Ordinal));
        return JsonNode.Parse(block)!["mcpServers"]!["chatapprovals"]!;
    }
}
