using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Inbox;

namespace ChatApprovals.Tests.Inbox;

/// <summary><c>POST /v1/requests</c> over HTTP: what it answers, and every refusal of the contract.</summary>
public sealed class SubmissionTests
{
    private const string Requests = "/v1/requests";

    [Fact]
    public async Task A_request_is_201_with_the_contracts_shape()
    {
        await using var bot = await InboxBot.StartAsync();
        var reply = (await bot.PostAsync(Requests, Bodies.Full().ToJsonString())).Is(201);
        Assert.Equal(
            "id status binding_hash salt code created_at expires_at risk policy stages decisions execution",
            string.Join(' ', reply.Body.EnumerateObject().Select(p => p.Name)),
            StringComparer.Ordinal
        );
        Assert.Equal($"/v1/requests/{reply.Word("id")}", reply.Headers["Location"]);
        Assert.Equal("no-store", reply.Headers["Cache-Control"]);
        Assert.Equal("application/json", reply.Headers["Content-Type"]);
        Assert.Equal("pending", reply.Word("status"));
        Assert.Equal("high", reply.Word("risk"));
        Assert.Matches("^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$", reply.Word("created_at"));
        Assert.Equal(
            """{"name":"default","version":1}""",
            reply.Body.GetProperty("policy").GetRawText()
        );
        Assert.Equal(
            """[{"approvers":["approvers"],"required":1,"approved":0}]""",
            reply.Body.GetProperty("stages").GetRawText()
        );
        Assert.Equal(JsonValueKind.Null, reply.Body.GetProperty("execution").ValueKind);
    }

    [Fact]
    public async Task The_binding_hash_can_be_made_again_from_the_body_and_the_salt()
    {
        await using var bot = await InboxBot.StartAsync();
        var body = Bodies.Full();
        var reply = await bot.PostAsync(Requests, body.ToJsonString());
        var json = JsonSerializer.SerializeToElement(body);
        var hash = Binding.Hash(
            AgentName.Parse("asker", provider: null),
            new NamedAction(
                "iam.role.attach_policy",
                json.GetProperty("action").GetProperty("properties")
            ),
            new Resource(
                "aws.iam.role",
                "arn:aws:iam::123456789012:role/deployer",
                json.GetProperty("resource").GetProperty("properties")
            ),
            json.GetProperty("context"),
            reply.Word("salt")
        );
        Assert.Equal(hash, reply.Word("binding_hash"));
    }

    [Fact]
    public async Task The_same_key_and_body_is_the_same_request_and_another_body_is_refused()
    {
        await using var bot = await InboxBot.StartAsync();
        var first = (await Keyed(Bodies.Full())).Is(201);
        var again = (await Keyed(Bodies.Full())).Is(200);
        Assert.Equal(first.Word("id"), again.Word("id"));
        (await Keyed(Bodies.Least())).IsProblem(422, "idempotency_key_reused");
        (
            await bot.PostAsync(
                Requests,
                Bodies.Least().ToJsonString(),
                bot.As(bot.Other),
                ("Idempotency-Key", "k-1")
            )
        ).Is(201);

        Task<Reply> Keyed(JsonObject body) =>
            bot.PostAsync(Requests, body.ToJsonString(), null, ("Idempotency-Key", "k-1"));
    }

    [Fact]
    public async Task Without_a_key_the_same_body_while_pending_is_the_same_request()
    {
        await using var bot = await InboxBot.StartAsync();
        var first = (
            await bot.PostAsync(
                Requests,
                """{"action":{"name":"a"},"resource":{"type":"t","id":"é"},"initiator":{"type":"human","id":"x@acme.example"}}"""
            )
        ).Is(201);
        var again = (
            await bot.PostAsync(
                Requests,
                """{ "initiator":{"id":"x@acme.example","type":"human"},"resource":{"id":"\u00e9","type":"t"},"action":{"name":"a"}}"""
            )
        ).Is(200);
        Assert.Equal(first.Word("id"), again.Word("id"));
    }

