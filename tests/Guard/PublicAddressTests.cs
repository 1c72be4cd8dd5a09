using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ChatApprovals.Http;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>Where the bot may call: public addresses, private ones only when told so, the rest never.</summary>
public sealed partial class PublicAddressTests
{
    [Theory]
    [InlineData("1.1.1.1", AddressKind.Public)]
    [InlineData("9.255.255.255", AddressKind.Public)]
    [InlineData("10.0.0.0", AddressKind.Private)]
    [InlineData("10.255.255.255", AddressKind.Private)]
    [InlineData("11.0.0.0", AddressKind.Public)]
    [InlineData("0.0.0.0", AddressKind.Never)]
    [InlineData("0.255.255.255", AddressKind.Never)]
    [InlineData("100.63.255.255", AddressKind.Public)]
    [InlineData("100.64.0.0", AddressKind.Private)]
    [InlineData("100.100.100.200", AddressKind.Never)]
    [InlineData("100.127.255.255", AddressKind.Private)]
    [InlineData("100.128.0.0", AddressKind.Public)]
    [InlineData("127.0.0.1", AddressKind.Private)]
    [InlineData("127.255.255.254", AddressKind.Private)]
    [InlineData("169.253.255.255", AddressKind.Public)]
    [InlineData("169.254.0.0", AddressKind.Never)]
    [InlineData("169.254.169.254", AddressKind.Never)]
    [InlineData("169.254.170.2", AddressKind.Never)]
    [InlineData("168.63.129.16", AddressKind.Never)]
    [InlineData("172.15.255.255", AddressKind.Public)]
    [InlineData("172.16.0.0", AddressKind.Private)]
    [InlineData("172.31.255.255", AddressKind.Private)]
    [InlineData("172.32.0.0", AddressKind.Public)]
    [InlineData("192.0.0.192", AddressKind.Never)]
    [InlineData("192.0.2.1", AddressKind.Never)]
    [InlineData("192.88.99.1", AddressKind.Never)]
    [InlineData("192.167.255.255", AddressKind.Public)]
    [InlineData("192.168.0.0", AddressKind.Private)]
    [InlineData("192.169.0.0", AddressKind.Public)]
    [InlineData("198.17.255.255", AddressKind.Public)]
    [InlineData("198.18.0.0", AddressKind.Never)]
    [InlineData("198.19.255.255", AddressKind.Never)]
    [InlineData("198.51.100.7", AddressKind.Never)]
    [InlineData("203.0.113.7", AddressKind.Never)]
    [InlineData("223.255.255.255", AddressKind.Public)]
    [InlineData("224.0.0.1", AddressKind.Never)]
    [InlineData("239.255.255.255", AddressKind.Never)]
    [InlineData("240.0.0.1", AddressKind.Never)]
    [InlineData("255.255.255.255", AddressKind.Never)]
    [InlineData("2606:4700:4700::1111", AddressKind.Public)]
    [InlineData("::", AddressKind.Never)]
    [InlineData("::1", AddressKind.Private)]
    [InlineData("::2", AddressKind.Never)]
    [InlineData("::127.0.0.1", AddressKind.Never)]
    [InlineData("::ffff:127.0.0.1", AddressKind.Never)]
    [InlineData("::ffff:1.1.1.1", AddressKind.Never)]
    [InlineData("::ffff:0:127.0.0.1", AddressKind.Never)]
    [InlineData("64:ff9b::7f00:1", AddressKind.Never)]
    [InlineData("64:ff9b::101:101", AddressKind.Never)]
    [InlineData("64:ff9b:1::a9fe:a9fe", AddressKind.Never)]
    [InlineData("100::1", AddressKind.Never)]
    [InlineData("2001::1", AddressKind.Never)]
    [InlineData("2001:0:53aa:64c:0:0:80ff:fffe", AddressKind.Never)]
    [InlineData("2001:db8::1", AddressKind.Never)]
    [InlineData("2001:4860:4860::8888", AddressKind.Public)]
    [InlineData("2002:7f00:1::", AddressKind.Never)]
    [InlineData("2002:101:101::", AddressKind.Never)]
    [InlineData("2606:4700::5efe:7f00:1", AddressKind.Never)]
    [InlineData("2606:4700::200:5efe:7f00:1", AddressKind.Never)]
    [InlineData("3fff::1", AddressKind.Never)]
    [InlineData("5f00::1", AddressKind.Never)]
    [InlineData("fc00::1", AddressKind.Private)]
    [InlineData("fd12:3456::1", AddressKind.Private)]
    [InlineData("fd00:ec2::254", AddressKind.Never)]
    [InlineData("fd20:ce::254", AddressKind.Never)]
    [InlineData("fe80::1", AddressKind.Never)]
    [InlineData("fe80::1%1", AddressKind.Never)]
    [InlineData("fec0::1", AddressKind.Never)]
    [InlineData("ff02::1", AddressKind.Never)]
    public void Every_address_belongs_to_somebody(string address, AddressKind kind) =>
        Assert.Equal(kind, PublicAddress.KindOf(IPAddress.Parse(address)));

