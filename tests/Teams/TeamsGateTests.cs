using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Tests.Teams;

/// <summary>The endpoint over HTTP: what is let in, and with which status the rest is turned away.</summary>
public sealed class TeamsGateTests : TeamsBench
{
    [Fact]
    public async Task A_true_message_is_heard()
    {
        Assert.Equal(200, (await SendAsync(Activity(), Sign(Teams.Claims()))).Status);
        await IdleAsync();
        Assert.Single(Commands);
    }

    [Fact]
    public async Task Without_a_token_nobody_is_heard()
    {
        await AssertRefusedAsync(401, Activity(), null);
        await AssertRefusedAsync(401, Activity(), "");
        await AssertRefusedAsync(401, Activity(), "junk");
    }

    [Fact]
    public async Task Each_spoilt_claim_is_answered_with_401()
    {
        var claims = Teams.Claims();
        var now = Clock.GetUtcNow();
        TeamsToken[] spoilt =
        [
            claims with
            {
                Issuer = "https://evil.example",
            },
            claims with
            {
                Audience = "another-app",
            },
            claims with
            {
                Expires = now.AddMinutes(-6),
            },
            claims with
            {
                NotBefore = now.AddMinutes(6),
            },
            claims with
            {
                ServiceUrl = null,
            },
            claims with
            {
                ServiceUrl = "https://smba.trafficmanager.net/teams/",
            },
        ];
        foreach (var token in spoilt)
        {
            await AssertRefusedAsync(401, Activity(), Sign(token));
        }
    }

    [Fact]
    public async Task An_activity_of_another_channel_or_service_url_is_answered_with_401()
    {
        var (directLine, elsewhere) = (Activity(), Activity());
        directLine["channelId"] = "directline";
        elsewhere["serviceUrl"] = "https://smba.trafficmanager.net/teams/";
        await AssertRefusedAsync(401, directLine, Sign(Teams.Claims()));
        await AssertRefusedAsync(401, elsewhere, Sign(Teams.Claims()));
    }

    [Fact]
    public async Task A_service_url_that_is_not_allowed_is_answered_with_403()
    {
        var activity = Activity();
        activity["serviceUrl"] = "https://evil.example/";
        var token = Sign(Teams.Claims() with { ServiceUrl = "https://evil.example/" });
        await AssertRefusedAsync(403, activity, token);
    }

    [Fact]
    public async Task A_key_that_is_not_endorsed_for_Teams_is_refused()
    {
        var kid = Teams.Keys.Rollover("webchat");
        await AssertRefusedAsync(401, Activity(), Sign(Teams.Claims() with { KeyId = kid }));
    }

    [Fact]
    public async Task A_new_key_is_asked_for_and_the_old_one_still_works()
    {
        var old = Sign(Teams.Claims());
        Assert.Equal(200, (await SendAsync(Activity(), old)).Status);
        await AssertRefusedAsync(401, Activity(), OfKey("made-up"));
        Teams.Keys.Rollover();
        Assert.Equal(200, (await SendAsync(Activity(), Sign(Teams.Claims()))).Status);
        Assert.Equal(200, (await SendAsync(Activity(), old)).Status);
        Assert.Equal(3, KeyCalls);
    }

