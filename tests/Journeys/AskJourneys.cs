using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>The real <c>ask</c> against the real bot: what a pipeline sees, and that nothing runs but what was approved.</summary>
public sealed class AskJourneys : IClassFixture<SiteFixture>, IDisposable
{
    private readonly Site _site;
    private readonly string _place = System.IO.Directory.CreateTempSubdirectory("ask-").FullName;

    public AskJourneys(SiteFixture fixture) => _site = fixture.Site;

    private string Mark => Path.Combine(_place, "ran");

    [Fact]
    public async Task Approved_it_runs_with_the_grant_and_without_the_key_and_its_exit_code_comes_through()
    {
        const string script = "echo \"$APPROVAL_ID $APPROVAL_GRANT [$APPROVALS_KEY]\"; exit 7";
        await using var ask = Start("--", "sh", "-c", script);
        var asked = await ask.AskedAsync(_site);
        Assert.Contains("waiting for approvers (0 of 1)", ask.Errors, StringComparison.Ordinal);
        Assert.Empty(ask.Output);
        await _site.ApproveAsync(asked);

        Assert.Equal(7, await ask.ExitAsync());
        var said = ask.Output.Trim().Split(' ');
        Assert.Equal(asked.Id, said[0]);
        Assert.Equal(3, said[1].Split('.').Length);
        Assert.Equal("[]", said[2]);
        Assert.Contains("approved by Bob", ask.Errors, StringComparison.Ordinal);
        await EndedAsync(asked, "failed", "exit code 7");
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.issued"));
    }

    [Fact]
    public async Task Denied_it_says_why_and_ends_with_110()
    {
        await using var ask = Start("--", "touch", Mark);
        var asked = await ask.AskedAsync(_site);
        await _site.DenyAsync(asked);
        Assert.Equal(110, await ask.ExitAsync());
        Assert.Contains("not in this window", ask.Errors, StringComparison.Ordinal);
        await NothingRanAsync(asked, "denied");
    }

    [Fact]
    public async Task Expired_it_ends_with_111()
    {
        await using var ask = Start("--timeout", "5s", "--", "touch", Mark);
        var asked = await ask.SaysAsync();
        Assert.Equal(111, await ask.ExitAsync());
        await NothingRanAsync(asked, "expired");
    }

