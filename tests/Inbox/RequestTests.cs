using System.Net;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Inbox;

/// <summary>Reading, waiting for, listing and ending requests over HTTP.</summary>
public sealed class RequestTests
{
    private const string Nobodys = "/v1/requests/apr_00000000000000000000000000000000000";

    [Fact]
    public async Task Anothers_request_and_an_unknown_one_and_no_id_at_all_look_the_same()
    {
        await using var bot = await InboxBot.StartAsync();
        using var other = bot.As(bot.Other);
        var own = $"/v1/requests/{await bot.OpenAsync()}";
        (await bot.GetAsync(own)).Is(200);
        var expected = (await bot.GetAsync(Nobodys, other)).IsProblem(404, "not_found").Text;
        foreach (var path in new[] { own, Nobodys, "/v1/requests/apr_", "/v1/requests/x?wait=1" })
        {
            Assert.Equal(
                expected,
                (await bot.GetAsync(path, other)).IsProblem(404, "not_found").Text
            );
        }

        foreach (
            var (verb, body) in new[] { ("cancel", "{}"), ("result", """{"outcome":"failed"}""") }
        )
        {
            Assert.Equal(expected, (await bot.PostAsync($"{own}/{verb}", body, other)).Text);
            Assert.Equal(expected, (await bot.PostAsync($"{Nobodys}/{verb}", body, other)).Text);
        }

        Assert.Equal(expected, (await bot.GetAsync($"{own}/events", other)).Text);
    }

