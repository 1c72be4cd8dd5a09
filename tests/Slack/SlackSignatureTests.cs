using System.Text;
using System.Text.Json;
using ChatApprovals.Slack;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Primitives;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackSignatureTests
{
    private const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
    private const string At = "1531420618";
    private static readonly byte[] Body = "token=x&text=a+b&user_id=U1"u8.ToArray();
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1531420618);
    private static readonly string Good = SlackSignature.Sign(Secret, At, Body);

    [Fact]
    public void Slacks_own_example_verifies()
    {
        using var vector = JsonDocument.Parse(SharedData.Text("data/vectors/slack-signature.json"));
        string Get(string name) => vector.RootElement.GetProperty(name).GetString()!;

        Assert.Null(
            SlackSignature.Problem(
                Get("signing_secret"),
                Get("signature"),
                Get("timestamp"),
                Encoding.UTF8.GetBytes(Get("body")),
                DateTimeOffset.FromUnixTimeSeconds(long.Parse(Get("timestamp")))
            )
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(-300)]
    public void Up_to_five_minutes_either_way_is_now(int seconds) =>
        Assert.Null(SlackSignature.Problem(Secret, Good, At, Body, Now.AddSeconds(seconds)));

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    [InlineData(3_000_000)]
    public void Older_or_later_is_refused_however_well_signed(int seconds) =>
        Assert.NotNull(SlackSignature.Problem(Secret, Good, At, Body, Now.AddSeconds(seconds)));

    [Theory]
    [InlineData("")]
    [InlineData("-1531420618")]
    [InlineData("+1531420618")]
    [InlineData(" 1531420618")]
    [InlineData("1531420618 ")]
    [InlineData("1531420618.0")]
    [InlineData("1.531420618e9")]
    [InlineData("0x5b478b0a")]
    [InlineData("١٥٣١٤٢٠٦١٨")]
    [InlineData("0000000000001531420618")]
    [InlineData("9999999999999999999999")]
    [InlineData("now")]
    public void A_timestamp_is_up_to_twelve_ascii_digits(string at) =>
        Assert.NotNull(
            SlackSignature.Problem(Secret, SlackSignature.Sign(Secret, at, Body), at, Body, Now)
        );

    public static TheoryData<string> WrongSignatures =>
        [
            "",
            "v0=",
            Good[3..],
            "v1=" + Good[3..],
            "V0=" + Good[3..],
            "v0=" + Good[3..].ToUpperInvariant(),
            Good + "00",
            Good[..^1],
            Good + " ",
            " " + Good,
            Good + "," + Good,
            "v0=" + new string('0', 64),
            SlackSignature.Sign("another secret", At, Body),
            SlackSignature.Sign(Secret, "1531420619", Body),
            SlackSignature.Sign(Secret, At, [.. Body, (byte)' ']),
            SlackSignature.Sign(Secret, At, []),
        ];

    [Theory]
    [MemberData(nameof(WrongSignatures))]
    public void Any_other_signature_is_refused(string signature) =>
        Assert.NotNull(SlackSignature.Problem(Secret, signature, At, Body, Now));

    [Fact]
    public void Every_changed_byte_of_the_body_is_noticed()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = Body.ToArray();
            changed[i] ^= 1;
            Assert.NotNull(SlackSignature.Problem(Secret, Good, At, changed, Now));
        }
    }

    [Fact]
    public void Each_header_must_be_there_exactly_once()
    {
        var twice = new StringValues([Good, Good]);
        Assert.NotNull(SlackSignature.Problem(Secret, StringValues.Empty, At, Body, Now));
        Assert.NotNull(SlackSignature.Problem(Secret, Good, StringValues.Empty, Body, Now));
        Assert.NotNull(SlackSignature.Problem(Secret, twice, At, Body, Now));
        Assert.NotNull(SlackSignature.Problem(Secret, Good, new([At, At]), Body, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Without_a_secret_nothing_is_ever_valid(string secret) =>
        Assert.ThrowsAny<ArgumentException>(() =>
            SlackSignature.Problem(secret, Good, At, Body, Now)
        );
}
