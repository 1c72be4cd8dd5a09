using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace ChatApprovals.Tests.Inbox;

/// <summary>Whatever is sent, the reader answers.</summary>
public sealed class RequestReaderHostileTests
{
    private static readonly AgentName Agent = AgentName.Parse("deployer", provider: null);

    /// <summary>Any JSON in any place of the contract's example: an answer, never an exception.</summary>
    [Fact]
    public void No_shape_makes_it_throw()
    {
        var paths = Bodies.PathsOf(Bodies.Full()).ToArray();
        var values = new[]
        {
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "9007199254740991",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            """{"kind":null}""",
            """{"type":{},"id":[]}""",
            """{"format":"json"}""",
        };
        var any = Gen.Choose(0, paths.Length - 1)
            .Zip(Gen.Choose(0, values.Length - 1))
            .ListOf()
            .ToArbitrary();
        Prop.ForAll(
                any,
                changes =>
                {
                    var body = changes.Aggregate(
                        (JsonNode)Bodies.Full(),
                        (b, c) => Bodies.Put(b, paths[c.Item1], JsonNode.Parse(values[c.Item2]))
                    );
                    return RequestReader.Read(JsonSerializer.SerializeToElement(body), Agent)
                        is not null;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_bytes_make_the_strict_reader_throw() =>
        Prop.ForAll<byte[]>(bytes => StrictJson.Read(bytes) is not null).QuickCheckThrowOnFailure();

    [Fact]
    public void No_broken_copy_of_a_body_makes_it_throw()
    {
        var whole = Encoding.UTF8.GetBytes(Bodies.Full().ToJsonString());
        var any = Gen.Choose(0, whole.Length - 1).Zip(Gen.Choose(0, 255)).ToArbitrary();
        Prop.ForAll(
                any,
                change =>
                {
                    var copy = (byte[])whole.Clone();
                    copy[change.Item1] = (byte)change.Item2;
                    return StrictJson.Read(copy) is not JsonReading.Accepted accepted
                        || RequestReader.Read(accepted.Value, Agent) is not null;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_naughty_string_in_every_field_is_accepted_or_refused()
    {
        var json = SharedData.Text("data/blns/blns.json");
        var strings = JsonSerializer.Deserialize<string[]>(json)!;
        Assert.Equal(515, strings.Length);
        var paths = Bodies
            .PathsOf(Bodies.Full())
            .Where(p => Bodies.At(Bodies.Full(), p)!.GetValueKind() == JsonValueKind.String)
            .ToArray();
        foreach (var path in paths)
        {
            foreach (var text in strings)
            {
                var body = Bodies.Put(Bodies.Full(), path, JsonValue.Create(text));
                var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
                var value = Assert.IsType<JsonReading.Accepted>(StrictJson.Read(bytes)).Value;
                _ = SecretScan.Find(value);
                Assert.NotNull(RequestReader.Read(value, Agent));
            }
        }
    }
}
