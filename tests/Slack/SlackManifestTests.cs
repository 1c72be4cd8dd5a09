using System.Text.Json;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackManifestTests
{
    private static readonly JsonElement Manifest = JsonDocument
        .Parse(File.ReadAllBytes(Path()))
        .RootElement;

    [Fact]
    public void The_request_urls_are_the_endpoints()
    {
        Assert.EndsWith("/slack/events", Text("settings", "event_subscriptions", "request_url"));
        Assert.EndsWith("/slack/interactions", Text("settings", "interactivity", "request_url"));
        var command = At("features", "slash_commands")[0];
        Assert.EndsWith("/slack/commands", command.GetProperty("url").GetString());
        Assert.Equal("/approvals", command.GetProperty("command").GetString());
        Assert.True(command.GetProperty("should_escape").GetBoolean());
    }

    [Theory]
    [InlineData("chat:write")]
    [InlineData("commands")]
    [InlineData("im:write")]
    [InlineData("im:history")]
    [InlineData("users:read")]
    [InlineData("users:read.email")]
    [InlineData("app_mentions:read")]
    [InlineData("channels:history")]
    [InlineData("groups:history")]
    [InlineData("usergroups:read")]
    public void Every_scope_that_the_bot_needs_is_asked_for(string scope) =>
        Assert.Contains(scope, Strings("oauth_config", "scopes", "bot"), StringComparer.Ordinal);

    [Theory]
    [InlineData("app_mention")]
    [InlineData("message.im")]
    [InlineData("user_change")]
    [InlineData("app_uninstalled")]
    [InlineData("tokens_revoked")]
    public void Every_event_that_the_bot_hears_is_subscribed(string name) =>
        Assert.Contains(
            name,
            Strings("settings", "event_subscriptions", "bot_events"),
            StringComparer.Ordinal
        );

    [Fact]
    public void Only_http_into_one_workspace_is_offered()
    {
        Assert.False(At("settings", "socket_mode_enabled").GetBoolean());
        Assert.False(At("settings", "org_deploy_enabled").GetBoolean());
        Assert.False(At("settings", "token_rotation_enabled").GetBoolean());
    }

    private static JsonElement At(params string[] path) =>
        path.Aggregate(Manifest, (element, name) => element.GetProperty(name));

    private static string? Text(params string[] path) => At(path).GetString();

    private static IEnumerable<string?> Strings(params string[] path) =>
        At(path).EnumerateArray().Select(e => e.GetString());

    private static string Path()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory!.FullName, "ChatApprovals.sln")))
        {
            directory = directory.Parent;
        }

        return System.IO.Path.Combine(directory.FullName, "manifests", "slack.json");
    }
}
