using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Playground;

/// <summary>The page's API: what it shows, what it does, and whom it refuses. The bot is a stub.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private readonly string _directory = Path.Combine(
        Path.GetTempPath(),
        "page-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))
    );
    private readonly HttpClient _http = new();
    private PlaygroundHost? _host;
    private StubBot? _bot;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bot = await StubBot.Start(Cancel);
        var options = new PlaygroundOptions
        {
            Url = "http://127.0.0.1:0",
            BotProgram = Path.Combine(_directory, "none.dll"),
            DataDirectory = _directory,
        };
        _host = await PlaygroundHost.StartAsync(options, PatientClock.Shared, Cancel);
        _host.Slack.Bot = _host.Teams.Bot = _bot.Url;
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        await _bot!.DisposeAsync();
        _http.Dispose();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task The_stream_begins_with_the_whole_state_and_tells_every_change()
    {
        using var response = await _http.GetAsync(
            new Uri(_host!.Url, "/play/stream"),
            HttpCompletionOption.ResponseHeadersRead,
            Cancel
        );
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        var state = await NextState(lines);
        var members = state.EnumerateObject().Select(m => m.Name);
        Assert.Equal("people,bot,slack,teams,agent,cloud,ledger", string.Join(',', members));
        Assert.False(state.GetProperty("bot").GetProperty("running").GetBoolean());
        Assert.Equal(7, state.GetProperty("agent").GetProperty("scenarios").GetArrayLength());
        await _host.Slack.Message(People.Bob.Slack!, Acme.SlackChannel, "morning", Cancel);
        while (!state.GetRawText().Contains("morning", StringComparison.Ordinal))
        {
            state = await NextState(lines);
        }
        var message = state.GetProperty("slack").GetProperty("channels")[0].GetProperty("messages")[
            0
        ];
        Assert.Equal("bob", message.GetProperty("from").GetString());
    }

    [Fact]
    public async Task A_click_on_the_page_is_a_signed_click_of_that_person()
    {
        var answer = await Post(
            "slack/click",
            new
            {
                person = "carol",
                channel = Acme.SlackChannel,
                ts = "1.1",
                action_id = "approve",
                value = "v",
            }
        );
        Assert.True(answer.GetProperty("ok").GetBoolean());
        var body = Encoding.UTF8.GetString(Assert.Single(_bot!.Heard).Body);
        Assert.Contains(People.Carol.Slack!, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slack/click", """{"person":"mallory"}""", "has no Slack account")]
    [InlineData("teams/message", """{"person":"alice","text":"x"}""", "has no Teams account")]
    [InlineData("slack/command", """{"person":"bob","text":"x"}""", "channel is missing")]
    [InlineData("slack/command", """{"person":"bob","channel":"C1","text":"x"}""", "no such")]
    [InlineData("agent/send", """{"scenario":"none"}""", "no such scenario")]
    [InlineData("world/end", "{}", "There is no /play/world/end")]
    [InlineData("bot/kill", "{}", "does not run")]
    [InlineData("bot/start", "{}", "not built")]
    [InlineData("ledger/verify", "{}", "auditor's key")]
    [InlineData("slack/view", """{"person":"bob","submit":true,"values":{}}""", "no modal")]
    public async Task What_cannot_be_done_is_said_in_a_sentence(
        string what,
        string body,
        string said
    )
    {
        var answer = await Post(what, JsonSerializer.Deserialize<JsonElement>(body));
        Assert.False(answer.GetProperty("ok").GetBoolean());
        Assert.Contains(said, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Host", "evil.example")]
    [InlineData("Content-Type", "text/plain")]
    public async Task Another_web_site_cannot_act_as_the_people(string header, string value)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(_host!.Url, "/play/slack/message")
        );
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        if (header is "Content-Type")
        {
            request.Content.Headers.ContentType = new(value);
        }
        else
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
        using var response = await _http.SendAsync(request, Cancel);
        Assert.Equal(403, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/js/main.js")]
    public async Task The_browser_is_told_to_run_and_fetch_nothing_but_the_pages_own_files(
        string path
    )
    {
        using var answer = await _http.GetAsync(new Uri(_host!.Url, path), Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; ", policy);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("unsafe|http|[*]", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task The_page_itself_may_act()
    {
        var own = _host!.Url.ToString().TrimEnd('/');
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(_host.Url, "/play/slack/message")
        );
        request.Content = JsonContent.Create(
            new
            {
                person = "bob",
                channel = Acme.SlackChannel,
                text = "hi",
            }
        );
        request.Headers.TryAddWithoutValidation("Origin", own);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        using var response = await _http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("hi", _host.Slack.Channel(Acme.SlackChannel)!.Messages[^1].Text);
    }

    private async Task<JsonElement> Post(string what, object body)
    {
        var address = new Uri(_host!.Url, "/play/" + what);
        using var response = await _http.PostAsJsonAsync(address, body, Cancel);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static async Task<JsonElement> NextState(StreamReader lines)
    {
        while (true)
        {
            var line = await lines.ReadLineAsync(Cancel);
            if (line?.StartsWith("data: ", StringComparison.Ordinal) is true)
            {
                return JsonDocument.Parse(line["data: ".Length..]).RootElement;
            }
        }
    }
}
