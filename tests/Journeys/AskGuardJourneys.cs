using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>ask</c> with guards: it is one itself, or hands the grant to one; and several who join one request.</summary>
public sealed partial class AskGuardJourneys : IClassFixture<SiteFixture>, IDisposable
{
    private readonly Site _site;
    private readonly string _place = System.IO.Directory.CreateTempSubdirectory("ask-").FullName;

    public AskGuardJourneys(SiteFixture fixture) => _site = fixture.Site;

    private string Mark => Path.Combine(_place, "ran");

    [Fact]
    public async Task Of_all_who_wait_for_the_same_request_one_runs_it_once()
    {
        var key = await GuardKeyAsync("runner", "https://runner.example");
        string[] words =
        [
            "--idempotency-key",
            "deploy-1",
            "--audience",
            "https://runner.example",
            "--consume",
            "--",
            "sh",
            "-c",
            $"echo $APPROVAL_GRANT[$APPROVALS_GUARD_KEY] >> {Mark}",
        ];
        await using var one = Start(key, words);
        var asked = await one.AskedAsync(_site);
        await using var two = Start(key, words);
        Assert.Equal(asked.Id, (await two.SaysAsync()).Id);
        await _site.ApproveAsync(asked);

        int[] exits = [await one.ExitAsync(), await two.ExitAsync()];
        Assert.Equal([0, 113], exits.Order());
        Assert.Equal("[]\n", await File.ReadAllTextAsync(Mark, Site.Cancel));
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.consumed"));
        Assert.Equal(1, await _site.CountAsync(asked.Id, "execution.reported"));

        await using var late = Start(key, words);
        Assert.Equal(113, await late.ExitAsync());
        Assert.Contains("run before", late.Errors, StringComparison.Ordinal);
        Assert.Equal("[]\n", await File.ReadAllTextAsync(Mark, Site.Cancel));
    }

    [Fact]
    public async Task Another_command_does_not_join_a_request_by_its_key()
    {
        await using var one = Start(null, "--idempotency-key", "deploy-2", "--", "true");
        await one.SaysAsync();
        await using var two = Start(null, "--idempotency-key", "deploy-2", "--", "touch", Mark);
        Assert.Equal(113, await two.ExitAsync());
        Assert.Contains("422 idempotency_key_reused", two.Errors, StringComparison.Ordinal);
        await one.SignalAsync("INT");
        Assert.Equal(130, await one.ExitAsync());
    }

    /// <summary>The same words twice are two requests: an approval of one does not start the other.</summary>
    [Fact]
    public async Task Without_a_key_everybody_asks_for_themselves()
    {
        await using var one = Start(null, "--", "true");
        await using var two = Start(null, "--", "touch", Mark);
        var (first, second) = (await one.AskedAsync(_site), await two.AskedAsync(_site));
        Assert.NotEqual(first.Id, second.Id, StringComparer.Ordinal);
        await _site.ApproveAsync(first);
        Assert.Equal(0, await one.ExitAsync());
        Assert.Equal("pending", await _site.StatusAsync(second.Id));
        Assert.False(File.Exists(Mark));
    }

    [Fact]
    public async Task A_guard_that_the_command_calls_consumes_the_grant_for_what_it_sees_itself()
    {
        var key = await GuardKeyAsync("gate", "https://gate.example");
        await using var ask = Start(
            null,
            "--guarded",
            "--audience",
            "https://gate.example",
            "--",
            "sh",
            "-c",
            "echo $APPROVAL_GRANT; read stop"
        );
        var asked = await ask.AskedAsync(_site);
        await _site.ApproveAsync(asked);
        await ask.SaysAsync(".");
        var grant = Grant().Match(ask.Output).Value;
        Assert.Equal(HttpStatusCode.Forbidden, await ConsumeAsync(key, grant, "crm-2"));
        Assert.Equal(HttpStatusCode.OK, await ConsumeAsync(key, grant, "crm"));
        Assert.Equal(HttpStatusCode.Conflict, await ConsumeAsync(key, grant, "crm"));
        ask.EndInput();
        Assert.Equal(1, await ask.ExitAsync());
    }

