using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Jose;

/// <summary>A proof is taken once while it could be accepted, and memory is bounded.</summary>
public sealed class SeenProofsTests
{
    private static readonly DpopReading.Accepted s_one = new("key", "one");

    [Fact]
    public void A_proof_is_taken_once_and_another_keys_of_the_same_name_too()
    {
        var seen = new SeenProofs();
        Assert.Null(seen.WhyNot(s_one, Make.Noon));
        Assert.NotNull(seen.WhyNot(s_one, Make.Noon));
        Assert.Null(seen.WhyNot(s_one with { Jkt = "other" }, Make.Noon));
        Assert.Null(seen.WhyNot(s_one with { Jti = "two" }, Make.Noon));
    }

    [Fact]
    public void It_is_remembered_for_as_long_as_it_could_be_accepted()
    {
        for (var start = 0; start < 250; start += 7)
        {
            var seen = new SeenProofs();
            var at = Make.Noon.AddSeconds(start);
            Assert.Null(seen.WhyNot(s_one, at));
            Assert.NotNull(seen.WhyNot(s_one, at.AddSeconds(2 * DpopProof.Window)));
            // A clock that was set back forgets nothing.
            Assert.NotNull(seen.WhyNot(s_one, at.AddSeconds(-1_000)));
        }
    }

    [Fact]
    public void What_is_given_back_takes_no_room_and_can_be_taken_again()
    {
        var seen = new SeenProofs(max: 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(seen.WhyNot(s_one, Make.Noon.AddSeconds(i * 121)));
            Assert.NotNull(seen.WhyNot(s_one, Make.Noon.AddSeconds(i * 121)));
            seen.GiveBack(s_one);
            Assert.Null(seen.WhyNot(s_one, Make.Noon.AddSeconds(i * 121)));
            seen.GiveBack(s_one);
        }
    }

    [Fact]
    public void When_no_more_can_be_remembered_none_is_taken_until_time_has_passed()
    {
        var seen = new SeenProofs(max: 2);
        Assert.Null(seen.WhyNot(s_one, Make.Noon));
        Assert.Null(seen.WhyNot(s_one with { Jti = "two" }, Make.Noon));
        Assert.NotNull(seen.WhyNot(s_one with { Jti = "three" }, Make.Noon));
        Assert.Null(seen.WhyNot(s_one with { Jti = "three" }, Make.Noon.AddSeconds(121)));
        Assert.Null(seen.WhyNot(s_one, Make.Noon.AddSeconds(400)));
    }
}
