using System.Runtime.CompilerServices;
using ChatApprovals.Guard;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Guard;

/// <summary>Bodies, headers and answers, with real servers on both sides.</summary>
public sealed class GuardedWireTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task A_body_of_a_mebibyte_is_bound_and_sent_and_a_byte_more_is_refused()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.put");
        var body = new byte[Mebibyte];
        new Random(1).NextBytes(body);
        (await bot.CallAsync("PUT", "/guard/cloud/blob", body, null)).Is(200);
        Assert.Equal(body, bot.Upstream.Only().Body);
        var more = await bot.CallAsync("PUT", "/guard/cloud/blob", [.. body, 1], null);
        more.IsProblem(413, "too_large");
        using var chunked = bot.Message("PUT", "/guard/cloud/blob");
        chunked.Content = new StreamContent(new MemoryStream([.. body, 1]));
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Equal(413, (int)(await bot.Inbox.SendAsync(chunked)).Status);
        Assert.Single(bot.Upstream.Calls);
    }

    [Fact]
    public async Task A_chunked_body_is_the_same_call_as_one_with_its_length()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        using var chunked = bot.Message("POST", "/guard/cloud/roles/deployer/policies");
        chunked.Content = new StreamContent(new MemoryStream(GuardedBot.AdminPolicy));
        chunked.Content.Headers.ContentType = new("application/json");
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Headers.Add("Approval", id);
        (await bot.Inbox.SendAsync(chunked)).Is(200);
        var sent = bot.Upstream.Only();
        Assert.Equal(GuardedBot.AdminPolicy, sent.Body);
        Assert.Equal("32", sent.Headers["Content-Length"]);
        Assert.False(sent.Headers.ContainsKey("Transfer-Encoding"));
    }

    /// <summary>.NET files these with the body, wherever else they stand.</summary>
    [Theory]
    [InlineData("Content-Language", "de")]
    [InlineData("Content-Disposition", "attachment; filename=x")]
    [InlineData("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("Content-Range", "bytes 0-1/2")]
    [InlineData("Expires", "Sat, 21 Nov 2026 12:00:00 GMT")]
    [InlineData("Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT")]
    [InlineData("Allow", "GET")]
    [InlineData("Content-Location", "/x")]
    [InlineData("If-Match", "\"1\"")]
    public async Task A_header_that_is_bound_is_sent_whichever_it_is(string name, string value)
    {
        await using var bot = await GuardedBot.StartAsync(change: u =>
            u with
            {
                Bind = [name],
                Current = true,
            }
        );
        await bot.AllowAsync("http.*");
        foreach (var method in new[] { "PUT", "DELETE" })
        {
            var body = method is "PUT" ? GuardedBot.AdminPolicy : null;
            (await bot.CallAsync(method, "/guard/cloud/x", body, headers: (name, value))).Is(200);
            Assert.Equal(value, bot.Upstream.Calls.Last().Headers[name]);
        }

        await bot.SetAsync("policy", "calls", null);
        var asked = await bot.CallAsync(
            "PUT",
            "/guard/cloud/y",
            GuardedBot.AdminPolicy,
            headers: (name, value)
        );
        asked.Is(202);
    }

    [Fact]
    public async Task A_body_is_held_no_longer_than_until_it_is_sent()
    {
        var (content, body) = Sent();
        await content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        GC.Collect();
        Assert.False(body.IsAlive);
        Assert.Equal(Mebibyte, content.Headers.ContentLength);
        content.Dispose();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (SentOnce, WeakReference) Sent()
        {
            var body = new byte[Mebibyte];
            return (new SentOnce(body), new WeakReference(body));
        }
    }

    [Fact]
    public async Task Only_what_is_bound_and_what_is_harmless_is_sent()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.post");
        await bot.AttachAsync(
            ("Connection", "X-Hop, keep-alive"),
            ("X-Hop", "1"),
            ("Keep-Alive", "timeout=5"),
            ("TE", "trailers"),
            ("Cookie", "a=b"),
            ("Proxy-Authorization", "Basic eDp5"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-Forwarded-For", "1.2.3.4"),
            ("Forwarded", "for=1.2.3.4"),
            ("Idempotency-Key", "k"),
            ("Accept", "application/json"),
            ("User-Agent", "agent/1"),
            ("X-Tenant", "t-1")
        );
        var sent = bot.Upstream.Only();
        Assert.Equal(
            "Accept Authorization Content-Length Content-Type Host User-Agent X-Tenant",
            string.Join(' ', sent.Headers.Keys.Order(StringComparer.Ordinal))
        );
        Assert.Equal(GuardedBot.Secret, sent.Headers["Authorization"]);
        Assert.Equal(new Uri(bot.Upstream.Url).Authority, sent.Headers["Host"]);
    }

    [Fact]
    public async Task An_answer_comes_without_what_is_the_connections_or_the_upstreams_own()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.get");
        bot.Upstream.Answer = http =>
        {
            var headers = http.Response.Headers;
            headers.SetCookie = "session=1";
            headers.StrictTransportSecurity = "max-age=1";
            headers.AltSvc = "h3=\":443\"";
            headers.Connection = "X-Named";
            headers["X-Named"] = "1";
            headers["Proxy-Authenticate"] = "Basic";
            headers["Approval"] = "apr_lie";
            headers.ETag = "\"7\"";
            headers["X-Two"] = new[] { "a", "b" };
            headers.Location = "http://169.254.169.254/";
            http.Response.StatusCode = 307;
            return Task.CompletedTask;
        };
        var answer = (await bot.CallAsync("GET", "/guard/cloud/a")).Is(307);
        Assert.Equal("http://169.254.169.254/", answer.Headers["Location"]);
        Assert.Equal("\"7\"", answer.Headers["ETag"]);
        Assert.Equal("a, b", answer.Headers["X-Two"]);
        Assert.StartsWith("apr_", answer.Headers["Approval"], StringComparison.Ordinal);
        Assert.NotEqual("apr_lie", answer.Headers["Approval"], StringComparer.Ordinal);
        string[] dropped =
        [
            "Set-Cookie",
            "Strict-Transport-Security",
            "Alt-Svc",
            "X-Named",
            "Proxy-Authenticate",
        ];
        Assert.Empty(dropped.Intersect(answer.Headers.Keys, StringComparer.OrdinalIgnoreCase));
        bot.Upstream.Only();
    }

    [Fact]
    public async Task An_answer_is_passed_on_piece_by_piece_as_it_comes()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.get");
        var go = new TaskCompletionSource();
        bot.Upstream.Answer = async http =>
        {
            await http.Response.WriteAsync("first\n", GuardedBot.Cancel);
            await http.Response.Body.FlushAsync(GuardedBot.Cancel);
            await go.Task;
            await http.Response.WriteAsync("second\n", GuardedBot.Cancel);
        };
        using var message = bot.Message("GET", "/guard/cloud/log");
        using var answer = await bot.BeginAsync(message, GuardedBot.Cancel);
        using var reader = new StreamReader(
            await answer.Content.ReadAsStreamAsync(GuardedBot.Cancel)
        );
        Assert.Equal("first", await reader.ReadLineAsync(GuardedBot.Cancel));
        var id = answer.Headers.GetValues("Approval").Single();
        Assert.Null(await bot.OutcomeAsync(id));
        go.SetResult();
        Assert.Equal("second", await reader.ReadLineAsync(GuardedBot.Cancel));
        Assert.Null(await reader.ReadLineAsync(GuardedBot.Cancel));
        Assert.Equal("succeeded", await bot.OutcomeAsync(id));
    }

    [Fact]
    public async Task A_long_answer_goes_through_whole()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.get");
        var whole = new byte[20 * Mebibyte];
        new Random(2).NextBytes(whole);
        bot.Upstream.Answer = http =>
        {
            http.Response.ContentLength = whole.Length;
            return http.Response.Body.WriteAsync(whole, GuardedBot.Cancel).AsTask();
        };
        using var message = bot.Message("GET", "/guard/cloud/blob");
        using var answer = await bot.BeginAsync(message, GuardedBot.Cancel);
        Assert.Equal(whole.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(whole, await answer.Content.ReadAsByteArrayAsync(GuardedBot.Cancel));
        var id = answer.Headers.GetValues("Approval").Single();
        Assert.Equal("succeeded", await bot.OutcomeAsync(id));
    }

    /// <summary>What nobody reads waits at the upstream, not in the bot.</summary>
    [Fact]
    public async Task An_answer_that_the_caller_does_not_read_is_held_back_at_the_upstream()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.get");
        // Far more than the buffers of two connections in the kernel.
        const int wanted = 512;
        var (written, gone) = (0, new TaskCompletionSource());
        bot.Upstream.Answer = async http =>
        {
            http.RequestAborted.Register(gone.SetResult);
            var piece = new byte[Mebibyte];
            while (written < wanted)
            {
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
                written++;
            }
        };
        using var message = bot.Message("GET", "/guard/cloud/log");
        int before;
        using (await bot.BeginAsync(message, GuardedBot.Cancel))
        {
            do
            {
                before = Volatile.Read(ref written);
                await Task.Delay(500, GuardedBot.Cancel);
            } while (before == 0 || before != Volatile.Read(ref written));
        }

        // Counted before: a server drops what it writes to somebody who has left, at any speed.
        Assert.InRange(before, 1, 64);
        await gone.Task;
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task An_answer_without_a_body_is_one(string method, int status)
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.*");
        bot.Upstream.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentLength = method is "HEAD" ? 7 : null;
            return Task.CompletedTask;
        };
        var answer = (await bot.CallAsync(method, "/guard/cloud/a")).Is(status);
        Assert.Equal("", answer.Text);
        Assert.Equal("succeeded", await bot.OutcomeAsync(answer.Headers["Approval"]));
    }
}
