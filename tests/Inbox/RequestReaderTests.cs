using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Tests.Inbox;

public sealed class RequestReaderTests
{
    private static readonly AgentName Agent = AgentName.Parse("deployer", provider: null);

    [Fact]
    public void The_contracts_example_is_read_whole()
    {
        var (request, hash) = Assert.IsType<RequestReading.Accepted>(Read(Bodies.Full()));
        Assert.Equal(43, hash.Length);
        Assert.Equal("iam.role.attach_policy", request.Action.Name);
        Assert.Equal(
            "AdministratorAccess",
            request.Action.Properties.GetProperty("policy").GetString()
        );
        Assert.Equal("arn:aws:iam::123456789012:role/deployer", request.Resource.Id);
        Assert.Equal("CHG-1042", request.Context.GetProperty("change_ticket").GetString());
        Assert.Equal(new Party("human", "alice@acme.example", "Alice Ng"), request.Initiator);
        Assert.Equal([new Party("agent", "planner", Name: null)], request.OnBehalfOf);
        Assert.Equal(Risk.High, request.Risk);
        Assert.Equal(1_200_000, request.DataScope!.Records);
        Assert.Equal("crm.customers", Assert.Single(request.DataScope.Datasets));
        Assert.StartsWith("--- a/role.json", request.Diff!.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["fact", "log", "policy_trace", "link"],
            request.Evidence.Select(e => e.Kind),
            StringComparer.Ordinal
        );
        Assert.Equal("https://iam-guard.acme.example", request.Audience);
        Assert.Equal(900, request.ExpiresIn);
    }

    [Fact]
    public void What_is_left_out_is_empty_and_medium()
    {
        var (request, _) = Assert.IsType<RequestReading.Accepted>(Read(Bodies.Least()));
        Assert.Equal("{}", request.Action.Properties.GetRawText());
        Assert.Equal("{}", request.Resource.Properties.GetRawText());
        Assert.Equal("{}", request.Context.GetRawText());
        Assert.Equal(Risk.Medium, request.Risk);
        Assert.Null(request.ExpiresIn);
        Assert.Empty(request.Evidence);
    }

    [Fact]
    public void The_hash_is_of_what_the_body_means()
    {
        var one = JsonNode.Parse("""{"b":1,"a":[true,"é"]}""")!;
        var two = JsonNode.Parse("""{ "a" : [ true , "\u00e9" ], "b" : 1 }""")!;
        Assert.Equal(HashWith(one), HashWith(two), StringComparer.Ordinal);
        Assert.NotEqual(HashWith(one), HashWith(new JsonObject()), StringComparer.Ordinal);

        static string HashWith(JsonNode context)
        {
            var body = Bodies.Least();
            body["context"] = context.DeepClone();
            return Assert.IsType<RequestReading.Accepted>(Read(body)).BodyHash;
        }
    }