    [Fact]
    public async Task Cancelled_elsewhere_it_ends_with_112()
    {
        await using var ask = Start("--", "touch", Mark);
        var asked = await ask.SaysAsync();
        await _site.CancelAsync(asked.Id);
        Assert.Equal(112, await ask.ExitAsync());
        await NothingRanAsync(asked, "cancelled");
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_signal_while_waiting_cancels_the_request(string signal, int exit)
    {
        await using var ask = Start("--", "touch", Mark);
        var asked = await ask.AskedAsync(_site);
        await ask.SignalAsync(signal);
        Assert.Equal(exit, await ask.ExitAsync());
        await NothingRanAsync(asked, "cancelled");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_while_it_runs_is_the_commands(string signal)
    {
        var script = $"trap 'exit 42' {signal}; echo up; while :; do sleep 0.05; done";
        await using var ask = Start("--", "sh", "-c", script);
        var asked = await ask.AskedAsync(_site);
        await _site.ApproveAsync(asked);
        await ask.SaysAsync("up\n");
        await ask.SignalAsync(signal);
        Assert.Equal(42, await ask.ExitAsync());
        await EndedAsync(asked, "failed", "exit code 42");
    }

    /// <summary>On a busy machine: the command has ended before we are told of what was sent while it ran.</summary>
    [Fact]
    public async Task Signals_that_come_late_change_neither_the_exit_code_nor_the_report()
    {
        const string script = "trap '' INT TERM; echo up; read end; echo over; exit 41";
        await using var ask = Start("--", "sh", "-c", script);
        var asked = await ask.AskedAsync(_site);
        await _site.ApproveAsync(asked);
        await ask.SaysAsync("up\n");
        await ask.SignalAsync("STOP");
        await ask.SignalAsync("INT");
        await ask.SignalAsync("TERM");
        ask.EndInput();
        await ask.SaysAsync("over\n");
        await ask.SignalAsync("CONT");
        Assert.Equal(41, await ask.ExitAsync());
        await EndedAsync(asked, "failed", "exit code 41");
    }

    [Fact]
    public async Task A_command_that_a_signal_ends_ends_it_as_a_shell_says_it()
    {
        await using var ask = Start("--", "sh", "-c", "kill -KILL $$");
        var asked = await ask.AskedAsync(_site);
        await _site.ApproveAsync(asked);
        Assert.Equal(137, await ask.ExitAsync());
        await EndedAsync(asked, "failed", "exit code 137");
    }

    [Fact]
    public async Task A_bot_that_is_killed_and_started_again_is_waited_for()
    {
        await using var ask = Start("--", "sh", "-c", $"echo once >> {Mark}");
        var asked = await ask.AskedAsync(_site);
        await _site.KillAsync();
        await ask.SaysAsync("trying again");
        Assert.False(File.Exists(Mark));
        await _site.StartAsync();
        await _site.ApproveAsync(asked);
        Assert.Equal(0, await ask.ExitAsync());
        Assert.Equal("once\n", await File.ReadAllTextAsync(Mark, Site.Cancel));
        await EndedAsync(asked, "succeeded", "exit code 0");
        Assert.Equal(1, await _site.CountAsync(asked.Id, "request.created"));
    }

    /// <summary>Approved by people, but judged anew when the grant is fetched.</summary>
    [Fact]
    public async Task Approved_without_a_grant_nothing_runs()
    {
        await using var ask = Start("--", "touch", Mark);
        var asked = await ask.AskedAsync(_site);
        await _site.TellsErinAsync("slack", "freeze deploy-bot", "deploy-bot is frozen");
        await _site.ApproveAsync(asked);
        Assert.Equal(113, await ask.ExitAsync());
        Assert.Contains("403 frozen", ask.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Mark));
        await EndedAsync(asked, "failed", "not run: refused: 403 frozen");
        await _site.TellsErinAsync("slack", "unfreeze deploy-bot", "no longer frozen");
    }

    [Theory]
    [InlineData("something else")]
    [InlineData(null)]
    public async Task A_bound_file_that_changed_meanwhile_is_not_run(string? later)
    {
        var plan = Path.Combine(_place, "tfplan");
        await File.WriteAllTextAsync(plan, "what people saw", Site.Cancel);
        await using var ask = Start("--bind", plan, "--", "cp", plan, Mark);
        var asked = await ask.AskedAsync(_site);
        if (later is null)
        {
            File.Delete(plan);
        }
        else
        {
            await File.WriteAllTextAsync(plan, later, Site.Cancel);
        }

        await _site.ApproveAsync(asked);
        Assert.Equal(115, await ask.ExitAsync());
        Assert.False(File.Exists(Mark));
        await EndedAsync(asked, "failed", $"not run: {plan} is not what was approved any more");
    }

    [Fact]
    public async Task A_secret_in_its_words_is_refused_before_anybody_sees_it()
    {
        var before = await _site.CreatedAsync();
        await using var ask = Start("--", "curl", "-u", "AKIA" + "IOSFODNN7EXAMPLE", "x");
        Assert.Equal(113, await ask.ExitAsync());
        Assert.Contains("422 secret_detected", ask.Errors, StringComparison.Ordinal);
        Assert.Contains("/action/properties/argv/2", ask.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _site.CreatedAsync());
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_nobody_to_ask_is_unreachable()
    {
        await using var wrong = AskProcess.Start(Info("cak_wrong", "--", "touch", Mark));
        Assert.Equal(113, await wrong.ExitAsync());
        Assert.Contains("401 unauthenticated", wrong.Errors, StringComparison.Ordinal);

        var nobody = Info(_site.AgentKey, "--patience", "5s", "--", "touch", Mark);
        nobody.Environment["APPROVALS_URL"] = "http://127.0.0.1:1";
        await using var silent = AskProcess.Start(nobody);
        Assert.Equal(114, await silent.ExitAsync());
        Assert.False(File.Exists(Mark));
    }

    [Theory]
    [InlineData(127, "there is no program", "--", "no-such-program-here")]
    [InlineData(126, "may not be executed", "--", "./plain-file")]
    [InlineData(125, "cannot be read", "--bind", "no-such-file", "--", "true")]
    [InlineData(125, "use https", "--url", "http://approvals.example.com", "--", "true")]
    [InlineData(125, "others can read the key", "--key-file", "plain-file", "--", "true")]
    public async Task What_cannot_run_is_not_asked(int exit, string says, params string[] words)
    {
        await File.WriteAllTextAsync(Path.Combine(_place, "plain-file"), "", Site.Cancel);
        var before = await _site.CreatedAsync();
        var start = Info(_site.AgentKey, words);
        start.WorkingDirectory = _place;
        await using var ask = AskProcess.Start(start);
        Assert.Equal(exit, await ask.ExitAsync());
        Assert.Contains(says, ask.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _site.CreatedAsync());
    }

    [Fact]
    public async Task Without_a_command_it_only_asks_and_tells_a_program_in_json()
    {
        await using var ask = Start("--json");
        var asked = await _site.PendingAsync();
        await _site.ApproveAsync(asked);
        Assert.Equal(0, await ask.ExitAsync());
        var told = JsonElement.Parse(ask.Output);
        Assert.Equal("approved", told.GetProperty("outcome").GetString());
        Assert.Equal(asked.Id, told.GetProperty("request").GetProperty("id").GetString());
        Assert.Equal("", ask.Errors.Trim());
    }

    private AskProcess Start(params string[] words) =>
        AskProcess.Start(Info(_site.AgentKey, words));

    private System.Diagnostics.ProcessStartInfo Info(string key, params string[] words) =>
        AskProcess.Info(
            _site.Bot.Url,
            key,
            ["--action", "db.password.rotate", "--resource", "postgres/crm", .. words]
        );

    private async Task EndedAsync(Asked asked, string outcome, string detail)
    {
        var execution = (await _site.ReadAsync(asked.Id)).GetProperty("execution");
        Assert.Equal(outcome, execution.GetProperty("outcome").GetString());
        Assert.StartsWith(
            detail,
            execution.GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
    }

    private async Task NothingRanAsync(Asked asked, string status)
    {
        Assert.Equal(status, await _site.StatusAsync(asked.Id));
        Assert.False(File.Exists(Mark));
        Assert.Equal(0, await _site.CountAsync(asked.Id, "grant.issued"));
    }

    public void Dispose() => System.IO.Directory.Delete(_place, recursive: true);
}
