using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Guard;

/// <summary>Answers of upstreams as no good server would write them, or none.</summary>
public sealed class GuardedFramingTests
{
    /// <summary>What of the head comes through, and the body.</summary>
    [Theory]
    [InlineData("204 No Content", "Content-Length: 0", "", 204, "")]
    [InlineData("204 No Content", "Content-Length: 2", "ok", 204, "")]
    [InlineData("200 OK", "Content-Length: 2\r\nContent-Length: 2", "ok", 200, "ok")]
    [InlineData(
        "200 OK",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "2\r\nok\r\n0\r\n\r\n",
        200,
        "ok"
    )]
    public async Task An_answer_of_which_one_length_can_be_meant_is_handed_on(
        string status,
        string headers,
        string body,
        int expected,
        string read
    )
    {
        var (reply, outcome) = await CallAsync(status, headers, body);
        Assert.Equal((HttpStatusCode)expected, reply.Status);
        Assert.Equal(read, reply.Text);
        Assert.Equal("succeeded", outcome);
    }

    [Theory]
    [InlineData("Content-Length: 2\r\nContent-Length: 3")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: 99999999999999999999")]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    public async Task An_answer_whose_end_nobody_can_tell_is_502_and_unknown(string headers)
    {
        var (reply, outcome) = await CallAsync("200 OK", headers, "2\r\nok\r\n0\r\n\r\n");
        reply.IsProblem(502, "upstream_failed");
        Assert.Equal("unknown", outcome);
    }

    /// <summary>Latin-1 makes a character of each byte.</summary>
    [Theory]
    [InlineData("X-Owner: caf\u00E9")]
    [InlineData("X-Owner: caf\u00C3\u00A9 \u0080\u00FF")]
    [InlineData("Location: /caf\u00C3\u00A9")]
    [InlineData("Content-Disposition: attachment; filename=\"\u00FC.txt\"")]
    [InlineData("ETag: \"\u00E9\"")]
    public async Task A_header_beyond_ascii_comes_through_byte_for_byte(string header)
    {
        var head = await HeadAsync($"{header}\r\nX-Bell: a\u0007b\r\nX-Last: 1");
        Assert.Contains(header, head, StringComparer.Ordinal);
        Assert.Contains("X-Last: 1", head, StringComparer.Ordinal);
        Assert.DoesNotContain(head, l => l.StartsWith("X-Bell", StringComparison.Ordinal));
    }

    /// <summary>The lines of the head that the agent gets, of an upstream's answer with these headers.</summary>
    private static async Task<string[]> HeadAsync(string headers)
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)upstream.LocalEndpoint).Port}";
        await using var bot = await GuardedBot.StartAsync(change: u => u with { Url = url });
        await bot.AllowAsync("http.*");
        var answering = AnswerAsync(
            upstream,
            $"HTTP/1.1 200 OK\r\n{headers}\r\nContent-Length: 0\r\n\r\n"
        );
        var host = bot.Inbox.Address.Authority;
        var head = await bot.RawAsync($"GET /guard/cloud/a HTTP/1.1\r\nHost: {host}\r\n");
        await answering;
        return head.Split("\r\n");
    }

    /// <summary>The library would send what has no body again, up to three times.</summary>
    [Theory]
    [InlineData("DELETE")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task An_upstream_that_closes_the_connection_after_a_call_without_a_body_gets_it_once(
        string method
    )
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)upstream.LocalEndpoint).Port}";
        await using var bot = await GuardedBot.StartAsync(change: u => u with { Url = url });
        const string target = "/guard/cloud/roles/deployer";
        await bot.CallAsync(method, target);
        var id = (await bot.Inbox.GetAsync("/v1/requests")).Body.GetProperty("requests")[0];
        var approval = id.GetProperty("id").GetString()!;
        await bot.Inbox.DecideAsync(approval, "BOB", Verdict.Approved);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(GuardedBot.Cancel);
        var calls = HangUpAsync(upstream, stop.Token);
        var answer = await bot.CallAsync(method, target, headers: ("Approval", approval));
        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        await stop.CancelAsync();
        Assert.Equal(1, await calls);
        Assert.Equal("unknown", await bot.OutcomeAsync(approval));
        var run = await bot.ExecutionAsync(approval);
        Assert.EndsWith(
            "ResponseEnded.",
            run.GetProperty("detail").GetString()!,
            StringComparison.Ordinal
        );
    }

    /// <summary>Reads each call and closes its connection in good order; how many there were.</summary>
    private static async Task<int> HangUpAsync(TcpListener upstream, CancellationToken stop)
    {
        var calls = 0;
        try
        {
            while (true)
            {
                using var connection = await upstream.AcceptTcpClientAsync(stop);
                using var reader = new StreamReader(connection.GetStream());
                while (await reader.ReadLineAsync(stop) is { Length: > 0 }) { }

                calls++;
            }
        }
        catch (OperationCanceledException)
        {
            return calls;
        }
    }

    private static async Task<(Inbox.Reply Reply, string? Outcome)> CallAsync(
        string status,
        string headers,
        string body
    )
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)upstream.LocalEndpoint).Port}";
        await using var bot = await GuardedBot.StartAsync(change: u => u with { Url = url });
        await bot.AllowAsync("http.*");
        var answering = AnswerAsync(upstream, $"HTTP/1.1 {status}\r\n{headers}\r\n\r\n{body}");
        var reply = await bot.CallAsync("GET", "/guard/cloud/a");
        await answering;
        var all = await bot.Inbox.GetAsync("/v1/requests");
        var id = all.Body.GetProperty("requests")[0].GetProperty("id").GetString()!;
        return (reply, await bot.OutcomeAsync(id));
    }

    private static async Task AnswerAsync(TcpListener upstream, string answer)
    {
        using var connection = await upstream.AcceptTcpClientAsync(GuardedBot.Cancel);
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (await reader.ReadLineAsync(GuardedBot.Cancel) is { Length: > 0 }) { }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), GuardedBot.Cancel);
    }
}