    public static TheoryData<string, string, string, string> Faults =>
        new()
        {
            { "action", "null", "/action", "wrong_type" },
            { "action", "[]", "/action", "wrong_type" },
            { "action", "{}", "/action/name", "required" },
            { "action", """{"name":""}""", "/action/name", "wrong_length" },
            { "action", """{"name":" \t"}""", "/action/name", "wrong_length" },
            { "action", """{"name":7}""", "/action/name", "wrong_type" },
            { "action", """{"name":"a","x":1}""", "/action/x", "unknown_member" },
            { "action", """{"name":"a","Name":"b"}""", "/action/Name", "unknown_member" },
            { "action", """{"name":"a","properties":[]}""", "/action/properties", "wrong_type" },
            { "resource", """{"id":"x"}""", "/resource/type", "required" },
            { "resource", """{"type":"x"}""", "/resource/id", "required" },
            {
                "resource",
                """{"type":"x","id":"y","$type":"z"}""",
                "/resource/$type",
                "unknown_member"
            },
            { "context", "1", "/context", "wrong_type" },
            { "context", """{"salt":"mine"}""", "/context/salt", "reserved" },
            { "subject", """{"type":"agent","id":"other"}""", "/subject/id", "not_yours" },
            { "subject", """{"type":"user","id":"deployer"}""", "/subject/type", "unknown_value" },
            {
                "subject",
                """{"type":"agent","id":"deployer","x":1}""",
                "/subject/x",
                "unknown_member"
            },
            { "initiator", "\"alice\"", "/initiator", "wrong_type" },
            { "initiator", """{"id":"a"}""", "/initiator/type", "required" },
            { "initiator", """{"type":"human"}""", "/initiator/id", "required" },
            { "initiator", """{"type":"agent","id":"a"}""", "/initiator/type", "unknown_value" },
            { "initiator", """{"type":"Human","id":"a"}""", "/initiator/type", "unknown_value" },
            { "initiator", """{"type":"human","id":" a"}""", "/initiator/id", "bad_value" },
            { "initiator", """{"type":"human","id":"a\u200b"}""", "/initiator/id", "bad_value" },
            { "initiator", """{"type":"human","id":"a\u202e"}""", "/initiator/id", "bad_value" },
            { "initiator", """{"type":"human","id":"a\r\nb"}""", "/initiator/id", "bad_value" },
            { "on_behalf_of", "{}", "/on_behalf_of", "wrong_type" },
            { "on_behalf_of", "[1]", "/on_behalf_of/0", "wrong_type" },
            {
                "on_behalf_of",
                "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
                "/on_behalf_of",
                "too_many_items"
            },
            { "justification", "null", "/justification", "wrong_type" },
            { "risk", "\"extreme\"", "/risk", "unknown_value" },
            { "risk", "3", "/risk", "unknown_value" },
            { "data_scope", """{"records":1.5}""", "/data_scope/records", "out_of_range" },
            { "data_scope", """{"records":-1}""", "/data_scope/records", "out_of_range" },
            { "data_scope", """{"records":"1"}""", "/data_scope/records", "out_of_range" },
            { "data_scope", """{"datasets":[""]}""", "/data_scope/datasets/0", "wrong_length" },
            { "data_scope", """{"fields":"x"}""", "/data_scope/fields", "wrong_type" },
            { "data_scope", """{"other":1}""", "/data_scope/other", "unknown_member" },
            { "diff", """{"text":""}""", "/diff/format", "required" },
            { "diff", """{"format":"x","text":""}""", "/diff/format", "unknown_value" },
            { "diff", """{"format":"unified"}""", "/diff/text", "required" },
            { "diff", """{"format":"unified","text":1}""", "/diff/text", "wrong_type" },
            { "diff", """{"format":"json","before":1}""", "/diff/after", "required" },
            {
                "diff",
                """{"format":"json","before":1,"after":2,"text":""}""",
                "/diff/text",
                "unknown_member"
            },
            { "evidence", "{}", "/evidence", "wrong_type" },
            { "evidence", "[7]", "/evidence/0", "wrong_type" },
            { "evidence", """[{"kind":"gossip"}]""", "/evidence/0/kind", "unknown_value" },
            { "evidence", """[{"kind":"fact","name":"x"}]""", "/evidence/0/value", "required" },
            {
                "evidence",
                """[{"kind":"fact","name":"x","value":"y","url":"z"}]""",
                "/evidence/0/url",
                "unknown_member"
            },
            {
                "evidence",
                """[{"kind":"link","url":"javascript:alert(1)"}]""",
                "/evidence/0/url",
                "bad_value"
            },
            {
                "evidence",
                """[{"kind":"link","url":"/relative"}]""",
                "/evidence/0/url",
                "bad_value"
            },
            {
                "evidence",
                """[{"kind":"link","url":"https://a\nb"}]""",
                "/evidence/0/url",
                "bad_value"
            },
            { "evidence", """[{"kind":"log"}]""", "/evidence/0/text", "required" },
            { "evidence", """[{"kind":"policy_trace"}]""", "/evidence/0/source", "required" },
            { "undo", "{}", "/undo", "wrong_type" },
            { "audience", "\"\\r\\nX: y\"", "/audience", "bad_value" },
            { "expires_in", "4", "/expires_in", "out_of_range" },
            { "expires_in", "86401", "/expires_in", "out_of_range" },
            { "expires_in", "60.5", "/expires_in", "out_of_range" },
            { "expires_in", "\"60\"", "/expires_in", "out_of_range" },
            { "expires_in", "null", "/expires_in", "out_of_range" },
            { "approved_by", "\"me\"", "/approved_by", "unknown_member" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named_where_it_is(string member, string json, string where, string code)
    {
        var body = Bodies.Least();
        body[member] = JsonNode.Parse(json);
        var error = Assert.Single(Errors(body));
        Assert.Equal((where, code), (error.Where, error.Code));
    }

    [Fact]
    public void All_faults_are_told_at_once() =>
        Assert.Equal(
            ["/extra", "/action", "/resource", "/initiator", "/risk"],
            Errors(JsonNode.Parse("""{"extra":1,"risk":"no"}""")!).Select(e => e.Where),
            StringComparer.Ordinal
        );

    public static TheoryData<string, string, int> Lengths =>
        new()
        {
            { "action", """{"name":"@"}""", 1_024 },
            { "resource", """{"type":"@","id":"x"}""", 1_024 },
            { "resource", """{"type":"x","id":"@"}""", 4_096 },
            { "initiator", """{"type":"human","id":"@"}""", 320 },
            { "initiator", """{"type":"human","id":"x","name":"@"}""", 1_024 },
            { "audience", "\"@\"", 2_048 },
            { "evidence", """[{"kind":"fact","name":"@","value":"x"}]""", 1_024 },
        };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_name_may_be_so_long_and_no_longer(string member, string json, int max)
    {
        Assert.Empty(ErrorsWith(max));
        Assert.Single(ErrorsWith(max + 1));

        IReadOnlyList<InputError> ErrorsWith(int length)
        {
            var body = Bodies.Least();
            var text = new string('x', length);
            body[member] = JsonNode.Parse(json.Replace("@", text, StringComparison.Ordinal));
            return Errors(body);
        }
    }

    [Fact]
    public void A_json_diff_keeps_both_states_as_sent()
    {
        var body = Bodies.Least();
        body["diff"] = JsonNode.Parse("""{"format":"json","before":null,"after":{"n":0.5}}""");
        var (request, _) = Assert.IsType<RequestReading.Accepted>(Read(body));
        Assert.Equal(JsonValueKind.Null, request.Diff!.Before!.Value.ValueKind);
        Assert.Equal("""{"n":0.5}""", request.Diff.After!.Value.GetRawText());
    }

    private static RequestReading Read(JsonNode? body) =>
        RequestReader.Read(JsonSerializer.SerializeToElement(body), Agent);

    private static IReadOnlyList<InputError> Errors(JsonNode body) =>
        Read(body) is RequestReading.Refused refused ? [.. refused.Errors] : [];
}
