using System.Text;
using ChatApprovals.Slack;

namespace ChatApprovals.Tests.Slack;

/// <summary>What is refused before anything is read, on every endpoint.</summary>
public sealed class SlackGateTests : IAsyncLifetime
{
    private const string Challenge =
        """{"type":"url_verification","token":"x","challenge":"c-1"}""";
    private SlackBot _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Paths =>
        ["/slack/events", "/slack/interactions", "/slack/commands"];

    public async ValueTask InitializeAsync() => _bot = await SlackBot.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_a_good_signature_nothing_is_looked_at(string path)
    {
        var body = Encoding.UTF8.GetBytes(Challenge);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var good = SlackSignature.Sign(SlackBot.Secret, $"{now}", body);
        var old = SlackSignature.Sign(SlackBot.Secret, $"{now - 400}", body);
        var ahead = SlackSignature.Sign(SlackBot.Secret, $"{now + 400}", body);

        Assert.Equal(401, await Status($"{now}", null));
        Assert.Equal(401, await Status(null, good));
        Assert.Equal(401, await Status($"{now}", "v0=00"));
        Assert.Equal(401, await Status($"{now - 400}", old));
        Assert.Equal(401, await Status($"{now + 400}", ahead));
        Assert.Empty(_bot.Slack.Calls);

        async Task<int> Status(string? at, string? signature) =>
            (await _bot.SendRawAsync(path, body, at, signature, Cancel)).Status;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task More_than_a_mebibyte_is_too_large(string path)
    {
        var body = new string('a', (1024 * 1024) + 1);
        Assert.Equal(413, (await _bot.SendAsync(path, body, Cancel)).Status);
        Assert.NotEqual(413, (await _bot.SendAsync(path, body[1..], Cancel)).Status);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Only_post_does_anything(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Put })
        {
            Assert.Equal(
                405,
                await _bot.StatusAsync(method, path + "?type=url_verification", Cancel)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task What_is_not_slacks_format_is_a_bad_request(string path)
    {
        foreach (var body in new[] { "", "{", "[]", "payload=", "payload=%7B", "a=%FF" })
        {
            Assert.Equal(400, (await _bot.SendAsync(path, body, Cancel)).Status);
        }
    }

    [Fact]
    public async Task The_url_is_proven_by_the_challenge() =>
        Assert.Equal((200, "c-1"), await _bot.SendAsync("/slack/events", Challenge, Cancel));

    [Fact]
    public async Task The_certificate_probe_needs_no_signature_but_nothing_else_comes_with_it()
    {
        Assert.Equal(200, await Unsigned("/slack/commands", "ssl_check=1&token=x"));
        Assert.Equal(401, await Unsigned("/slack/commands", "ssl_check=1&command=%2Fapprovals"));
        Assert.Equal(401, await Unsigned("/slack/commands", "ssl_check=0&token=x"));
        Assert.Equal(401, await Unsigned("/slack/interactions", "ssl_check=1&token=x"));
        Assert.Equal(401, await Unsigned("/slack/commands", "ssl_check=1&token=x", "v0=00"));
        Assert.Empty(_bot.Commands);

        async Task<int> Unsigned(string path, string body, string? signature = null) =>
            (
                await _bot.SendRawAsync(path, Encoding.UTF8.GetBytes(body), null, signature, Cancel)
            ).Status;
    }

    [Fact]
    public async Task The_certificate_probe_is_answered_and_does_nothing()
    {
        Assert.Equal(
            200,
            (await _bot.SendAsync("/slack/commands", "ssl_check=1&token=x", Cancel)).Status
        );
        Assert.Equal(
            200,
            await _bot.StatusAsync(HttpMethod.Get, "/slack/commands?ssl_check=1", Cancel)
        );
        Assert.Empty(_bot.Commands);
    }

    [Fact]
    public async Task The_same_bytes_again_decide_nothing_more()
    {
        var body = Encoding.UTF8.GetBytes(
            "payload=" + Uri.EscapeDataString(_bot.Press("approve").ToJsonString())
        );
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        var signature = SlackSignature.Sign(SlackBot.Secret, at, body);
        for (var i = 0; i < 3; i++)
        {
            var answer = await _bot.SendRawAsync(
                "/slack/interactions",
                body,
                at,
                signature,
                Cancel
            );
            Assert.Equal((200, ""), answer);
        }

        Assert.Single(_bot.Clicks);
    }

    [Fact]
    public async Task Nothing_is_acted_on_while_slack_does_not_say_who_we_are()
    {
        _bot.Slack.Answer("auth.test", """{"ok":false,"error":"invalid_auth"}""");
        Assert.Equal(503, (await _bot.InteractAsync(_bot.Press("approve"), Cancel)).Status);
        Assert.Empty(_bot.Clicks);
    }

    [Theory]
    [InlineData("/SLACK/Commands")]
    [InlineData("/slack/commands/")]
    [InlineData("/slack/%63ommands")]
    public async Task Another_spelling_of_the_path_does_not_make_a_captured_request_new(string path)
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        var body =
            "team_id=T1&api_app_id=A1&user_id=U1&channel_id=C1&command=%2Fapprovals&text=whoami"u8.ToArray();
        var signature = SlackSignature.Sign(SlackBot.Secret, at, body);
        var first = await _bot.SendRawAsync("/slack/commands", body, at, signature, Cancel);
        var again = await _bot.SendRawAsync(path, body, at, signature, Cancel);
        Assert.Equal(200, first.Status);
        Assert.Equal(first, again);
        Assert.Single(_bot.Commands);
    }
}
