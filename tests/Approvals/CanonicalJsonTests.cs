using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace ChatApprovals.Tests.Approvals;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("arrays")]
    [InlineData("french")]
    [InlineData("structures")]
    [InlineData("unicode")]
    [InlineData("values")]
    [InlineData("weird")]
    public void The_official_vectors_come_out_byte_for_byte(string name)
    {
        var input = SharedData.Bytes($"data/jcs/testdata/input/{name}.json");
        var output = SharedData.Bytes($"data/jcs/testdata/output/{name}.json");
        Assert.Equal(output, CanonicalJson.Write(JsonDocument.Parse(input).RootElement));
        Assert.Equal(output, CanonicalJson.Write(JsonNode.Parse(input)));
    }

    // RFC 8785 appendix B: the bits of a double and its only spelling.
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    public void Numbers_are_spelt_as_the_appendix_says(string bits, string spelling)
    {
        var number = BitConverter.UInt64BitsToDouble(
            ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        );
        Assert.Equal(spelling, Spell(number));
    }

    [Fact]
    public async Task Numbers_are_spelt_as_node_spells_them()
    {
        var random = new Random(8785);
        var numbers = Enumerable
            .Range(0, 20_000)
            .Select(_ =>
                BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
            )
            .Concat(Enumerable.Range(-330, 640).Select(e => double.Parse($"1E{e}")))
            .Concat(Enumerable.Range(0, 5_000).Select(_ => random.Next() / 1000.0))
            .Where(double.IsFinite)
            .ToList();
        const string program =
            "const b=Buffer.alloc(8);console.log(require('fs').readFileSync(0,'utf8').trim().split('\\n')"
            + ".map(h=>{b.write(h,'hex');return JSON.stringify(b.readDoubleBE())}).join('\\n'))";
        var (exit, output) = await OtherProgram.Run(
            "node",
            ["-e", program],
            string.Join(
                '\n',
                numbers.Select(n => BitConverter.DoubleToInt64Bits(n).ToString("x16"))
            ),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(0, exit);
        Assert.Equal(
            output.TrimEnd('\n').Split('\n'),
            numbers.Select(Spell),
            StringComparer.Ordinal
        );
    }

    [Fact]
    public void Canonical_bytes_are_their_own_canonical_bytes_and_keep_the_value()
    {
        var text = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => Whole(s.Get));
        var values = text.SelectMany(s =>
            Gen.Choose(int.MinValue, int.MaxValue)
                .Select(n =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["b"] = n,
                            ["a" + s] = s,
                            ["é"] = new JsonArray(s, true, null),
                        }
                )
        );
        Prop.ForAll(
                values.ToArbitrary(),
                value =>
                {
                    var once = CanonicalJson.Write(value);
                    var read = JsonNode.Parse(once);
                    Assert.True(JsonNode.DeepEquals(value, read));
                    Assert.Equal(once, CanonicalJson.Write(read));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("""{"a":[1,{"b/c~":1.5}]}""", "/a/1/b~1c~0")]
    [InlineData("1.0", "")]
    [InlineData("1e2", "")]
    [InlineData("9007199254740992", "")]
    [InlineData("-9007199254740992", "")]
    [InlineData("123456789012345678901234567890", "")]
    [InlineData("""["\ud800"]""", "/0")]
    [InlineData("""{"x":{"\udc00":1}}""", "/x")]
    [InlineData("""{"x":{"y":1,"y":1}}""", "/x/y")]
    [InlineData("""{"x":{"y":1,"\u0079":1}}""", "/x/y")]
    public void An_unsafe_value_is_found_where_it_is(string json, string at)
    {
        using var document = JsonDocument.Parse(json);
        Assert.False(CanonicalJson.IsSafe(document.RootElement, out var first));
        Assert.Equal(at, first!.At);
    }

    [Theory]
    [InlineData("9007199254740991")]
    [InlineData("-9007199254740991")]
    [InlineData("""{"a":[0,true,null,"\ud83d\ude00 1.5"],"b":{}}""")]
    public void What_every_reader_keeps_is_safe(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.True(CanonicalJson.IsSafe(document.RootElement, out var first));
        Assert.Null(first);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":1,"a":2}""")]
    public void What_has_no_canonical_form_is_refused(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Throws<FormatException>(() => CanonicalJson.Write(document.RootElement));
    }

    [Fact]
    public void Where_there_is_no_value_nothing_is_written() =>
        Assert.Throws<FormatException>(() => CanonicalJson.Write(default(JsonElement)));

    [Fact]
    public void A_node_with_a_lone_surrogate_is_refused_and_not_mended()
    {
        Assert.Throws<FormatException>(() => CanonicalJson.Write(new JsonArray("\ud800")));
        Assert.Throws<FormatException>(() =>
            CanonicalJson.Write(new JsonObject { ["\udc00"] = 1 })
        );
        Assert.Equal("null"u8.ToArray(), CanonicalJson.Write((JsonNode?)null));
    }

    private static string Spell(double number) =>
        Encoding.UTF8.GetString(CanonicalJson.Write(JsonSerializer.SerializeToElement(number)));

    private static string Whole(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