    [Fact]
    public async Task A_wait_ends_when_somebody_decides_and_says_who()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        var waiting = bot.GetAsync($"/v1/requests/{id}?wait=60");
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        var reply = (await waiting).Is(200);
        Assert.Equal("approved", reply.Word("status"));
        Assert.Equal(1, reply.Body.GetProperty("stages")[0].GetProperty("approved").GetInt32());
        var decision = reply.Body.GetProperty("decisions")[0];
        Assert.Equal("approved", decision.GetProperty("verdict").GetString());
        Assert.Equal("slack", decision.GetProperty("surface").GetString());
        Assert.StartsWith(
            "per_",
            decision.GetProperty("person").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "verdict person name surface at reason",
            string.Join(' ', decision.EnumerateObject().Select(p => p.Name))
        );
    }

    [Fact]
    public async Task A_bad_wait_is_400()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        foreach (
            var query in new[]
            {
                "wait=61",
                "wait=-1",
                "wait=1.5",
                "wait=",
                "wait=1&wait=1",
                "wait=99999999999999",
            }
        )
        {
            (await bot.GetAsync($"/v1/requests/{id}?{query}")).IsProblem(400, "invalid_request");
        }
    }

    [Fact]
    public async Task The_list_is_the_agents_own_newest_first_in_pages()
    {
        await using var bot = await InboxBot.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await bot.OpenAsync($"CHG-{i}"));
        }

        await bot.DecideAsync(ids[0], "BOB", Verdict.Rejected);
        var pending = await Pages("status=pending&limit=3");
        Assert.Equal(
            ids.Skip(1).Order(StringComparer.Ordinal),
            pending.Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        Assert.Equal([ids[0]], await Pages("status=denied"), StringComparer.Ordinal);
        Assert.Equal(5, (await Pages("limit=5", pages: 1)).Count);
        Assert.Equal(5, (await Pages("limit=2")).Distinct(StringComparer.Ordinal).Count());
        var others = (await bot.GetAsync("/v1/requests", bot.As(bot.Other))).Is(200);
        Assert.Equal("""{"requests":[],"next":null}""", others.Text);

        async Task<List<string>> Pages(string query, int pages = int.MaxValue)
        {
            List<string> found = [];
            for (string? after = ""; after is not null; pages--)
            {
                Assert.NotEqual(0, pages);
                var page = (await bot.GetAsync($"/v1/requests?{query}{after}")).Is(200).Body;
                found.AddRange(
                    page.GetProperty("requests")
                        .EnumerateArray()
                        .Select(r => r.GetProperty("id").GetString()!)
                );
                after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : null;
            }

            return found;
        }
    }

    [Fact]
    public async Task A_bad_list_query_is_400()
    {
        await using var bot = await InboxBot.StartAsync();
        foreach (
            var query in new[]
            {
                "status=open",
                "status=Pending",
                "status=",
                "limit=0",
                "limit=201",
                "limit=x",
                "after=x",
                $"after={Nobodys[^39..]}",
            }
        )
        {
            (await bot.GetAsync($"/v1/requests?{query}")).IsProblem(400, "invalid_request");
        }
    }

    [Fact]
    public async Task Cancelling_works_once_and_then_tells_the_present_state()
    {
        await using var bot = await InboxBot.StartAsync();
        var path = $"/v1/requests/{await bot.OpenAsync()}/cancel";
        (await bot.PostAsync(path, """{"why":"x"}""")).IsProblem(400, "invalid_request");
        var done = (await bot.PostAsync(path, """{"reason":"not needed"}""")).Is(200);
        Assert.Equal("cancelled", done.Word("status"));
        var again = (await bot.PostAsync(path, "{}")).IsProblem(409, "not_pending");
        Assert.Equal(
            "cancelled",
            again.Body.GetProperty("request").GetProperty("status").GetString()
        );
    }

    [Fact]
    public async Task Cancelling_needs_no_body()
    {
        await using var bot = await InboxBot.StartAsync();
        using var message = new HttpRequestMessage(
            HttpMethod.Post,
            $"/v1/requests/{await bot.OpenAsync()}/cancel"
        );
        (await bot.SendAsync(message)).Is(200);
    }

    [Fact]
    public async Task A_result_is_for_an_approved_request_and_stays_what_it_was()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        var path = $"/v1/requests/{id}/result";
        (await bot.PostAsync(path, """{"outcome":"succeeded"}""")).Is(409);
        (await bot.PostAsync(path, """{"outcome":"maybe"}""")).IsProblem(400, "invalid_request");
        await bot.DecideAsync(id, "CAROL", Verdict.Approved);
        var done = (
            await bot.PostAsync(path, """{"outcome":"succeeded","detail":"role attached"}""")
        ).Is(200);
        var execution = done.Body.GetProperty("execution");
        Assert.Equal("succeeded", execution.GetProperty("outcome").GetString());
        Assert.Equal("role attached", execution.GetProperty("detail").GetString());
        (await bot.PostAsync(path, """{"outcome":"succeeded"}""")).Is(200);
        (await bot.PostAsync(path, """{"outcome":"failed"}""")).Is(409);
    }

    [Theory]
    [InlineData("cancel", "reason")]
    [InlineData("result", "detail")]
    public async Task A_secret_in_a_small_body_is_refused_too(string verb, string member)
    {
        await using var bot = await InboxBot.StartAsync();
        var body = JsonSerializer.Serialize(
            new Dictionary<string, string>(StringComparer.Ordinal) { [member] = bot.Key.Reveal() }
        );
        (await bot.PostAsync($"/v1/requests/{await bot.OpenAsync()}/{verb}", body)).IsProblem(
            422,
            "secret_detected"
        );
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_an_unknown_address_404()
    {
        await using var bot = await InboxBot.StartAsync();
        foreach (
            var (method, path, allow) in new[]
            {
                ("DELETE", "/v1/requests", "GET, HEAD, POST"),
                ("PUT", Nobodys, "GET, HEAD"),
                ("GET", Nobodys + "/cancel", "POST"),
                ("POST", Nobodys + "/events", "GET, HEAD"),
            }
        )
        {
            using var message = new HttpRequestMessage(new HttpMethod(method), path);
            Assert.Equal(
                allow,
                (await bot.SendAsync(message)).IsProblem(405, "method_not_allowed").Headers["Allow"]
            );
        }

        (await bot.GetAsync("/v1/nothing/here")).IsProblem(404, "not_found");
        (await bot.GetAsync("/v1/requests/a/b/c")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task An_answer_needs_a_question_and_a_receipt_a_decision()
    {
        await using var bot = await InboxBot.StartAsync();
        var path = $"/v1/requests/{await bot.OpenAsync()}";
        (await bot.PostAsync(path + "/messages", """{"text":" "}""")).IsProblem(
            400,
            "invalid_request"
        );
        (await bot.PostAsync(path + "/messages", """{"text":"because"}""")).IsProblem(
            409,
            "no_question"
        );
        (await bot.GetAsync(path + "/receipt")).IsProblem(409, "not_decided");
        await bot.DecideAsync(path.Split('/')[^1], "BOB", Verdict.Rejected);
        (await bot.PostAsync(path + "/messages", """{"text":"because"}""")).IsProblem(
            409,
            "not_pending"
        );
        (await bot.GetAsync(path + "/receipt")).Is(200);
        (await bot.GetAsync(Nobodys + "/receipt")).IsProblem(404, "not_found");
        (await bot.PostAsync(Nobodys + "/messages", """{"text":"x"}""")).IsProblem(
            404,
            "not_found"
        );
    }

    [Fact]
    public async Task A_problem_says_in_its_detail_what_is_wrong_first_and_how_much_more_is()
    {
        await using var bot = await InboxBot.StartAsync();
        var reply = await bot.PostAsync("/v1/requests", """{"risk":"extreme","x":1}""");
        Assert.Matches(
            "^/x: Known here: .* And [0-9] more, see `errors`[.]$",
            reply.Word("detail")
        );
    }

    [Fact]
    public async Task A_key_that_is_none_is_told_apart_from_no_key_as_RFC_6750_says()
    {
        await using var bot = await InboxBot.StartAsync();
        var none = await bot.GetAsync("/v1/requests", bot.As(key: null));
        Assert.Equal(
            "Bearer realm=\"chatapprovals\"",
            none.IsProblem(401, "unauthenticated").Headers["WWW-Authenticate"]
        );
        var wrong = await bot.GetAsync("/v1/requests", bot.As(ApiKey.New(ApiKeyKind.Agent)));
        Assert.Contains(
            "error=\"invalid_token\"",
            wrong.IsProblem(401, "unauthenticated").Headers["WWW-Authenticate"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_head_is_a_get_without_its_body()
    {
        await using var bot = await InboxBot.StartAsync();
        using var message = new HttpRequestMessage(
            HttpMethod.Head,
            $"/v1/requests/{await bot.OpenAsync()}"
        );
        var reply = await bot.SendAsync(message);
        Assert.Equal((HttpStatusCode.OK, ""), (reply.Status, reply.Text));
    }
}
