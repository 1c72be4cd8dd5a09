using System.Text.Json;
using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Journeys;

namespace ChatApprovals.Tests.Recipes;

/// <summary>
/// The hook of <c>docs/recipes/claude-code</c>, started by the command of its settings, with the input that Claude Code's
/// hooks reference describes. Exit code 0 with a decision, or 2: any other lets the tool run.
/// </summary>
public sealed class ClaudeCodeRecipeTests : IClassFixture<SiteFixture>, IDisposable
{
    private const string Call = """
        {"session_id": "abc123", "transcript_path": "t.jsonl", "cwd": "/srv/shop", "permission_mode": "default",
         "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": "toolu_01",
         "tool_input": {"command": "kubectl delete namespace shop", "description": "clean up", "timeout": 120000}}
        """;

    private readonly Site _site;
    private readonly RecipePlace _place = new();

    public ClaudeCodeRecipeTests(SiteFixture fixture)
    {
        _site = fixture.Site;
        var hooks = Directory.CreateDirectory(_place.In(".claude/hooks")).FullName;
        File.Copy(RecipePlace.Recipe("claude-code/approve.py"), Path.Combine(hooks, "approve.py"));
    }

    private static JsonElement Hook =>
        JsonElement
            .Parse(File.ReadAllText(RecipePlace.Recipe("claude-code/settings.json")))
            .GetProperty("hooks")
            .GetProperty("PreToolUse")[0]
            .GetProperty("hooks")[0];

    [Fact]
    public async Task Approved_the_tool_is_allowed()
    {
        await using var hook = await StartAsync(Call);
        var asked = await _site.PendingAsync();
        Assert.Contains(
            "kubectl delete namespace shop",
            _site.CardOf(asked),
            StringComparison.Ordinal
        );
        await _site.ApproveAsync(asked);
        await DecidesAsync(hook, "allow", "Approved by Bob");
    }

    [Fact]
    public async Task Denied_it_is_denied_with_the_reason()
    {
        await using var hook = await StartAsync(Call);
        await _site.DenyAsync(await _site.PendingAsync());
        await DecidesAsync(hook, "deny", "not in this window");
    }

    [Fact]
    public async Task Nobody_in_time_is_a_no()
    {
        await using var hook = await StartAsync(Call, ("APPROVALS_WAIT", "5"));
        await DecidesAsync(hook, "deny", "Nobody decided in time");
    }

    [Fact]
    public async Task No_bot_is_a_no()
    {
        await using var hook = await StartAsync(
            Call,
            ("APPROVALS_WAIT", "5"),
            ("APPROVALS_URL", "http://127.0.0.1:1")
        );
        await DecidesAsync(hook, "deny", "cannot be reached");
    }

    [Fact]
    public async Task What_the_bot_refuses_is_a_no()
    {
        await using var hook = await StartAsync(
            Call.Replace("120000", "0.5", StringComparison.Ordinal)
        );
        await DecidesAsync(hook, "deny", "invalid_request");
    }

    [Theory]
    [InlineData("not json", "", "")]
    [InlineData("{}", "", "")]
    [InlineData(Call, "APPROVALS_PROGRAM", "no-such-program")]
    [InlineData(Call, "APPROVALS_WAIT", "soon")]
    [InlineData(Call, "CLAUDE_PROJECT_DIR", "/nowhere")]
    public async Task Whatever_goes_wrong_blocks_the_tool(string input, string name, string value)
    {
        (string, string)[] changed = name.Length == 0 ? [] : [(name, value)];
        await using var hook = await StartAsync(input, changed);
        Assert.Equal(2, await hook.ExitAsync());
        Assert.Equal("", hook.Output.Trim());
    }

    /// <summary>A hook that is killed at its timeout lets the tool run: it must have answered before.</summary>
    [Fact]
    public void The_hook_answers_before_it_would_be_killed()
    {
        var script = File.ReadAllText(RecipePlace.Recipe("claude-code/approve.py"));
        Assert.Contains("\"APPROVALS_WAIT\", \"500\"", script, StringComparison.Ordinal);
        Assert.Contains("timeout=WAIT + 30", script, StringComparison.Ordinal);
        Assert.True(Hook.GetProperty("timeout").GetInt32() > 530);
    }

    private async Task<AskProcess> StartAsync(
        string input,
        params (string Name, string Value)[] changed
    )
    {
        var start = _place.Start(_site, "sh", "-c", Hook.GetProperty("command").GetString()!);
        start.Environment["CLAUDE_PROJECT_DIR"] = _place.Folder;
        foreach (var (name, value) in changed)
        {
            start.Environment[name] = value;
        }

        var hook = AskProcess.Start(start);
        await hook.TypeAsync(input);
        hook.EndInput();
        return hook;
    }

    private static async Task DecidesAsync(AskProcess hook, string decision, string reason)
    {
        Assert.Equal(0, await hook.ExitAsync());
        var answer = JsonElement.Parse(hook.Output).GetProperty("hookSpecificOutput");
        Assert.Equal("PreToolUse", answer.GetProperty("hookEventName").GetString());
        Assert.Equal(decision, answer.GetProperty("permissionDecision").GetString());
        Assert.Contains(
            reason,
            answer.GetProperty("permissionDecisionReason").GetString(),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _place.Dispose();
}
