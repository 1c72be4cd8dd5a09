using System.Text;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Tests.Inbox;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"a":2}""", "/a", "duplicate_member")]
    [InlineData("""{"a":1,"\u0061":2}""", "/a", "duplicate_member")]
    [InlineData("""{"x":[{"b":1},{"c":{"d":1,"d":1}}]}""", "/x/1/c/d", "duplicate_member")]
    [InlineData("""{"a~b/c":1,"a~b\/c":2}""", "/a~0b~1c", "duplicate_member")]
    [InlineData("""{"":1,"":2}""", "/", "duplicate_member")]
    [InlineData("""{"😀":1,"\ud83d\ude00":2}""", "/😀", "duplicate_member")]
    [InlineData("""{"a":"\ud800"}""", "/a", "lone_surrogate")]
    [InlineData("""{"a":"\udc00\ud800"}""", "/a", "lone_surrogate")]
    [InlineData("""{"a":"\ud800\ud800\udc00"}""", "/a", "lone_surrogate")]
    [InlineData("""{"a":"\ud83d\n\ude00"}""", "/a", "lone_surrogate")]
    [InlineData("""{"a":["\\ud800","\udfff"]}""", "/a/1", "lone_surrogate")]
    [InlineData("""{"\ud800":1}""", "", "lone_surrogate")]
    [InlineData("""{"n":9007199254740992}""", "/n", "number_range")]
    [InlineData("""{"n":-9007199254740992}""", "/n", "number_range")]
    [InlineData("""{"n":99999999999999999999}""", "/n", "number_range")]
    [InlineData("""{"n":1e999}""", "/n", "number_range")]
    [InlineData("""{"n":1e16}""", "/n", "number_range")]
    [InlineData(
        """{"action":{"properties":{"n":1.5}}}""",
        "/action/properties/n",
        "number_fraction"
    )]
    [InlineData("""{"resource":{"n":[1,1e2]}}""", "/resource/n/1", "number_fraction")]
    [InlineData("""{"context":{"n":1.0}}""", "/context/n", "number_fraction")]
    [InlineData("""{"a":1,}""", "", "not_json")]
    [InlineData("""{"a":1} {}""", "", "not_json")]
    [InlineData("""{"a":1}//""", "", "not_json")]
    [InlineData("""{/**/"a":1}""", "", "not_json")]
    [InlineData("""{"a":NaN}""", "", "not_json")]
    [InlineData("""{'a':1}""", "", "not_json")]
    [InlineData("", "", "not_json")]
    [InlineData(" ", "", "not_json")]
    public void It_is_refused_with_a_pointer(string json, string where, string code)
    {
        var error = Assert.Single(Errors(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((where, code), (error.Where, error.Code));
    }

    [Theory]
    [InlineData("""{"n":9007199254740991,"m":-9007199254740991,"z":-0}""")]
    [InlineData("""{"data":1.5,"exp":1e2}""")]
    [InlineData("""{"action":{"n":9007199254740991}}""")]
    [InlineData("""{"a":"\ud83d\ude00 😀 \\ud800 \u0000"}""")]
    [InlineData("""{"a":{"b":1},"b":{"a":1,"A":2}}""")]
    [InlineData("""{"context":{"":1,"\r":2,"a\nb":3,"\u0080":4,"\u0000":5}}""")]
    [InlineData(""" [1,{"a":[]},"",null,true,false] """)]
    public void It_is_accepted(string json) =>
        Assert.IsType<JsonReading.Accepted>(StrictJson.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_fraction_after_the_members_that_bind_is_free_again() =>
        Assert.Empty(Errors("""{"action":{"n":1},"diff":{"before":0.5}}"""u8.ToArray()));

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Assert.Equal("not_utf8", Assert.Single(Errors([.. "\"a"u8, 0xC0, 0x80, .. "\""u8])).Code);

    [Fact]
    public void A_byte_order_mark_is_refused() =>
        Assert.Equal("byte_order_mark", Assert.Single(Errors([0xEF, 0xBB, 0xBF, .. "{}"u8])).Code);

    [Fact]
    public void All_problems_are_told_at_once_up_to_twenty()
    {
        var three = Errors("""{"a":1,"a":"\ud800","context":{"b":0.5}}"""u8.ToArray());
        Assert.Equal(
            ["duplicate_member", "lone_surrogate", "number_fraction"],
            three.Select(e => e.Code),
            StringComparer.Ordinal
        );
        var many = "[" + string.Join(',', Enumerable.Repeat("1e999", 4_000)) + "]";
        Assert.Equal(20, Errors(Encoding.UTF8.GetBytes(many)).Count);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(100_000, false)]
    public void Depth_is_bounded(int depth, bool accepted)
    {
        var arrays = new string('[', depth) + new string(']', depth);
        var objects = Repeat("""{"a":""", depth) + "1" + new string('}', depth);
        foreach (var json in new[] { arrays, objects, new string('[', depth) + "\"x\"" })
        {
            var errors = Errors(Encoding.UTF8.GetBytes(json));
            var code = accepted ? "not_json" : "too_deep";
            Assert.True(
                errors.Count == 0
                    ? accepted
                    : string.Equals(errors[0].Code, code, StringComparison.Ordinal),
                $"{json[..10]}: {errors.FirstOrDefault()?.Code}"
            );
        }
    }

    [Theory]
    [InlineData(19_999, true)]
    [InlineData(20_000, false)]
    public void Values_are_bounded(int items, bool accepted)
    {
        var json = "[" + string.Join(',', Enumerable.Repeat("0", items)) + "]";
        Assert.Equal(accepted, Errors(Encoding.UTF8.GetBytes(json)).Count == 0);
    }

    [Theory]
    [InlineData(2_000, true)]
    [InlineData(2_001, false)]
    public void Members_are_bounded(int members, bool accepted)
    {
        var json = string.Join(',', Enumerable.Range(0, members).Select(i => $"\"k{i}\":0"));
        Assert.Equal(accepted, Errors(Encoding.UTF8.GetBytes("{" + json + "}")).Count == 0);
    }

    [Theory]
    [InlineData("context")]
    [InlineData("diff")]
    [InlineData("justification")]
    public void Texts_are_bounded_by_the_body_alone(string member) =>
        Assert.Empty(
            Errors(Encoding.UTF8.GetBytes($$"""{"{{member}}":"{{new string('x', 250_000)}}"}"""))
        );

    [Fact]
    public void Names_are_bounded()
    {
        Assert.Empty(Errors(Body(1_024)));
        Assert.Equal("too_long", Assert.Single(Errors(Body(1_025))).Code);

        static byte[] Body(int length) =>
            Encoding.UTF8.GetBytes($$"""{"{{new string('k', length)}}":1}""");
    }

    private static List<InputError> Errors(byte[] utf8) =>
        StrictJson.Read(utf8) is JsonReading.Refused refused ? [.. refused.Errors] : [];

    private static string Repeat(string text, int times) =>
        new StringBuilder().Insert(0, text, times).ToString();
}
