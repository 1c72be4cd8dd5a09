using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// The real process, the playground's Slack and Teams and a small real issuer: people who sign in decide as
/// the README says, with its own commands.
/// </summary>
public sealed partial class ApiJourneys : IAsyncLifetime
{
    private const string Audience = "chat-approvals";

    private readonly HttpClient _http = new();
    private SmallIssuer _issuer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _issuer = await SmallIssuer.StartAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Bob_links_his_sign_in_and_approves_with_the_commands_of_the_readme()
    {
        await using var site = await OpenAsync();
        var bob = Token("f:7:bob");
        var code = await CodeAsync(site, People.Bob.Slack!);
        var linked = await RunAsync(site, "/v1/people/link", ("TOKEN", bob), ("CODE", code));
        Assert.Contains("f%3A7%3Abob", linked, StringComparison.Ordinal);

        var asked = await site.AskAsync();
        await Eventually.TrueAsync(
            () => site.InSlack(asked).Count == 1 && site.InTeams(asked).Count == 1,
            "both apps show the card"
        );
        var waiting = site.ReadAsync(asked.Id, wait: 60);
        var output = await RunAsync(site, "/decisions", ("TOKEN", bob), ("ID", asked.Id));
        Assert.Contains(asked.Code, output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"approved\"", output, StringComparison.Ordinal);
        var decision = (await waiting).GetProperty("decisions")[0];
        Assert.Equal("api", decision.GetProperty("surface").GetString());
        Assert.Equal("CHG-1042 is signed off", decision.GetProperty("reason").GetString());
        await Eventually.TrueAsync(
            () =>
                !site.InSlack(asked)[0].Controls.Any()
                && !site.InTeams(asked)[^1].Card!.Value.GetRawText().Contains("\"approve\""),
            "no copy has a button any more"
        );
        await site.IsSoundAsync();
    }

    [Fact]
    public async Task A_link_and_a_decision_survive_a_kill_and_one_person_counts_once()
    {
        await using var site = await OpenAsync();
        await SayAsErinAsync(site, "person link @carol oidc:carol-7");
        var asked = await site.AskAsync();
        await Eventually.TrueAsync(() => site.InTeams(asked).Count == 1, "Teams shows the card");
        Assert.Equal(200, (await site.ClickInTeamsAsync(asked, "approve")).StatusCode);
        await site.KillAsync();
        await site.StartAsync();
        using var again = await SendAsync(site, asked.Id, Token("carol-7"), "approved", "any");
        // The same person said the same before: nothing changes, whatever was read.
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, (await site.ReadAsync(asked.Id)).GetProperty("decisions").GetArrayLength());
        using var contrary = await SendAsync(site, asked.Id, Token("carol-7"), "rejected", "any");
        Assert.Equal(HttpStatusCode.Conflict, contrary.StatusCode);
    }

    [Fact]
    public async Task Whoever_is_behind_a_request_by_their_subject_decides_it_nowhere()
    {
        await using var site = await OpenAsync();
        await SayAsErinAsync(site, "person link @bob oidc:bob-7");
        var body = new
        {
            action = new { name = "db.password.rotate" },
            resource = new { type = "postgres", id = "crm" },
            initiator = new { type = "human", id = "bob-7" },
        };
        var opened = await site.SendAsync("key-oidc", body);
        var asked = new Asked(
            opened.GetProperty("id").GetString()!,
            opened.GetProperty("code").GetString()!,
            "key-oidc",
            body
        );
        await Eventually.TrueAsync(() => site.InSlack(asked).Count == 1, "Slack shows the card");
        var hash = await HashAsync(site, asked.Id, Token("bob-7"));
        using var refused = await SendAsync(site, asked.Id, Token("bob-7"), "approved", hash);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("initiator", await CodeOfAsync(refused));
        await site.ClickInSlackAsync(asked, "approve");
        Assert.Equal("pending", await site.StatusAsync(asked.Id));
    }

    [Fact]
    public async Task Without_the_settings_these_addresses_are_not_there()
    {
        await using var site = await Site.OpenAsync();
        var asked = await site.AskAsync();
        using var missing = await SendAsync(site, asked.Id, Token("bob"), "approved", "x");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private Task<Site> OpenAsync() =>
        Site.OpenAsync(("Api:Oidc:Issuer", _issuer.Url), ("Api:Oidc:Audience", Audience));

    private string Token(string subject) =>
        _issuer.Token(_issuer.Claims(subject, Audience, TimeProvider.System.GetUtcNow()));

    private static async Task<string> CodeAsync(Site site, string user)
    {
        await site.Slack.Command(user, site.Slack.Direct(user).Id, "link", Cancel);
        var told = await site.Slack.WaitForMessage(m => LinkCode().IsMatch(Text(m)), Cancel);
        return LinkCode().Match(Text(told)).Groups["code"].Value;
    }

    private static Task<SlackAnswer> SayAsErinAsync(Site site, string command) =>
        site.Slack.Command(
            People.Erin.Slack!,
            site.Slack.Direct(People.Erin.Slack!).Id,
            command,
            Cancel
        );

    /// <summary>Runs the README's block that has this in it, in a directory of its own.</summary>
    private static async Task<string> RunAsync(
        Site site,
        string has,
        params (string Name, string Value)[] variables
    )
    {
        var readme = await File.ReadAllTextAsync(SharedData.InRepository("README.md"), Cancel);
        var section = readme[readme.IndexOf("## Decide by API", StringComparison.Ordinal)..];
        var block = Blocks()
            .Matches(section)
            .Select(m => m.Groups["code"].Value)
            .First(c => c.Contains(has, StringComparison.Ordinal));
        SharedData.SkipUnless(File.Exists("/usr/bin/jq"), "jq is not installed");
        var directory = System.IO.Directory.CreateTempSubdirectory("readme-");
        try
        {
            var setting = string.Concat(variables.Select(v => $"{v.Name}='{v.Value}'\n"));
            var url = site.At("").ToString().TrimEnd('/');
            var script = $"set -e\ncd '{directory.FullName}'\nURL='{url}'\n{setting}{block}";
            var (exit, output) = await OtherProgram.Run("bash", ["-c", script], null, Cancel);
            Assert.Equal(0, exit);
            return output;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task<string> HashAsync(Site site, string id, string token)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, site.At($"/v1/reviews/{id}"));
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(ask, Cancel);
        var read = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return read.GetProperty("display_hash").GetString()!;
    }

    private async Task<HttpResponseMessage> SendAsync(
        Site site,
        string id,
        string token,
        string verdict,
        string hash
    )
    {
        var path = site.At($"/v1/requests/{id}/decisions");
        using var call = new HttpRequestMessage(HttpMethod.Post, path);
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        call.Content = JsonContent.Create(new { verdict, display_hash = hash });
        return await _http.SendAsync(call, Cancel);
    }

    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel))
            .GetProperty("code")
            .GetString();

    private static string Text(SlackMessage message) => message.Text + message.Blocks?.GetRawText();

    [GeneratedRegex(
        "Code: (?<code>[A-Z0-9]{4}-[A-Z0-9]{4})",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex LinkCode();

    [GeneratedRegex(
        "```\n(?<code>.*?)```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Blocks();
}