    /// <summary>Every spelling that a URL accepts of an address that must not be called.</summary>
    [Fact]
    public async Task No_spelling_of_the_corpus_reaches_this_machine_or_the_metadata()
    {
        var outbound = new Outbound(Literal);
        var texts = new[] { "README.md", "SSRF-Cloud-Instances.md" }.Select(f =>
            SharedData.Text($"data/payloads-all-the-things/Server Side Request Forgery/{f}")
        );
        var tried = 0;
        var hosts = texts
            .SelectMany(t => Hosts().Matches(t).Select(m => m.Groups["host"].Value))
            // The one public address among them.
            .Except(["1.1.1.1"], StringComparer.Ordinal);
        foreach (var found in hosts)
        {
            if (
                Uri.TryCreate($"https://{found}/", UriKind.Absolute, out var uri)
                && uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
            )
            {
                tried++;
                Assert.NotNull(await outbound.WhyNotAsync(uri, mayBePrivate: false, Cancel));
            }
        }

        Assert.True(tried > 30, $"only {tried} addresses were found");
    }

    [Fact]
    public async Task No_spelling_of_an_address_that_is_never_called_is_called_even_with_private()
    {
        var outbound = new Outbound(Literal);
        string[] spellings =
        [
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0xA9.0xFE.0xA9.0xFE",
            "0251.0376.0251.0376",
            "0251.254.169.254",
            "169.254.43518",
            "169.16689662",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::169.254.169.254]",
            "[2002:a9fe:a9fe::]",
            "[fd00:ec2::254]",
            "[::]",
            "0.0.0.0",
            "0",
        ];
        foreach (var spelling in spellings)
        {
            var uri = new Uri($"https://{spelling}/");
            Assert.NotNull(await outbound.WhyNotAsync(uri, mayBePrivate: true, Cancel));
        }
    }

    [Fact]
    public async Task One_bad_address_of_a_name_spoils_it()
    {
        IPAddress[] both = [IPAddress.Parse("1.1.1.1"), IPAddress.Parse("10.0.0.1")];
        var outbound = new Outbound((_, _) => Task.FromResult(both));
        var uri = new Uri("https://both.example/");
        Assert.NotNull(await outbound.WhyNotAsync(uri, mayBePrivate: false, Cancel));
        Assert.Null(await outbound.WhyNotAsync(uri, mayBePrivate: true, Cancel));
        var none = new Outbound((_, _) => Task.FromResult<IPAddress[]>([]));
        Assert.NotNull(await none.WhyNotAsync(uri, mayBePrivate: true, Cancel));
        var unknown = new Outbound((_, _) => throw new SocketException(11001));
        Assert.NotNull(await unknown.WhyNotAsync(uri, mayBePrivate: true, Cancel));
    }

    [Fact]
    public async Task Plain_http_is_only_for_this_machine()
    {
        var outbound = new Outbound(Literal);
        var local = new Uri("http://127.0.0.1:1/");
        Assert.Null(await outbound.WhyNotAsync(local, mayBePrivate: true, Cancel));
        Assert.NotNull(await outbound.WhyNotAsync(local, mayBePrivate: false, Cancel));
        var other = new Uri("http://10.0.0.1/");
        Assert.NotNull(await outbound.WhyNotAsync(other, mayBePrivate: true, Cancel));
    }

    /// <summary>The answer that was checked is the one that is used: a second one is asked for and checked anew.</summary>
    [Fact]
    public async Task A_name_that_changes_its_mind_between_check_and_connection_is_not_called()
    {
        await using var upstream = await UpstreamServer.StartAsync(Cancel);
        var asked = 0;
        var outbound = new Outbound(
            (_, _) =>
                Task.FromResult<IPAddress[]>([
                    ++asked == 1 ? IPAddress.Parse("1.1.1.1") : IPAddress.Loopback,
                ])
        );
        var uri = new Uri($"https://rebinding.example:{new Uri(upstream.Url).Port}/");
        Assert.Null(await outbound.WhyNotAsync(uri, mayBePrivate: false, Cancel));
        using var message = new HttpRequestMessage(HttpMethod.Get, uri);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() =>
            outbound.SendAsync(message, mayBePrivate: false, Cancel)
        );
        Assert.Contains("not public", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, asked);
        Assert.Empty(upstream.Calls);
    }

    [Fact]
    public async Task Each_call_is_checked_anew_and_has_a_connection_of_its_own()
    {
        await using var upstream = await UpstreamServer.StartAsync(Cancel);
        var asked = 0;
        var outbound = new Outbound(
            (_, _) =>
            {
                asked++;
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
            }
        );
        for (var i = 0; i < 3; i++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(upstream.Url));
            using var answer = await outbound.SendAsync(message, mayBePrivate: true, Cancel);
            await answer.Content.ReadAsStringAsync(Cancel);
        }

        Assert.Equal(3, asked);
        Assert.Equal(3, upstream.Calls.Count);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<IPAddress[]> Literal(string host, CancellationToken cancel) =>
        Task.FromResult<IPAddress[]>([IPAddress.Parse(host)]);

    [GeneratedRegex(
        @"https?://(?<host>\[[0-9a-fA-F:.]+\]|[0-9a-fA-Fx.]+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Hosts();
}
