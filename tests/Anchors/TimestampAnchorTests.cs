using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChatApprovals.Anchors;
using ChatApprovals.Http;
using ChatApprovals.Tests.Guard;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Anchors;

/// <summary>Checkpoints before OpenSSL's own time-stamp authority, over real HTTP.</summary>
public sealed class TimestampAnchorTests : IAsyncLifetime
{
    private readonly Outbound _outbound = new();
    private TimeStampServer _authority = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SignedCheckpoint Head => LedgerOnAnchors.Rewritten(3).Head;

    public async ValueTask InitializeAsync() =>
        _authority = await TimeStampServer.StartAsync("timeStamping", Cancel);

    public async ValueTask DisposeAsync()
    {
        if (_authority is not null)
        {
            await _authority.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_stamp_is_of_this_very_checkpoint_and_openssl_says_the_same()
    {
        var head = Head;
        var done = Assert.IsType<Anchored.Done>(await Anchor().PutAsync(head, Cancel));
        var stamped = Encoding.UTF8.GetBytes(head.Note);
        var stamp = Timestamp.Read(done.Answer, stamped);
        Assert.Equal("CN=Authority", stamp.Signer.Subject);
        Assert.Null(stamp.WhyNotTrusted(Roots(_authority)));
        Assert.True(await _authority.VerifiesAsync(done.Answer, stamped, Cancel));
        stamped[0] ^= 1;
        Assert.Throws<FormatException>(() => Timestamp.Read(done.Answer, stamped));
        Assert.False(await _authority.VerifiesAsync(done.Answer, stamped, Cancel));
    }

    [Fact]
    public async Task No_changed_byte_of_an_answer_is_believed_as_another_time_or_checkpoint()
    {
        var head = Head;
        var done = Assert.IsType<Anchored.Done>(await Anchor().PutAsync(head, Cancel));
        var stamped = Encoding.UTF8.GetBytes(head.Note);
        var at = Timestamp.Read(done.Answer, stamped).At;
        for (var i = 0; i < done.Answer.Length; i += 7)
        {
            var changed = done.Answer.ToArray();
            changed[i] ^= 0x10;
            if (Stamp(changed, stamped) is { } stamp)
            {
                Assert.Equal(at, stamp.At);
            }
        }
    }

    [Fact]
    public async Task An_answer_to_another_question_is_refused_even_about_the_same_checkpoint()
    {
        var kept = Array.Empty<byte>();
        _authority.Instead = async (http, query) =>
        {
            kept = await _authority.ReplyAsync(query, http.RequestAborted);
            await TimeStampServer.SendAsync(http, kept);
        };
        var head = Head;
        Assert.IsType<Anchored.Done>(await Anchor().PutAsync(head, Cancel));
        _authority.Instead = (http, _) => TimeStampServer.SendAsync(http, kept);
        Assert.IsType<Anchored.Failed>(await Anchor().PutAsync(head, Cancel));
    }

    [Fact]
    public async Task An_authority_that_nobody_named_is_refused()
    {
        await using var other = await TimeStampServer.StartAsync("timeStamping", Cancel);
        _authority.Instead = async (http, query) =>
            await TimeStampServer.SendAsync(
                http,
                await other.ReplyAsync(query, http.RequestAborted)
            );
        var why = await FailedAsync(Anchor());
        Assert.Contains("not trusted", why, StringComparison.Ordinal);
        Assert.Contains(
            "not trusted",
            await FailedAsync(new TimestampAnchor(_authority.Url, roots: null, _outbound)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(200, "application/timestamp-reply", "no ASN.1")]
    [InlineData(200, "application/timestamp-reply", "")]
    [InlineData(200, "text/html", "<html>")]
    [InlineData(302, "text/html", "")]
    [InlineData(500, "text/html", "boom")]
    public async Task Any_other_answer_is_no_stamp(int status, string type, string body)
    {
        _authority.Instead = (http, _) =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = type;
            return http.Response.WriteAsync(body);
        };
        await FailedAsync(Anchor());
    }

    [Fact]
    public async Task A_refusal_and_something_behind_the_answer_are_no_stamp()
    {
        // PKIStatusInfo with status 2, rejection (RFC 3161 section 2.4.2).
        byte[] refusal = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
        _authority.Instead = (http, _) => TimeStampServer.SendAsync(http, refusal);
        await FailedAsync(Anchor());
        _authority.Instead = async (http, query) =>
        {
            var reply = await _authority.ReplyAsync(query, http.RequestAborted);
            await TimeStampServer.SendAsync(http, [.. reply, 0]);
        };
        await FailedAsync(Anchor());
    }

    [Fact]
    public async Task Nobody_there_is_tried_again()
    {
        var url = new Uri(UpstreamServer.Nowhere());
        await FailedAsync(new TimestampAnchor(url, Roots(_authority), _outbound));
    }

    private static Timestamp? Stamp(byte[] response, byte[] stamped)
    {
        try
        {
            return Timestamp.Read(response, stamped);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static X509Certificate2Collection Roots(TimeStampServer authority)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(authority.Root);
        return roots;
    }

    private TimestampAnchor Anchor() => new(_authority.Url, Roots(_authority), _outbound);

    private static async Task<string> FailedAsync(TimestampAnchor anchor) =>
        Assert.IsType<Anchored.Failed>(await anchor.PutAsync(Head, Cancel)).Why;
}
