using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Inbox;

/// <summary>Lists of hostile texts over real HTTP: an answer below 500, and nothing of them in a header.</summary>
public sealed class HostileHttpTests
{
    private const string Lists = "data/payloads-all-the-things";

    [Fact]
    public async Task Every_naughty_string_in_all_fields_is_accepted_or_refused()
    {
        await using var bot = await InboxBot.StartAsync();
        var json = SharedData.Text("data/blns/blns.json");
        foreach (
            var text in JsonSerializer.Deserialize<string[]>(json)!.Distinct(StringComparer.Ordinal)
        )
        {
            var body = Bodies.Full();
            foreach (var path in Bodies.PathsOf(Bodies.Full()).Where(p => IsFree(p)))
            {
                Bodies.Put(body, path, JsonValue.Create(text));
            }

            var status = (int)(await bot.PostAsync("/v1/requests", body.ToJsonString())).Status;
            Assert.True(status is 200 or 201 or 400 or 422, $"{status} for {text}");
        }
    }

    [Fact]
    public async Task Payloads_in_ids_and_headers_get_an_answer_and_add_no_header()
    {
        await using var bot = await InboxBot.StartAsync();
        var payloads = Payloads("CRLF Injection/Files/crlfinjection.txt")
            .Concat(Payloads("Directory Traversal/Intruder/directory_traversal.txt"))
            .Append("\r\nX-Canary: 1")
            .Append("..%2f..%2f\0");
        foreach (var payload in payloads)
        {
            var encoded = Uri.EscapeDataString(payload);
            foreach (
                var path in new[]
                {
                    $"/v1/requests/{encoded}",
                    $"/v1/requests/{encoded}/events",
                    $"/v1/requests?after={encoded}",
                }
            )
            {
                var reply = await bot.GetAsync(path);
                Assert.True((int)reply.Status is 400 or 404, $"{reply.Status} for {path}");
                Assert.DoesNotContain(
                    reply.Headers.Keys,
                    h => h.Contains("canary", StringComparison.OrdinalIgnoreCase)
                );
            }

            var head = await RawAsync(bot, payload);
            Assert.Matches("^HTTP/1.1 (400|404|405|401|431) ", head);
            Assert.DoesNotContain("X-Canary", head, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Set-Cookie", head, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static IEnumerable<string> Payloads(string file) =>
        SharedData.Text($"{Lists}/{file}").Split('\n').Where(l => l.Length > 0);

    /// <summary>What words have to be for the rest to be looked at.</summary>
    private static bool IsFree(object[] path) =>
        path[^1] is not ("kind" or "type" or "format" or "risk")
        && Bodies.At(Bodies.Full(), path)!.GetValueKind() == JsonValueKind.String;

    /// <summary>The head of the answer to a request whose path and headers hold the payload as it is.</summary>
    private static async Task<string> RawAsync(InboxBot bot, string payload)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(bot.Address.Host, bot.Address.Port, InboxBot.Cancel);
        await using var stream = tcp.GetStream();
        var text =
            $"GET /v1/requests/{payload} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + $"Authorization: Bearer {bot.Key.Reveal()}\r\nLast-Event-ID: {payload}\r\n\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), InboxBot.Cancel);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(InboxBot.Cancel);
        return answer.Split("\r\n\r\n")[0];
    }
}