    [Fact]
    public async Task A_bad_idempotency_key_is_refused()
    {
        await using var bot = await InboxBot.StartAsync();
        foreach (var key in new[] { "", "a b", "a\tb", "@256", "a,b@twice" })
        {
            (string, string)[] headers = key switch
            {
                "@256" => [("Idempotency-Key", new string('k', 256))],
                "a,b@twice" => [("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
                _ => [("Idempotency-Key", key)],
            };
            var reply = await bot.PostAsync(Requests, Bodies.Least().ToJsonString(), null, headers);
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        }
    }

    [Fact]
    public async Task Whoever_has_no_agents_key_is_401_and_all_look_the_same()
    {
        await using var bot = await InboxBot.StartAsync();
        var real = bot.Key.Reveal();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var value in new[]
            {
                null,
                "",
                "Bearer",
                "Bearer ",
                $"Basic {real}",
                real,
                $"Bearer {real}x",
                $"Bearer {real[..^1]}",
                $"Bearer {ApiKey.New(ApiKeyKind.Agent).Reveal()}",
                $"Bearer {ApiKey.New(ApiKeyKind.Guard).Reveal()}",
                $"Bearer {ApiKey.New(ApiKeyKind.Auditor).Reveal()}",
            }
        )
        {
            (string, string)[] headers = value is null ? [] : [("Authorization", value)];
            var reply = await bot.PostAsync(Requests, "{", bot.As(null), headers);
            reply.IsProblem(401, "unauthenticated");
            Assert.StartsWith(
                "Bearer",
                reply.Headers["WWW-Authenticate"],
                StringComparison.Ordinal
            );
            texts.Add(reply.Text);
        }

        Assert.Single(texts);
    }

    [Fact]
    public async Task A_disabled_agent_is_403_everywhere()
    {
        await using var bot = await InboxBot.StartAsync();
        using var off = bot.As(bot.Off);
        (await bot.PostAsync(Requests, "{}", off)).IsProblem(403, "agent_disabled");
        (await bot.GetAsync(Requests, off)).IsProblem(403, "agent_disabled");
    }

    [Fact]
    public async Task An_action_outside_the_agents_list_is_403()
    {
        await using var bot = await InboxBot.StartAsync();
        using var narrow = bot.As(bot.Narrow);
        (await bot.PostAsync(Requests, Bodies.Full().ToJsonString(), narrow)).IsProblem(
            403,
            "action_not_allowed"
        );
        (await bot.PostAsync(Requests, Bodies.Least().ToJsonString(), narrow)).Is(201);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task What_is_not_json_by_its_type_is_415(string? type)
    {
        await using var bot = await InboxBot.StartAsync();
        using var message = new HttpRequestMessage(HttpMethod.Post, Requests);
        message.Content = new ByteArrayContent("{}"u8.ToArray());
        message.Content.Headers.ContentType = type is null
            ? null
            : MediaTypeHeaderValue.Parse(type);
        (await bot.SendAsync(message)).IsProblem(415, "invalid_request");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_said_or_not()
    {
        await using var bot = await InboxBot.StartAsync();
        var fits = Filled(262_144);
        (await bot.PostAsync(Requests, fits)).IsProblem(400, "invalid_request");
        (await bot.PostAsync(Requests, fits + " ")).IsProblem(413, "too_large");
        using var message = new HttpRequestMessage(HttpMethod.Post, Requests);
        message.Headers.TransferEncodingChunked = true;
        message.Content = new StringContent(fits + " ", Encoding.UTF8, "application/json");
        (await bot.SendAsync(message)).IsProblem(413, "too_large");

        static string Filled(int length) => "{" + new string(' ', length - 2) + "}";
    }

    [Fact]
    public async Task What_is_wrong_with_a_body_is_told_with_pointers()
    {
        await using var bot = await InboxBot.StartAsync();
        var shape = (await bot.PostAsync(Requests, """{"x":1}""")).IsProblem(
            400,
            "invalid_request"
        );
        Assert.Equal(
            "/x /action /resource /initiator",
            string.Join(
                ' ',
                shape
                    .Body.GetProperty("errors")
                    .EnumerateArray()
                    .Select(e => e.GetProperty("pointer").GetString())
            )
        );
        foreach (
            var body in new[]
            {
                "",
                "{",
                "[]",
                "null",
                "\"x\"",
                """{"a":1,"a":1}""",
                new string('[', 200_000),
            }
        )
        {
            (await bot.PostAsync(Requests, body)).IsProblem(400, "invalid_request");
        }
    }

    [Fact]
    public async Task A_secret_is_422_and_neither_stored_nor_repeated()
    {
        await using var bot = await InboxBot.StartAsync();
        var before = bot.Desk.Store.Head()!.Size;
        var secret = "gh" + "p_" + new string('a', 36);
        var body = Bodies.Full();
        body["context"] = new JsonObject { ["token"] = secret };
        var reply = (await bot.PostAsync(Requests, body.ToJsonString())).IsProblem(
            422,
            "secret_detected"
        );
        Assert.Equal(
            "/context/token",
            reply.Body.GetProperty("errors")[0].GetProperty("pointer").GetString()
        );
        Assert.DoesNotContain(secret, reply.Text, StringComparison.Ordinal);
        Assert.Equal(before, bot.Desk.Store.Head()!.Size);
    }

    [Fact]
    public async Task When_everybody_is_behind_it_nobody_is_eligible()
    {
        await using var bot = await InboxBot.StartAsync();
        var body = Bodies.Least();
        body["initiator"]!["id"] = "bob@acme.example";
        body["on_behalf_of"] = JsonNode.Parse("""[{"type":"human","id":"carol@acme.example"}]""");
        (await bot.PostAsync(Requests, body.ToJsonString())).IsProblem(422, "no_eligible_approver");
    }
}
