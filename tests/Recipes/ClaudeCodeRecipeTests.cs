using System.Text.Json;
using System.Text.RegularExpressions;
using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Journeys;

namespace ChatApprovals.Tests.Recipes;

/// <summary>
/// The hook of <c>docs/recipes/claude-code</c>, started by the command of its settings, with the input that Claude Code's
/// hooks reference describes. Exit code 0 with a decision, or 2: any other lets the tool run.
/// </summary>
public sealed partial class ClaudeCodeRecipeTests : IClassFixture<SiteFixture>, IDisposable
{
    private const string Call = """
        {"session_id": "abc123", "transcript_path": "t.jsonl", "cwd": "/srv/shop", "permission_mode": "default",
         "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": "toolu_01",
         "tool_input": {"command": "kubectl delete namespace shop", "description": "clean up", "timeout": 120000}}
        """;

    private const string NoFile = """
        {"session_id": "s", "cwd": "/srv/shop", "tool_name": "Write", "tool_input": {"content": "x"}}
        """;

    private const string HomeFile = """
        {"session_id": "s", "cwd": "/srv/shop", "tool_name": "Write", "tool_input": {"file_path": "~/.bashrc"}}
        """;

    private const string BlankFile = """
        {"session_id": "s", "cwd": "/srv/shop", "tool_name": "Edit", "tool_input": {"file_path": " /etc/passwd"}}
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
    [InlineData(NoFile, "", "")]
    [InlineData(HomeFile, "", "")]
    [InlineData(BlankFile, "", "")]
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
        Assert.Contains("WAIT_MAX = 560", script, StringComparison.Ordinal);
        Assert.Contains("timeout=WAIT + 30", script, StringComparison.Ordinal);
        Assert.True(Hook.GetProperty("timeout").GetInt32() > 560 + 30);
    }

    [Fact]
    public async Task People_are_not_given_longer_than_the_hook_has()
    {
        var before = await _site.CreatedAsync();
        await using var hook = await StartAsync(Call, ("APPROVALS_WAIT", "561"));
        await DecidesAsync(hook, "deny", "set it to 560 or less");
        Assert.Equal(before, await _site.CreatedAsync());
    }

    /// <summary>By the policy that README shows, for a folder of ours.</summary>
    [Fact]
    public async Task What_a_policy_allows_in_a_folder_is_not_asked_and_a_way_out_of_it_is()
    {
        var root = RealPath(_place.Folder);
        var source = Directory.CreateDirectory(Path.Combine(root, "src")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(source, "link"), root);
        var readme = await File.ReadAllTextAsync(
            RecipePlace.Recipe("claude-code/README.md"),
            Site.Cancel
        );
        var lines = Sample().Match(readme).Value.Split('\n').Select(l => l.Length > 4 ? l[4..] : l);
        var sample = string.Join('\n', lines)
            .Replace("/srv/shop/src", source, StringComparison.Ordinal);
        await _site.TellsErinAsync("slack", $"policy set sources\n{sample}", "sources");

        foreach (var inside in new[] { Path.Combine(source, "a.cs"), "a.cs", "link/src/b.cs" })
        {
            await using var hook = await StartAsync(Write(source, inside));
            await DecidesAsync(hook, "allow", "Approved by sources");
        }

        var outside = new[]
        {
            ("/etc/cron.d/x", "/etc/cron.d/x"),
            ("../out", $"{root}/out"),
            ($"{source}/../out", $"{root}/out"),
            ("link/out", $"{root}/out"),
        };
        foreach (var (named, real) in outside)
        {
            await using var hook = await StartAsync(Write(source, named));
            var asked = await _site.PendingAsync();
            Assert.Contains(real, _site.CardOf(asked), StringComparison.Ordinal);
            await _site.DenyAsync(asked);
            await DecidesAsync(hook, "deny", "People denied it");
        }
    }

    private static string Write(string directory, string file) =>
        JsonSerializer.Serialize(
            new
            {
                session_id = "abc123",
                cwd = directory,
                hook_event_name = "PreToolUse",
                tool_name = "Write",
                tool_input = new { file_path = file, content = "x" },
            }
        );

    /// <summary>The folder for temporary files may be behind a link itself.</summary>
    private static string RealPath(string folder) =>
        Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;

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

    /// <summary>The policy in README: what is set in from the left.</summary>
    [GeneratedRegex(
        @"^    match:\n(    .*\n)+",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Sample();

    public void Dispose() => _place.Dispose();
}
