using System.Text.Json;
using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Journeys;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Recipes;

/// <summary>
/// The code of <c>docs/recipes/agents</c> with the real packages from npm (<c>tests/node/agents</c>); what the model says is
/// played.
/// </summary>
public sealed class AgentRecipeTests : IClassFixture<SiteFixture>, IDisposable
{
    private const string OpenAi = "play-openai.mjs";
    private const string LangGraph = "play-langgraph.mjs";

    private readonly Site _site;
    private readonly RecipePlace _place = new();

    public AgentRecipeTests(SiteFixture fixture)
    {
        _site = fixture.Site;
        var packages = SharedData.InRepository("tests/node/agents/node_modules");
        SharedData.SkipUnless(Directory.Exists(packages), "npm ci in tests/node/agents");
        Directory.CreateSymbolicLink(_place.In("node_modules"), packages);
        var files = Directory
            .EnumerateFiles(RecipePlace.Recipe("agents"), "*.mjs")
            .Concat(Directory.EnumerateFiles(Path.GetDirectoryName(packages)!, "*.mjs"));
        foreach (var file in files)
        {
            File.Copy(file, _place.In(Path.GetFileName(file)));
        }
    }

    [Theory]
    [InlineData(OpenAi, "dropped people")]
    [InlineData(LangGraph, "dropped with a grant")]
    public async Task Approved_it_runs_once(string play, string said)
    {
        await using var agent = Play(play, "approved");
        var asked = await _site.PendingAsync();
        Assert.Contains("people", _site.CardOf(asked), StringComparison.Ordinal);
        await _site.ApproveAsync(asked);
        await EndsAsync(agent, ["people"], said);
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.issued"));
    }

    [Theory]
    [InlineData(OpenAi)]
    [InlineData(LangGraph)]
    public async Task Denied_it_does_not_run_and_the_model_reads_why(string play)
    {
        await using var agent = Play(play, "denied");
        await _site.DenyAsync(await _site.PendingAsync());
        await EndsAsync(agent, [], "denied by Bob");
    }

    [Theory]
    [InlineData(OpenAi)]
    [InlineData(LangGraph)]
    public async Task A_bot_that_is_restarted_is_waited_for(string play)
    {
        await using var agent = Play(play, "restarted");
        var asked = await _site.PendingAsync();
        await _site.KillAsync();
        await _site.StartAsync();
        await _site.ApproveAsync(asked);
        await EndsAsync(agent, ["people"], "dropped");
    }

    /// <summary>The task and the call are the key: it is the request that waits already.</summary>
    [Fact]
    public async Task A_program_that_is_killed_and_begins_again_joins_its_request()
    {
        string id;
        await using (Play(OpenAi, "again"))
        {
            id = (await _site.PendingAsync()).Id;
        }

        await using var again = Play(OpenAi, "again");
        var asked = await _site.PendingAsync();
        Assert.Equal(id, asked.Id);
        await _site.ApproveAsync(asked);
        await EndsAsync(again, ["people"], "dropped");
    }

    /// <summary>LangGraph resumes a node that broke with the decision that it keeps, and asks nobody.</summary>
    [Fact]
    public async Task A_node_that_broke_is_not_acted_by_again_and_no_grant_is_kept()
    {
        await using var agent = Play(LangGraph, "broken", "breaks");
        var asked = await _site.PendingAsync();
        await _site.ApproveAsync(asked);
        await EndsAsync(agent, ["people"], "It was run before: failed.");
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.issued"));
        var told = JsonElement.Parse(agent.Output);
        Assert.Equal(0, told.GetProperty("tokens").GetArrayLength());
    }

    [Fact]
    public async Task A_task_that_begins_again_after_its_tool_was_called_does_not_call_it_again()
    {
        await using (var first = Play(OpenAi, "twice"))
        {
            await _site.ApproveAsync(await _site.PendingAsync());
            await EndsAsync(first, ["people"], "dropped");
        }

        await using var second = Play(OpenAi, "twice");
        await EndsAsync(second, [], "It was run before: succeeded.");
    }

    private AskProcess Play(string play, params string[] words)
    {
        SharedData.SkipUnless(OtherProgram.IsInstalled("node"), "node is not installed");
        return AskProcess.Start(_place.Start(_site, "node", [_place.In(play), .. words]));
    }

    private static async Task EndsAsync(AskProcess agent, string[] ran, string said)
    {
        Assert.True(await agent.ExitAsync() == 0, agent.All);
        var told = JsonElement.Parse(agent.Output);
        Assert.Equal(
            string.Join(' ', ran),
            string.Join(' ', told.GetProperty("ran").EnumerateArray().Select(r => r.GetString()))
        );
        Assert.Contains(said, told.GetProperty("said").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _place.Dispose();
}
