using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Mcp;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// The real process before upstreams by https. Its operator trusts an authority of their own, as README says:
/// by <c>SSL_CERT_FILE</c>.
/// </summary>
public sealed class TlsUpstreamJourneys : IAsyncLifetime
{
    private readonly string _roots = Path.GetTempFileName();
    private readonly SmallAuthority _own = new("Acme's own");
    private readonly SmallAuthority _other = new("Somebody else's");
    private Site _site = null!;

    public async ValueTask InitializeAsync()
    {
        SharedData.SkipUnless(OperatingSystem.IsLinux(), "only Linux takes roots by a file");
        await File.WriteAllTextAsync(_roots, _own.Pem, Site.Cancel);
        _site = await Site.OpenAsync(("SSL_CERT_FILE", _roots), ("CLOUD_TOKEN", GuardedBot.Secret));
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
        {
            await _site.DisposeAsync();
        }

        _own.Dispose();
        _other.Dispose();
        File.Delete(_roots);
    }

    [Fact]
    public async Task Only_a_certificate_of_the_upstreams_name_that_the_operator_trusts_gets_the_call()
    {
        await GetsItAsync("own", "localhost", _own.Issue("localhost"));
        await GetsNothingAsync("stranger", "localhost", _other.Issue("localhost"));
        await GetsNothingAsync("renamed", "localhost", _own.Issue("other.example"));
        await GetsNothingAsync("number", "127.0.0.1", _own.Issue("localhost"));
        await GetsNothingAsync("old", "localhost", _own.Issue("localhost", days: -1));
        await _site.IsSoundAsync();
    }

    private async Task GetsItAsync(string guard, string host, X509Certificate2 certificate)
    {
        using var own = certificate;
        await using var upstream = await UpstreamServer.StartAsync(own, Site.Cancel);
        var (port, asked) = await ApprovedAsync(guard, host, upstream);
        Assert.Empty(upstream.Names);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(guard, asked)).Status);
        var sent = upstream.Only();
        Assert.Equal($"{host}:{port}", sent.Headers["Host"]);
        Assert.Equal(GuardedBot.Secret, sent.Headers["Authorization"]);
        Assert.Equal(host, Assert.Single(upstream.Names));
        await EndsAsync(guard, asked, "succeeded");
        Assert.Single(upstream.Calls);
    }

    private async Task GetsNothingAsync(string guard, string host, X509Certificate2 certificate)
    {
        using var own = certificate;
        await using var upstream = await UpstreamServer.StartAsync(own, Site.Cancel);
        var (_, asked) = await ApprovedAsync(guard, host, upstream);
        var (status, said) = await SendAsync(guard, asked);
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Equal("upstream_failed", said);
        await EndsAsync(guard, asked, "unknown");
        Assert.Single(upstream.Names);
        Assert.Empty(upstream.Calls);
    }

    private async Task<(int Port, string Id)> ApprovedAsync(
        string guard,
        string host,
        UpstreamServer upstream
    )
    {
        var port = new Uri(upstream.Url).Port;
        var add =
            $"guard add {guard} upstream https://{host}:{port} header Authorization from env:CLOUD_TOKEN private";
        await _site.SayAsErinAsync(add);
        using var message = Message(guard);
        using var answer = await _site.SendAsync(message);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Site.Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.Accepted, said.ToString());
        var asked = new Asked(said.Word("id"), said.Word("code"), "", new { });
        await _site.StoredAsync(asked);
        await KillPoint.InSlack(_site, asked);
        return (port, asked.Id);
    }

    /// <summary>The code is null for the upstream's own answer.</summary>
    private async Task<(HttpStatusCode Status, string? Code)> SendAsync(string guard, string id)
    {
        using var message = Message(guard);
        message.Headers.Add("Approval", id);
        using var answer = await _site.SendAsync(message);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Site.Cancel);
        return (
            answer.StatusCode,
            said.TryGetProperty("code", out var code) ? code.GetString() : null
        );
    }

    /// <summary>What became of it is said, and a replay is refused.</summary>
    private async Task EndsAsync(string guard, string id, string outcome)
    {
        var execution = (await _site.ReadAsync(id)).GetProperty("execution");
        Assert.Equal(outcome, execution.Word("outcome"));
        Assert.Equal("already_consumed", (await SendAsync(guard, id)).Code);
        Assert.Equal(1, await _site.CountAsync(id, "grant.consumed"));
        Assert.Equal(1, await _site.CountAsync(id, "execution.reported"));
    }

    private HttpRequestMessage Message(string guard) =>
        new(HttpMethod.Post, _site.At($"/guard/{guard}/roles"))
        {
            Content = JsonContent.Create(new { policy = "AdministratorAccess" }),
        };
}