    [Fact]
    public async Task At_a_terminal_one_line_lives_and_a_key_pressed_reaches_the_command_once()
    {
        var count = "n=0; trap 'n=$((n+1))' INT; echo up; read x; read y; exit $((40+n))";
        var ask = AskProcess.Info(
            _site.Bot.Url,
            _site.AgentKey,
            [.. Least, "--", "sh", "-c", count]
        );
        // util-linux's script gives it a terminal, and what is typed there are keys. It starts a shell, and some of them
        // stay between and die of the key themselves: exec.
        var quoted = string.Join(' ', ask.ArgumentList.Prepend(ask.FileName).Select(Quoted));
        var start = AskProcess.Info(_site.Bot.Url, _site.AgentKey);
        start.FileName = "script";
        start.ArgumentList.Clear();
        foreach (var word in new[] { "-qefc", $"exec {quoted}", "/dev/null" })
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL"] = "/bin/sh";
        SharedData.SkipUnless(File.Exists("/usr/bin/script"), "script is not installed");
        await using var terminal = AskProcess.Start(start);
        await terminal.SaysAsync("apr_");
        await terminal.SaysAsync("\u001b[K");
        await terminal.SaysAsync("waiting for approvers (0 of 1), 0:1");
        var id = Id().Match(terminal.All).Value;
        var asked = new Asked(id, "", "", "");
        await _site.StoredAsync(asked);
        await _site.ApproveAsync(asked);
        // A line of its own: the command line, which is said before, has the word too.
        await terminal.SaysAsync("\nup\n");
        await terminal.TypeAsync("\u0003");
        await terminal.FlushAsync();
        await terminal.TypeAsync("\n\n\n");
        await terminal.FlushAsync();
        Assert.Equal(41, await terminal.ExitAsync());
    }

    private static string Quoted(string word) =>
        $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string[] Least =>
        ["--action", "db.password.rotate", "--resource", "postgres/crm"];

    private AskProcess Start(string? guardKey, params string[] words)
    {
        var start = AskProcess.Info(_site.Bot.Url, _site.AgentKey, [.. Least, .. words]);
        if (guardKey is not null)
        {
            start.Environment["APPROVALS_GUARD_KEY"] = guardKey;
        }

        return AskProcess.Start(start);
    }

    private async Task<HttpStatusCode> ConsumeAsync(string guardKey, string token, string id)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, _site.At("/v1/grants/consume"));
        call.Headers.Authorization = new("Bearer", guardKey);
        call.Content = JsonContent.Create(
            new
            {
                token,
                action = new { name = "db.password.rotate" },
                resource = new { type = "postgres", id },
                context = new { },
            }
        );
        using var http = new HttpClient();
        using var answer = await http.SendAsync(call, Site.Cancel);
        return answer.StatusCode;
    }

    private async Task<string> GuardKeyAsync(string name, string audience)
    {
        var erin = People.Erin.Slack!;
        var chat = _site.Slack.Direct(erin);
        var before = chat.Messages.Count;
        await _site.Slack.Command(
            erin,
            chat.Id,
            $"guard add {name} audience {audience}",
            Site.Cancel
        );
        string? key = null;
        await Eventually.TrueAsync(
            () =>
                (key = chat.Messages.Skip(before).Select(Found).FirstOrDefault(k => k is not null))
                    is not null,
            "the guard's key arrives"
        );
        return key!;
    }

    private static string? Found(SlackMessage message) =>
        GuardKey().Match(message.Text + " " + message.Blocks?.GetRawText()) is { Success: true } m
            ? m.Value
            : null;

    [GeneratedRegex("cgk_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GuardKey();

    [GeneratedRegex("eyJ[A-Za-z0-9_.-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grant();

    [GeneratedRegex("apr_[a-z0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    public void Dispose() => System.IO.Directory.Delete(_place, recursive: true);
}
