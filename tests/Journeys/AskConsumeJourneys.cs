using System.Net;
using System.Text.Json.Nodes;
using ChatApprovals.Tests.Ask;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>ask</c> as its own guard, while using the grant up takes long, fails, or is not answered.</summary>
public sealed class AskConsumeJourneys : IAsyncLifetime
{
    private const string Audience = "https://runner.example";

    private readonly string _place = System.IO.Directory.CreateTempSubdirectory("ask-").FullName;
    private Between _between = null!;
    private Site _site = null!;

    private string Plan => Path.Combine(_place, "plan");
    private string Mark => Path.Combine(_place, "ran");

    public async ValueTask InitializeAsync()
    {
        _between = await Between.StartAsync();
        // Proofs of a key name the address that is called.
        _site = await Site.OpenAsync(("PublicUrl", _between.Url.ToString()));
        _between.Bot = _site.Bot.Url;
        await File.WriteAllTextAsync(Plan, "what people saw", Site.Cancel);
    }

    [Fact]
    public async Task A_bound_file_that_changes_while_the_grant_is_used_up_is_not_run()
    {
        _between.Consuming = async _ =>
        {
            await File.WriteAllTextAsync(Plan, "something else", Site.Cancel);
            return null;
        };
        var (asked, exit, _) = await ApprovedAsync();
        Assert.Equal(115, exit);
        Assert.False(File.Exists(Mark));
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.consumed"));
        await NotRunAsync(asked, "is not what was approved any more");
    }

    /// <summary>The bot took the proof, and then could not say whether the approvers are still members.</summary>
    [Fact]
    public async Task A_proof_that_was_taken_by_a_try_that_failed_is_not_sent_again()
    {
        const string policy =
            "policy set default\nstages: [{approvers: [approvers]}]\nsender_constrained: medium";
        await _site.TellsErinAsync("slack", policy, "default");
        var tries = 0;
        _between.Consuming = async call =>
        {
            if (tries++ > 0)
            {
                return null;
            }

            var other = JsonNode.Parse(call.Body)!.AsObject();
            other["resource"]!["id"] = "another";
            using var refused = await _between.PassAsync(call, other);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            return 503;
        };
        var (asked, exit, errors) = await ApprovedAsync();
        Assert.True(exit == 0, errors);
        Assert.Equal("what people saw", await File.ReadAllTextAsync(Mark, Site.Cancel));
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.consumed"));
        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task A_grant_that_is_used_up_by_a_try_without_an_answer_runs_nothing_and_people_are_told()
    {
        var tries = 0;
        _between.Consuming = async call =>
        {
            if (tries++ > 0)
            {
                return null;
            }

            using var lost = await _between.PassAsync(call);
            Assert.Equal(HttpStatusCode.OK, lost.StatusCode);
            return 502;
        };
        var (asked, exit, errors) = await ApprovedAsync();
        Assert.Equal(113, exit);
        Assert.Contains("409 already_consumed", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Mark));
        await NotRunAsync(asked, "409 already_consumed");
    }

    /// <summary>Copies the bound file when it is approved.</summary>
    private async Task<(Asked Asked, int Exit, string Errors)> ApprovedAsync()
    {
        var key = await _site.GuardKeyAsync(Audience);
        string[] what = ["--action", "db.password.rotate", "--resource", "postgres/crm"];
        string[] how = ["--audience", Audience, "--consume", "--bind", Plan];
        var start = AskProcess.Info(
            _between.Url,
            _site.AgentKey,
            [.. what, .. how, "--", "cp", Plan, Mark]
        );
        start.Environment["APPROVALS_GUARD_KEY"] = key;
        await using var ask = AskProcess.Start(start);
        var asked = await ask.AskedAsync(_site);
        await _site.ApproveAsync(asked);
        return (asked, await ask.ExitAsync(), ask.Errors);
    }

    private async Task NotRunAsync(Asked asked, string why)
    {
        var execution = (await _site.ReadAsync(asked.Id)).GetProperty("execution");
        Assert.Equal("failed", execution.GetProperty("outcome").GetString());
        var detail = execution.GetProperty("detail").GetString();
        Assert.StartsWith("not run: ", detail, StringComparison.Ordinal);
        Assert.Contains(why, detail, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await _between.DisposeAsync();
        System.IO.Directory.Delete(_place, recursive: true);
    }
}
