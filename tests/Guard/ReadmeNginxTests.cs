using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>The NGINX configuration that README shows, in a real nginx: only addresses and the key are put in.</summary>
public sealed class ReadmeNginxTests
{
    private const string Role = "/roles/deployer?force=true";

    [Fact]
    public async Task What_was_approved_goes_through_once_and_nothing_else_does()
    {
        await using var bot = await GuardBot.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync(TestDesk.Cancel);
        await using var nginx = await NginxAsync(bot, upstream);
        var grant = await GrantAsync(bot);

        Assert.Equal(HttpStatusCode.Forbidden, await nginx.CallAsync("DELETE", Role, grant: null));
        Assert.Equal(HttpStatusCode.Forbidden, await nginx.CallAsync("DELETE", Role, "x.y.z"));
        Assert.Equal(HttpStatusCode.Forbidden, await nginx.CallAsync("PUT", Role, grant));
        Assert.Equal(HttpStatusCode.BadRequest, await nginx.CallAsync("delete", Role, grant));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            await nginx.CallAsync("DELETE", "/roles/admin", grant)
        );
        Assert.Empty(upstream.Calls);

        Assert.Equal(HttpStatusCode.OK, await nginx.CallAsync("DELETE", Role, grant));
        Assert.Equal(HttpStatusCode.Forbidden, await nginx.CallAsync("DELETE", Role, grant));
        var sent = upstream.Only();
        Assert.Equal(("DELETE", Role), (sent.Method, sent.Target));
        Assert.Equal("Bearer the-credential-of-the-api", sent.Headers["Authorization"]);
        Assert.False(sent.Headers.ContainsKey("X-Http-Method-Override"));
        Assert.False(sent.Headers.ContainsKey("Approval-Grant"));
        Assert.Single(bot.Entries(), e => e is "grant.consumed");
    }

    /// <summary>An agent writes the address: it must not be able to write the question to the bot.</summary>
    [Theory]
    [InlineData("/x\",\"id\":\"https://iam.acme.example/roles/deployer?force=true")]
    [InlineData("/roles/deployer?force=true\"},\"context\":{\"a\":\"b")]
    [InlineData("/roles/%64eployer?force=true")]
    [InlineData("/roles/deployer?force=true#x")]
    [InlineData("/consume")]
    public async Task An_address_that_could_mean_something_else_does_not_go_through(string target)
    {
        await using var bot = await GuardBot.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync(TestDesk.Cancel);
        await using var nginx = await NginxAsync(bot, upstream);
        var status = await nginx.CallAsync("DELETE", target, await GrantAsync(bot));
        Assert.Contains(status, new[] { HttpStatusCode.Forbidden, HttpStatusCode.NotFound });
        Assert.Empty(upstream.Calls);
        Assert.DoesNotContain("grant.consumed", bot.Entries(), StringComparer.Ordinal);
    }

    /// <summary>Even with an approval of that very text: the API may read another address in it.</summary>
    [Theory]
    [InlineData("/roles/../admins/root")]
    [InlineData("/roles/./deployer")]
    [InlineData("/roles//deployer")]
    [InlineData("//roles/deployer")]
    [InlineData("/roles/deployer/..")]
    [InlineData("/roles/deployer/.")]
    [InlineData("/roles/..?force=true")]
    [InlineData("/roles/..;/admins/root")]
    [InlineData("/roles/%2e%2e/admins/root")]
    [InlineData("/roles/.%2E/admins/root")]
    public async Task An_address_with_a_second_spelling_does_not_go_through(string target)
    {
        await using var bot = await GuardBot.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync(TestDesk.Cancel);
        await using var nginx = await NginxAsync(bot, upstream);
        var status = await nginx.CallAsync("DELETE", target, await GrantAsync(bot, target));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Empty(upstream.Calls);
        Assert.DoesNotContain("grant.consumed", bot.Entries(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/roles/deployer.v2/...")]
    [InlineData("/.well-known/x?a=1.2")]
    public async Task Dots_that_are_no_segment_go_through(string target)
    {
        await using var bot = await GuardBot.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync(TestDesk.Cancel);
        await using var nginx = await NginxAsync(bot, upstream);
        var status = await nginx.CallAsync("DELETE", target, await GrantAsync(bot, target));
        Assert.Equal((HttpStatusCode.OK, target), (status, upstream.Only().Target));
    }

    [Theory]
    [InlineData("Content-Length: 2\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    public async Task A_body_is_refused_because_nobody_approved_it(string rest)
    {
        await using var bot = await GuardBot.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync(TestDesk.Cancel);
        await using var nginx = await NginxAsync(bot, upstream);
        var grant = await GrantAsync(bot);
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            await nginx.CallAsync("DELETE", Role, grant, rest)
        );
        Assert.Empty(upstream.Calls);
        Assert.DoesNotContain("grant.consumed", bot.Entries(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Without_the_bot_nothing_goes_through()
    {
        await using var upstream = await UpstreamServer.StartAsync(TestDesk.Cancel);
        await using var nginx = await NginxProcess.StartAsync(
            Configuration(UpstreamServer.Nowhere(), "cgk_x", upstream),
            TestDesk.Cancel
        );
        Assert.Equal(HttpStatusCode.Forbidden, await nginx.CallAsync("DELETE", Role, "x.y.z"));
        Assert.Empty(upstream.Calls);
    }

    private static Task<NginxProcess> NginxAsync(GuardBot bot, UpstreamServer upstream) =>
        NginxProcess.StartAsync(
            Configuration(bot.Inbox.Address.ToString().TrimEnd('/'), bot.Key.Reveal(), upstream),
            TestDesk.Cancel
        );

    private static string Configuration(string bot, string key, UpstreamServer upstream)
    {
        var readme = File.ReadAllText(SharedData.InRepository("README.md"));
        var parts = readme.Split("```nginx\n");
        Assert.Equal(2, parts.Length);
        return parts[1]
            .Split("```")[0]
            .Replace("http://127.0.0.1:3978", bot, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8080", upstream.Url, StringComparison.Ordinal)
            .Replace("cgk_…", key, StringComparison.Ordinal);
    }

    private static async Task<string> GrantAsync(GuardBot bot, string target = Role)
    {
        var asked = new JsonObject
        {
            ["action"] = new JsonObject { ["name"] = "http.delete" },
            ["resource"] = new JsonObject
            {
                ["type"] = "http.endpoint",
                ["id"] = "https://iam.acme.example" + target,
            },
            ["initiator"] = new JsonObject { ["type"] = "human", ["id"] = "alice@acme.example" },
            ["audience"] = GuardBot.Audience,
        };
        var answer = await bot.Inbox.PostAsync("/v1/requests", asked.ToJsonString());
        var id = answer.Is(201).Word("id");
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        return await bot.TokenAsync(id);
    }
}
