using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>A path has one spelling: what a policy matches and people read is what the upstream is asked for.</summary>
public sealed class GuardedTargetTests
{
    [Theory]
    [InlineData("/guard/cloud/a/../b")]
    [InlineData("/guard/cloud/a/./b")]
    [InlineData("/guard/cloud/..")]
    [InlineData("/guard/cloud/%2e%2e/b")]
    [InlineData("/guard/cloud/%2E./b")]
    [InlineData("/guard/cloud/a/..;x=1/b")]
    [InlineData("/guard/cloud/..%2Fb")]
    [InlineData("/guard/cloud/a%2Fb")]
    [InlineData("/guard/cloud/a%5Cb")]
    [InlineData("/guard/cloud/a\\b")]
    [InlineData("/guard/cloud//evil.example/b")]
    [InlineData("/guard/cloud/a//b")]
    [InlineData("/guard/cloud/a%00b")]
    [InlineData("/guard/cloud/a%0Ab")]
    [InlineData("/guard/cloud/%252e%252e/b")]
    [InlineData("/guard/cloud/%72oles")]
    [InlineData("/guard/cloud/a%c3%a9")]
    [InlineData("/guard/cloud/a%zz")]
    [InlineData("/guard/cloud/a%4")]
    [InlineData("/guard/cloud/a|b")]
    [InlineData("/guard/cloud/a\"b")]
    [InlineData("/guard/cloud/a?x=%zz")]
    [InlineData("/guard/cloud/a?x=<b>")]
    [InlineData("/GUARD/cloud/a")]
    [InlineData("/guard/CLOUD/a")]
    [InlineData("/%67uard/cloud/a")]
    [InlineData("/guard/cl%6Fud/a")]
    [InlineData("/guard/other/../cloud/a")]
    [InlineData("//guard/cloud/a")]
    [InlineData("http://evil.example/guard/cloud/a")]
    [InlineData("/guard/cloud@evil.example/a")]
    [InlineData("/guard/cloud:80/a")]
    public async Task What_cannot_be_sent_on_with_one_meaning_is_refused(string target)
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.*");
        var head = await bot.RawAsync($"GET {target} HTTP/1.1\r\nHost: x\r\n");
        Assert.Matches("^HTTP/1.1 40[04] ", head);
        Assert.Empty(bot.Upstream.Calls);
    }

    [Theory]
    [InlineData("/guard/")]
    [InlineData("/guard/nobody/a")]
    [InlineData("/guard/CLOUD/a")]
    [InlineData("/guard/cloud;x=1/a")]
    public async Task A_name_that_no_guarded_endpoint_has_is_not_found(string target)
    {
        await using var bot = await GuardedBot.StartAsync();
        (await bot.CallAsync("GET", target)).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData("/guard/cloud", "/base")]
    [InlineData("/guard/cloud/", "/base/")]
    [InlineData("/guard/cloud?", "/base?")]
    [InlineData("/guard/cloud/a/", "/base/a/")]
    [InlineData("/guard/cloud/a%20b%C3%A9", "/base/a%20b%C3%A9")]
    [InlineData("/guard/cloud/a;b=c/@x:y!$&'()*+,=~", "/base/a;b=c/@x:y!$&'()*+,=~")]
    [InlineData("/guard/cloud/.hidden/...", "/base/.hidden/...")]
    [InlineData("/guard/cloud/a?../..//%2e%2f[x]=?", "/base/a?../..//%2e%2f[x]=?")]
    public async Task What_has_one_meaning_is_sent_as_it_came(string target, string sent)
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.*");
        var head = await bot.RawAsync($"GET {target} HTTP/1.1\r\nHost: x\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.Equal(sent, bot.Upstream.Only().Target);
    }

    [Fact]
    public async Task Traversals_and_header_injections_never_leave_the_upstreams_path()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.*");
        var payloads = new[]
        {
            "Directory Traversal/Intruder/directory_traversal.txt",
            "CRLF Injection/Files/crlfinjection.txt",
            "Open Redirect/Intruder/Open-Redirect-payloads.txt",
        }
            .SelectMany(f => SharedData.Text($"data/payloads-all-the-things/{f}").Split('\n'))
            .Where(l => l.Length > 0);
        foreach (var payload in payloads)
        {
            var path = payload.StartsWith('/') ? payload : "/" + payload;
            await bot.RawAsync($"GET /guard/cloud{path} HTTP/1.1\r\nHost: x\r\n");
        }

        Assert.NotEmpty(bot.Upstream.Calls);
        Assert.All(
            bot.Upstream.Calls,
            c =>
            {
                var (segments, query) = (c.Target.Split('?')[0].Split('/'), c.Target);
                Assert.StartsWith("/base/", query, StringComparison.Ordinal);
                Assert.DoesNotContain(segments, s => s is "." or "..");
                Assert.DoesNotContain("canary", string.Join(' ', c.Headers.Keys));
            }
        );
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    [InlineData("get")]
    public async Task Methods_that_the_guard_does_not_name_are_refused(string method)
    {
        await using var bot = await GuardedBot.StartAsync();
        var head = await bot.RawAsync($"{method} /guard/cloud/a HTTP/1.1\r\nHost: x\r\n");
        Assert.Matches("^HTTP/1.1 40[05] ", head);
        Assert.Equal(0, bot.Desk.Store.CountPending());
    }

    [Fact]
    public async Task A_guard_may_name_fewer_methods_and_others()
    {
        await using var bot = await GuardedBot.StartAsync(change: u =>
            u with
            {
                Methods = ["GET", "PROPFIND"],
            }
        );
        await bot.AllowAsync("http.propfind");
        var refused = (await bot.AttachAsync()).IsProblem(405, "method_not_allowed");
        Assert.Equal("GET, PROPFIND", refused.Headers["Allow"]);
        (await bot.CallAsync("PROPFIND", "/guard/cloud/a")).Is(200);
        Assert.Equal("PROPFIND", bot.Upstream.Only().Method);
    }

    [Fact]
    public async Task A_policy_reads_the_path_as_it_is_sent()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.SetAsync(
            "policy",
            "reads",
            new Policy("reads", 1)
            {
                Match = new PolicyMatch { Action = ["http.get"], ResourceId = ["cloud/public/*"] },
                Effect = Effect.Allow,
            }
        );
        (await bot.CallAsync("GET", "/guard/cloud/public/a")).Is(200);
        (await bot.CallAsync("GET", "/guard/cloud/private/a")).Is(202);
        (await bot.CallAsync("GET", "/guard/cloud/public")).Is(202);
        Assert.Single(bot.Upstream.Calls);
    }
}
