using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Ask;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Tests.Ask;

public sealed class AskBodyTests
{
    private static readonly string[] s_least =
    [
        "--action",
        "db.dump",
        "--resource",
        "postgres/crm",
        "--initiator",
        "alice@acme.example",
    ];

    [Fact]
    public void The_least_that_can_be_asked() =>
        Same(
            """
            {"action": {"name": "db.dump"}, "resource": {"type": "postgres", "id": "crm"},
             "initiator": {"type": "human", "id": "alice@acme.example"}}
            """,
            Compose(s_least)
        );

    [Fact]
    public void Every_option_has_its_place_and_the_inbox_takes_it()
    {
        var body = Compose(
            [
                .. s_least,
                "--property=tables:=[\"people\",1]",
                "--property=how=all of it",
                "--resource-property=region=eu",
                "--env=production",
                "--context=ticket=CHG-1",
                "--justification=because",
                "--risk=high",
                "--undo=rm dump",
                "--audience=https://guard.example",
                "--data-scope=records=12",
                "--data-scope=dataset=crm.people",
                "--data-scope=field=email",
                "--data-scope=field=name",
                "--data-scope=classification=restricted",
                "--data-scope=summary=people",
                "--data-scope=destination=s3://x",
                "--fact=Pipeline=#1",
                "--link=Run=https://ci.example/1",
                "--timeout=2m",
            ],
            new AskInput { Diff = "--- a\n+++ b\n", Logs = [("plan.log", "ok")] }
        );
        Same(
            """
            {"action": {"name": "db.dump", "properties": {"tables": ["people", 1], "how": "all of it"}},
             "resource": {"type": "postgres", "id": "crm", "properties": {"region": "eu", "environment": "production"}},
             "context": {"ticket": "CHG-1"},
             "justification": "because", "risk": "high", "undo": "rm dump",
             "diff": {"format": "unified", "text": "--- a\n+++ b\n"},
             "data_scope": {"records": 12, "datasets": ["crm.people"], "fields": ["email", "name"],
                            "classification": "restricted", "summary": "people", "destination": "s3://x"},
             "evidence": [{"kind": "fact", "name": "Pipeline", "value": "#1"},
                          {"kind": "link", "name": "Run", "url": "https://ci.example/1"},
                          {"kind": "log", "name": "plan.log", "text": "ok"}],
             "initiator": {"type": "human", "id": "alice@acme.example"},
             "audience": "https://guard.example", "expires_in": 120}
            """,
            body
        );
        Taken(body);
    }

    /// <summary>What was approved is what runs: any other word, place or file is another action.</summary>
    [Fact]
    public void The_command_is_a_part_of_the_action_word_by_word()
    {
        var input = new AskInput
        {
            Program = "/usr/bin/pg_dump",
            Directory = "/srv",
            Bound = [("dump.sql", "00ff")],
        };
        var body = Compose([.. s_least, "--", "pg_dump", "-t", "people x"], input);
        Same(
            """
            {"name": "db.dump", "properties": {"argv": ["pg_dump", "-t", "people x"],
             "program": "/usr/bin/pg_dump", "directory": "/srv", "files": {"dump.sql": "sha256:00ff"}}}
            """,
            body["action"]!
        );
        Taken(body);
    }

    [Fact]
    public void With_a_guard_behind_it_the_command_is_only_shown()
    {
        var body = Compose([.. s_least, "--guarded", "--", "pg_dump", "-t", "people"]);
        Assert.Null(body["action"]!["properties"]);
        Assert.Equal("""["pg_dump","-t","people"]""", body["evidence"]![0]!["value"]!.ToString());
    }

    [Theory]
    [InlineData("argv")]
    [InlineData("program")]
    [InlineData("directory")]
    public void Nobody_else_says_what_the_command_is(string name) =>
        Refused("already", [.. s_least, $"--property={name}=ls", "--", "rm"]);

    [Fact]
    public void Options_go_over_a_file()
    {
        var input = new AskInput
        {
            Request = """
                {"action": {"name": "x", "properties": {"a": 1}}, "resource": {"type": "t", "id": "i"},
                 "initiator": {"type": "service", "id": "ci"}, "risk": "low"}
                """,
        };
        Same(
            """
            {"action": {"name": "y", "properties": {"a": 1, "b": "2"}}, "resource": {"type": "t", "id": "i"},
             "initiator": {"type": "service", "id": "ci"}, "risk": "high"}
            """,
            Compose(["--from-file=f", "--action=y", "--property=b=2", "--risk=high"], input)
        );
    }

    [Theory]
    [InlineData("no JSON object", "[]")]
    [InlineData("no JSON", "{")]
    [InlineData("no JSON", """{"action": {"name": "a", "name": "b"}}""")]
    [InlineData("'action' of --from-file", """{"action": "a"}""")]
    [InlineData("'evidence' of --from-file", """{"evidence": {}}""")]
    public void A_file_that_is_no_request_is_refused(string says, string file) =>
        Refused(says, [.. s_least, "--fact=a=b"], new AskInput { Request = file });

    [Theory]
    [InlineData("say what is to be done", "--resource=a/b", "--initiator=x")]
    [InlineData("say on what", "--action=a", "--initiator=x")]
    [InlineData("say who is behind this", "--action=a", "--resource=a/b")]
    [InlineData("n:= is no JSON", "--action=a", "--resource=a/b", "--property=n:={")]
    [InlineData("a whole number", "--action=a", "--resource=a/b", "--data-scope=records=-1")]
    [InlineData("--data-scope knows", "--action=a", "--resource=a/b", "--data-scope=rows=1")]
    public void What_cannot_be_asked_is_refused_before_anybody_is_bothered(
        string says,
        params string[] words
    ) => Refused(says, words);

    [Theory]
    [InlineData("alice@acme.example", "human", "alice@acme.example")]
    [InlineData("human:alice@acme.example", "human", "alice@acme.example")]
    [InlineData("slack:T1:U1", "human", "slack:T1:U1")]
    [InlineData("service:ci", "service", "ci")]
    [InlineData("schedule:nightly", "schedule", "nightly")]
    public void Who_is_behind_it_is_a_person_a_service_or_a_schedule(
        string said,
        string type,
        string id
    )
    {
        var body = Compose([.. s_least[..4]], new AskInput { Initiator = said });
        Assert.Equal(type, body["initiator"]!["type"]!.ToString());
        Assert.Equal(id, body["initiator"]!["id"]!.ToString());
    }

    private static JsonObject Compose(string[] words, AskInput? input = null) =>
        AskBody.Compose(
            Assert.IsType<AskReading.Told>(AskWords.Read(words)).Options,
            input ?? new AskInput()
        );

    private static void Refused(string says, string[] words, AskInput? input = null)
    {
        var fault = Assert.Throws<AskException>(() => Compose(words, input));
        Assert.Equal(125, fault.Exit);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    private static void Same(string expected, JsonNode body) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), body), body.ToJsonString());

    private static void Taken(JsonObject body)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
        var read = Assert.IsType<JsonReading.Accepted>(StrictJson.Read(json));
        var agent = AgentName.Parse("deploy-bot", provider: null);
        Assert.IsType<RequestReading.Accepted>(RequestReader.Read(read.Value, agent));
    }
}
