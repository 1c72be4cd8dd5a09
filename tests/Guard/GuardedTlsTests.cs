using System.Net;
using ChatApprovals.Http;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>
/// Upstreams by https. What an operator's own authority vouches for is shown with the real process
/// (<c>TlsUpstreamJourneys</c>): whom a process trusts is decided when it starts.
/// </summary>
public sealed class GuardedTlsTests
{
    /// <summary>The connection goes to the checked address, the certificate must be of the name.</summary>
    [Fact]
    public async Task A_name_is_asked_for_its_certificate_at_the_address_that_was_checked()
    {
        using var authority = new SmallAuthority("Nobody's");
        using var certificate = authority.Issue("cloud.example");
        await using var upstream = await UpstreamServer.StartAsync(certificate, GuardedBot.Cancel);
        var asked = 0;
        var outbound = new Outbound(
            (host, _) =>
            {
                asked++;
                Assert.Equal("cloud.example", host);
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
            }
        );
        var address = new Uri($"https://cloud.example:{new Uri(upstream.Url).Port}/");
        using var message = new HttpRequestMessage(HttpMethod.Get, address);
        message.Headers.TryAddWithoutValidation("Authorization", GuardedBot.Secret);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() =>
            outbound.SendAsync(message, mayBePrivate: true, GuardedBot.Cancel)
        );
        Assert.Equal(HttpRequestError.SecureConnectionError, refused.HttpRequestError);
        Assert.Equal("cloud.example", Assert.Single(upstream.Names));
        Assert.Equal(1, asked);
        Assert.Empty(upstream.Calls);
    }

    [Fact]
    public async Task A_call_is_not_sent_to_a_certificate_that_nobody_vouches_for()
    {
        using var authority = new SmallAuthority("Nobody's");
        using var certificate = authority.Issue("localhost");
        await using var upstream = await UpstreamServer.StartAsync(certificate, GuardedBot.Cancel);
        var port = new Uri(upstream.Url).Port;
        await using var bot = await GuardedBot.StartAsync(change: u =>
            u with
            {
                Url = $"https://localhost:{port}",
            }
        );
        var id = await bot.ApprovedAsync();
        (await bot.AttachAsync(("Approval", id))).IsProblem(502, "upstream_failed");
        Assert.Equal("unknown", await bot.OutcomeAsync(id));
        (await bot.AttachAsync(("Approval", id))).IsProblem(409, "already_consumed");
        Assert.Equal("localhost", Assert.Single(upstream.Names));
        Assert.Empty(upstream.Calls);
    }
}
