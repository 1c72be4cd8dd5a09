using System.Text;
using ChatApprovals.Callbacks;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Callbacks;

/// <summary>Signatures as the standard's own libraries make them, and when a callback is sent again.</summary>
public sealed class StandardWebhookTests
{
    /// <summary>The constants of the standard's reference tests.</summary>
    [Fact]
    public void The_reference_vector_is_signed_as_the_reference_does()
    {
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        var signed = StandardWebhook.Sign(
            [secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1_614_265_330),
            Encoding.UTF8.GetBytes("{\"test\": 2432232314}")
        );
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signed);
    }

    [Fact]
    public void Every_agent_and_every_rotation_has_a_secret_of_its_own_that_is_made_again_alike()
    {
        var key = TestDesk.MakeKey(KeyRing.Callback);
        var (one, again) = (Secrets(key), Secrets(key));
        var other = Secrets(TestDesk.MakeKey(KeyRing.Callback));
        var agent = Make.Agent;
        var stranger = ChatApprovals.Approvals.AgentName.Parse("other", provider: null);
        var (a, b, theirs) = (one.NewId(), one.NewId(), other.NewId());
        Assert.Equal(one.Of(agent, a), again.Of(agent, a));
        byte[][] all =
        [
            one.Of(agent, a),
            one.Of(agent, b),
            one.Of(stranger, a),
            other.Of(agent, theirs),
        ];
        Assert.Equal(4, all.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, secret => Assert.Equal(32, secret.Length));
        Assert.StartsWith("whsec_", one.Reveal(agent, a), StringComparison.Ordinal);
        Assert.Throws<UnavailableException>(() => one.Of(agent, theirs));
    }

    private static CallbackSecrets Secrets(SigningKey key) => new(KeyRing.Of(key), _ => null);

    [Fact]
    public void It_is_sent_ten_times_ever_more_seldom_and_then_given_up()
    {
        var waits = Enumerable.Range(1, 10).Select(n => CallbackRetries.After(n, null)).ToList();
        Assert.InRange(waits[0]!.Value.TotalSeconds, 5, 5.5);
        Assert.InRange(waits[8]!.Value.TotalHours, 24, 26.4);
        Assert.Null(waits[9]);
        Assert.Equal(waits[..9].Order(), waits[..9]);
    }

    [Fact]
    public void A_receiver_may_ask_for_more_time_but_not_for_more_than_a_day()
    {
        Assert.Equal(TimeSpan.FromHours(1), CallbackRetries.After(1, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromHours(24), CallbackRetries.After(1, TimeSpan.FromDays(30)));
        Assert.InRange(
            CallbackRetries.After(1, TimeSpan.FromSeconds(-9))!.Value.TotalSeconds,
            5,
            6
        );
    }
}
