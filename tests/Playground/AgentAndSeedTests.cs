using System.Text;
using System.Text.Json;
using System.Web;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Playground;

/// <summary>Erin's first commands, and the agent that asks and waits.</summary>
public sealed class AgentAndSeedTests : PlaygroundTest
{
    [Fact]
    public async Task Erin_gets_the_keys_out_of_the_bots_answers_and_unknown_commands_do_no_harm()
    {
        Bot.Answer = (heard, http) =>
        {
            var command = HttpUtility.ParseQueryString(Encoding.UTF8.GetString(heard.Body))["text"];
            var said = command switch
            {
                { } c when c.StartsWith("agent add", StringComparison.Ordinal) =>
                    "Your key: `cak_0123456789abcdefghijklmnop` (shown once)",
                "auditor key" => "cau_0123456789abcdefghijklmnop",
                _ => "Unknown command. Try help.",
            };
            return http.Response.WriteAsJsonAsync(new { text = said }, Cancel);
        };
        var keys = await new Seed(Slack, Teams).PlantAsync(Cancel);
        Assert.Equal("cak_0123456789abcdefghijklmnop", keys.Agent);
        Assert.Equal("cau_0123456789abcdefghijklmnop", keys.Auditor);
        var commands = Bot
            .Heard.Where(h => h.Path is "/slack/commands")
            .Select(h => HttpUtility.ParseQueryString(Encoding.UTF8.GetString(h.Body))["text"]!)
            .ToList();
        Assert.Contains(
            commands,
            c => c.StartsWith("group add approvers <@U07BOB", StringComparison.Ordinal)
        );
        Assert.Contains(
            commands,
            c => c.Contains("route set default slack:C07", StringComparison.Ordinal)
        );
        var activities = Bot.Heard.Where(h => h.Path is "/api/messages").ToList();
        Assert.Equal(7, activities.Count); // three installations of two messages, one command
    }

    [Fact]
    public async Task The_agent_sends_waits_and_keeps_every_exchange()
    {
        var polls = 0;
        Bot.Answer = (heard, http) =>
        {
            if (heard.Path.EndsWith("/events", StringComparison.Ordinal))
            {
                http.Response.StatusCode = 204;
                return Task.CompletedTask;
            }

            http.Response.StatusCode = heard.Path is "/v1/requests" ? 201 : 200;
            var status = heard.Path is "/v1/requests" || ++polls < 2 ? "pending" : "approved";
            return http.Response.WriteAsJsonAsync(new { id = "apr_1", status }, Cancel);
        };
        using var agent = new AgentConsole(() => Bot.Url, PatientClock.Shared) { Key = "cak_1" };
        var scenario = Scenarios.Find("admin-role")!;
        Assert.Null(await agent.SendAsync(scenario.Title, scenario.Body, Cancel));
        var all = await agent.Changes.Until(
            () => agent.Exchanges is [_, _, { Status: 200 }] done ? done : null,
            Cancel
        );
        Assert.Equal(
            "/v1/requests,/v1/requests/apr_1?wait=60,/v1/requests/apr_1?wait=60",
            string.Join(',', all.Select(e => e.Path))
        );
        Assert.Equal(scenario.Body.GetRawText(), all[0].Request!.Value.GetRawText());
        Assert.All(Bot.Heard, h => Assert.Equal("Bearer cak_1", h.Headers.Authorization));
        Assert.Equal(scenario.Body.GetRawText(), Encoding.UTF8.GetString(Bot.Heard.First().Body));
    }

    [Fact]
    public async Task The_agent_hears_of_a_question_looks_it_up_and_answers()
    {
        const string Event =
            "id: 4\nevent: question.asked\ndata: {\"type\":\"question.asked\"}\n\n";
        Bot.Answer = async (heard, http) =>
        {
            if (heard.Path.EndsWith("/events", StringComparison.Ordinal))
            {
                var isFirst = !heard.Headers.ContainsKey("Last-Event-ID");
                http.Response.StatusCode = isFirst ? 200 : 204;
                await http.Response.WriteAsync(isFirst ? Event : "", Cancel);
                return;
            }

            var waits = http.Request.Query.ContainsKey("wait");
            await (waits ? StubBot.Silent(heard, http) : Pending(http));
        };
        using var agent = new AgentConsole(() => Bot.Url, PatientClock.Shared) { Key = "cak_1" };
        var scenario = Scenarios.Find("admin-role")!;
        Assert.Null(await agent.SendAsync(scenario.Title, scenario.Body, Cancel));
        await agent.Changes.Until(
            () =>
                agent.Exchanges.FirstOrDefault(e =>
                    e is { Path: "/v1/requests/apr_1", Status: 200 }
                ),
            Cancel
        );
        Assert.Single(agent.Exchanges, e => e.Path is "/v1/requests/apr_1/events");
        Assert.Null(await agent.AnswerAsync("apr_1", "que_1", "Because.", Cancel));
        var answer = Bot.Heard.Last(h => h.Path is "/v1/requests/apr_1/messages");
        Assert.Equal(
            """{"text":"Because.","question":"que_1"}""",
            Encoding.UTF8.GetString(answer.Body)
        );

        static Task Pending(HttpContext http) =>
            http.Response.WriteAsJsonAsync(new { id = "apr_1", status = "pending" }, Cancel);
    }

    [Fact]
    public async Task A_refused_request_is_said_in_the_problems_words()
    {
        Bot.Answer = (_, http) =>
        {
            http.Response.StatusCode = 403;
            return http.Response.WriteAsJsonAsync(
                new { title = "Forbidden", detail = "The agent is disabled." },
                Cancel
            );
        };
        using var agent = new AgentConsole(() => Bot.Url, PatientClock.Shared);
        var said = await agent.SendAsync("x", JsonSerializer.SerializeToElement(new { }), Cancel);
        Assert.Equal("The agent is disabled.", said);
    }

    [Fact]
    public void Every_scenario_has_what_the_bot_requires_and_the_plan_is_long()
    {
        Assert.All(
            Scenarios.All.Where(s => s.Guarded is null),
            s =>
            {
                Assert.True(s.Body.GetProperty("action").TryGetProperty("name", out _));
                Assert.True(s.Body.GetProperty("resource").TryGetProperty("id", out _));
                Assert.True(s.Body.TryGetProperty("initiator", out _));
            }
        );
        var plan = Scenarios.Find("terraform-apply")!.Body.GetProperty("diff").GetProperty("text");
        Assert.True(plan.GetString()!.Split('\n').Length > 200);
    }
}
