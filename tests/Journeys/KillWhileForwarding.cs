using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// <c>kill -9</c> between every two steps from an agent's call of a guarded endpoint to its outcome: the
/// upstream has it at most once, never unapproved, and what nobody knows is said to be unknown.
/// </summary>
public sealed class KillWhileForwarding : IClassFixture<SiteFixture>, IAsyncLifetime
{
    private const string Path = "/guard/cloud/roles/deployer/policies";
    private readonly Site _site;
    private UpstreamServer _upstream = null!;

    public KillWhileForwarding(SiteFixture fixture) => _site = fixture.Site;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A credential in a file, and Erin, who puts the bot before the upstream.</summary>
    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync(Cancel);
        var secrets = System.IO.Directory.CreateDirectory(
            System.IO.Path.Combine(_site.Data, "secrets")
        );
        var file = System.IO.Path.Combine(secrets.FullName, "cloud-token");
        await File.WriteAllTextAsync(file, GuardedBot.Secret, Cancel);
        SharedData.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no file modes");
#pragma warning disable CA1416 // skipped above
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        await _site.SayAsErinAsync("guard remove cloud");
        await _site.SayAsErinAsync(
            $"guard add cloud upstream {_upstream.Url} header Authorization from file:cloud-token private"
        );
    }

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    [Fact]
    public async Task Killed_before_anybody_decided_it_is_approved_and_sent_after_the_start()
    {
        using var held = Message(("Prefer", "wait=60"));
        _site.Begin(_site.SendAsync(held));
        var asked = await AskAsync();
        await RestartAsync();
        await ApproveAsync(asked);
        Assert.Empty(_upstream.Calls);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(asked));
        await EndsAsync(asked, "succeeded", "Approved and executed");
    }

    [Fact]
    public async Task Killed_between_approval_and_call_it_is_sent_once_after_the_start()
    {
        var asked = await AskAsync();
        await ApproveAsync(asked);
        await RestartAsync();
        Assert.Empty(_upstream.Calls);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(asked));
        await EndsAsync(asked, "succeeded", "Approved and executed");
    }

    [Fact]
    public async Task Killed_while_the_upstream_has_the_call_its_outcome_is_unknown_for_good()
    {
        _upstream.Answer = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var asked = await AskAsync();
        await ApproveAsync(asked);
        using var message = Message(("Approval", asked.Id));
        _site.Begin(_site.SendAsync(message));
        await Eventually.TrueAsync(() => _upstream.Calls.Count == 1, "the upstream has the call");
        await RestartAsync();
        await EndsAsync(asked, "unknown", "Approved, outcome unknown");
    }

    [Fact]
    public async Task Killed_while_the_answer_comes_back_it_is_not_sent_again()
    {
        var go = new TaskCompletionSource();
        _upstream.Answer = async http =>
        {
            await http.Response.WriteAsync("half", Cancel);
            await http.Response.Body.FlushAsync(Cancel);
            await go.Task;
        };
        var asked = await AskAsync();
        await ApproveAsync(asked);
        using var message = Message(("Approval", asked.Id));
        using var answer = await _site.BeginAsync(message);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await RestartAsync();
        go.SetResult();
        await EndsAsync(asked, "unknown", "Approved, outcome unknown");
    }

    [Fact]
    public async Task Killed_after_the_outcome_was_read_it_stays()
    {
        var asked = await AskAsync();
        await ApproveAsync(asked);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(asked));
        await RestartAsync();
        await EndsAsync(asked, "succeeded", "Approved and executed");
    }

    /// <summary>The upstream had it once, no replay reaches it, and everybody is told the same.</summary>
    private async Task EndsAsync(Asked asked, string outcome, string word)
    {
        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(asked));
        Assert.Single(_upstream.Calls);
        var execution = (await _site.ReadAsync(asked.Id)).GetProperty("execution");
        Assert.Equal(outcome, execution.GetProperty("outcome").GetString());
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.consumed"));
        Assert.Equal(1, await _site.CountAsync(asked.Id, "execution.reported"));
        await _site.EndsAsync(asked, word);
        await _site.IsSoundAsync();
    }

    private async Task RestartAsync()
    {
        await _site.KillAsync();
        await _site.StartAsync();
    }

    private async Task<Asked> AskAsync()
    {
        using var message = Message();
        using var answer = await _site.SendAsync(message);
        var read = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, read.ToString());
        var (id, code) = (read.GetProperty("id"), read.GetProperty("code"));
        var asked = new Asked(id.GetString()!, code.GetString()!, "", new { });
        await _site.StoredAsync(asked);
        return asked;
    }

    private async Task ApproveAsync(Asked asked) =>
        Assert.Null((await _site.ClickInSlackAsync(asked, "approve")).Problem);

    private async Task<HttpStatusCode> SendAsync(Asked asked)
    {
        using var message = Message(("Approval", asked.Id));
        using var answer = await _site.SendAsync(message);
        return answer.StatusCode;
    }

    private HttpRequestMessage Message(params (string Name, string Value)[] headers)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _site.At(Path))
        {
            Content = JsonContent.Create(new { policy = "AdministratorAccess" }),
        };
        foreach (var (name, value) in headers)
        {
            message.Headers.Add(name, value);
        }

        return message;
    }
}
