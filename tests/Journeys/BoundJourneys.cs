using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Tests.Mcp;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// The real process, which is killed without warning: a grant that an agent bound to its key stays bound, and
/// a policy set in chat demands it.
/// </summary>
public sealed class BoundJourneys(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private const string Audience = "https://gate.acme.example";
    private const string Run = Audience + "/run";

    private readonly Site _site = fixture.Site;
    private readonly ProofKey _key = new();

    [Fact]
    public async Task A_grant_stays_bound_after_a_kill_and_a_policy_in_chat_demands_it()
    {
        var guard = await _site.GuardKeyAsync(Audience);
        var first = await ApprovedAsync("crm");
        var (_, token) = await FetchAsync(first, _key);
        await _site.KillAsync();
        await _site.StartAsync();
        Assert.Equal("dpop_proof_missing", (await FetchAsync(first, key: null)).Code);
        Assert.Equal("wrong_dpop_key", (await FetchAsync(first, new ProofKey())).Code);
        Assert.Equal("invalid_token", await ConsumeAsync(guard, token!, "crm", key: null));
        Assert.Equal("invalid_token", await ConsumeAsync(guard, token!, "crm", new ProofKey()));
        Assert.Null(await ConsumeAsync(guard, token!, "crm", _key));
        Assert.Equal("already_consumed", await ConsumeAsync(guard, token!, "crm", _key));

        const string policy =
            "policy set default\nstages: [{approvers: [approvers]}]\nsender_constrained: medium";
        await _site.TellsErinAsync("slack", policy, "default");
        var second = await ApprovedAsync("erp");
        Assert.Equal("dpop_proof_missing", (await FetchAsync(second, key: null)).Code);
        var bound = (await FetchAsync(second, _key)).Token;
        Assert.Null(await ConsumeAsync(guard, bound!, "erp", _key));
        await _site.IsSoundAsync();
    }

    private async Task<string> ApprovedAsync(string what)
    {
        var body = new
        {
            action = new { name = "db.password.rotate" },
            resource = new { type = "postgres", id = what },
            initiator = new { type = "human", id = "alice@acme.example" },
            audience = Audience,
        };
        var opened = await _site.SendAsync($"key-{what}", body);
        var asked = new Asked(opened.Word("id"), opened.Word("code"), $"key-{what}", body);
        await _site.StoredAsync(asked);
        await _site.ClickInSlackAsync(asked, "approve");
        Assert.Equal("approved", (await _site.ReadAsync(asked.Id, wait: 30)).Word("status"));
        return asked.Id;
    }

    private async Task<(string? Code, string? Token)> FetchAsync(string id, ProofKey? key)
    {
        var address = _site.At($"/v1/requests/{id}/grant");
        using var call = new HttpRequestMessage(HttpMethod.Post, address);
        call.Content = JsonContent.Create(new { });
        if (key is not null)
        {
            call.Headers.Add("DPoP", key.Make("POST", address.AbsoluteUri, Now));
        }

        using var answer = await _site.SendAsync(call);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Site.Cancel);
        return answer.StatusCode is HttpStatusCode.OK
            ? (null, said.Word("token"))
            : (said.Word("code"), null);
    }

    private async Task<string?> ConsumeAsync(string guard, string token, string what, ProofKey? key)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["token"] = token,
            ["action"] = new { name = "db.password.rotate" },
            ["resource"] = new { type = "postgres", id = what },
        };
        if (key is not null)
        {
            var proof = key.Make("POST", Run, Now, token);
            body["dpop"] = new
            {
                proof,
                htm = "POST",
                htu = Run,
            };
        }

        return (await _site.ConsumeAsync(guard, body)).Code;
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