    [Fact]
    public async Task Unknown_keys_are_asked_for_a_few_times_a_minute_at_most()
    {
        Assert.Equal(200, (await SendAsync(Activity(), Sign(Teams.Claims()))).Status);
        for (var i = 0; i < 10; i++)
        {
            await AssertRefusedAsync(401, Activity(), OfKey($"made-up-{i}"));
        }

        Assert.Equal(5, KeyCalls);
        Teams.Keys.Rollover();
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await SendAsync(Activity(), Sign(Teams.Claims()))).Status);
    }

    [Fact]
    public async Task A_retired_key_is_refused_a_day_later()
    {
        var kid = Teams.Keys.CurrentKeyId;
        Assert.Equal(200, (await SendAsync(Activity(), Sign(Teams.Claims()))).Status);
        Teams.Keys.Rollover();
        Clock.Advance(TimeSpan.FromHours(25));
        var late = Sign(Teams.Claims() with { KeyId = kid });
        Teams.Keys.Retire(kid);
        await AssertRefusedAsync(401, Activity(), late);
    }

    [Fact]
    public async Task While_the_keys_cannot_be_had_nobody_is_heard()
    {
        Teams.Faults.Next("openid", new Fault.HttpError(503));
        await AssertRefusedAsync(401, Activity(), Sign(Teams.Claims()));
        Clock.Advance(TimeSpan.FromSeconds(5));
        Teams.Faults.Next("keys", new Fault.HttpError(503));
        await AssertRefusedAsync(401, Activity(), Sign(Teams.Claims()));
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await SendAsync(Activity(), Sign(Teams.Claims()))).Status);
    }

    [Fact]
    public async Task Another_tenant_is_answered_with_403_wherever_it_is_named()
    {
        const string other = "11111111-1111-4111-8111-111111111111";
        var (inData, inConversation, inBoth) = (Activity(), Activity(), Activity());
        inData["channelData"]!["tenant"]!["id"] = other;
        inConversation["conversation"]!["tenantId"] = other;
        inBoth["channelData"]!["tenant"]!["id"] = other;
        inBoth["conversation"]!["tenantId"] = other;
        var nowhere = Activity();
        nowhere.Remove("channelData");
        nowhere["conversation"]!.AsObject().Remove("tenantId");
        foreach (var activity in new[] { inData, inConversation, inBoth, nowhere })
        {
            await AssertRefusedAsync(403, activity, Sign(Teams.Claims()));
        }
    }

    [Fact]
    public async Task A_tenant_that_is_named_in_one_place_only_is_enough()
    {
        var (noData, noConversation) = (Activity(), Activity());
        noData.Remove("channelData");
        noConversation["conversation"]!.AsObject().Remove("tenantId");
        foreach (var activity in new[] { noData, noConversation })
        {
            Assert.Equal(200, (await SendAsync(activity, Sign(Teams.Claims()))).Status);
        }
    }

    [Fact]
    public async Task A_body_over_one_mebibyte_is_answered_with_413()
    {
        var activity = Activity();
        activity["text"] = new string('x', 1024 * 1024);
        await AssertRefusedAsync(413, activity, Sign(Teams.Claims()));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"message\",\"type\":\"message\"}")]
    public async Task A_broken_body_is_answered_with_400(string body)
    {
        var answer = await Teams.Send(Encoding.UTF8.GetBytes(body), Sign(Teams.Claims()), Cancel);
        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task A_body_that_is_too_deep_is_answered_with_400()
    {
        var deep = new string('[', 100) + new string(']', 100);
        var body = $$"""{"type":"message","x":{{deep}}}""";
        var answer = await Teams.Send(Encoding.UTF8.GetBytes(body), Sign(Teams.Claims()), Cancel);
        Assert.Equal(400, answer.Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task Only_a_POST_does_anything(string method)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri(BotUrl, "/api/messages")
        );
        request.Headers.Authorization = new("Bearer", Sign(Teams.Claims()));
        using var response = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task A_401_says_how()
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(
            new Uri(BotUrl, "/api/messages"),
            new StringContent("{}"),
            Cancel
        );
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    private int KeyCalls => Teams.Calls.Count(c => c.Method is "keys");

    /// <summary>A token that names a key which signed nothing.</summary>
    private string OfKey(string id)
    {
        var header = $$"""{"alg":"RS256","typ":"JWT","kid":"{{id}}"}""";
        var rest = Sign(Teams.Claims()).Split('.')[1..];
        return string.Join(
            '.',
            [Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)), .. rest]
        );
    }

    private string Sign(TeamsToken token) => Teams.Keys.Sign(token);

    private JsonObject Activity() => Teams.MessageActivity(Carol, Teams.Personal(Carol).Id, "help");

    private Task<TeamsAnswer> SendAsync(JsonObject activity, string? token) =>
        Teams.Send(Encoding.UTF8.GetBytes(activity.ToJsonString()), token, Cancel);

    private async Task AssertRefusedAsync(int status, JsonObject activity, string? token)
    {
        await IdleAsync();
        var (heard, places) = (Commands.Count, Register.Places);
        Assert.Equal(status, (await SendAsync(activity, token)).Status);
        await IdleAsync();
        Assert.Equal(heard, Commands.Count);
        Assert.Same(places, Register.Places);
    }
}
