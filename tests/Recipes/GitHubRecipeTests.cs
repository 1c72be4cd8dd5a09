using System.Diagnostics;
using System.Text.RegularExpressions;
using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Journeys;
using ChatApprovals.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace ChatApprovals.Tests.Recipes;

/// <summary>
/// The step of <c>docs/recipes/github-actions</c>, started as the runner starts a bash step: the script in a file,
/// <c>bash --noprofile --norc -e -o pipefail FILE</c>, inputs and the runner's own facts in the environment.
/// </summary>
public sealed partial class GitHubRecipeTests : IClassFixture<SiteFixture>, IDisposable
{
    private readonly Site _site;
    private readonly RecipePlace _place = new();

    public GitHubRecipeTests(SiteFixture fixture) => _site = fixture.Site;

    [Fact]
    public async Task The_commands_run_when_people_approved_them()
    {
        await using var step = Run("alice@acme.example");
        var asked = await step.AskedAsync(_site);
        Assert.Contains("0123abcd", _site.CardOf(asked), StringComparison.Ordinal);
        Assert.False(File.Exists(_place.In("deployed")));
        await _site.ApproveAsync(asked);
        Assert.Equal(0, await step.ExitAsync());
        Assert.Equal(
            "0123abcd []\n",
            await File.ReadAllTextAsync(_place.In("deployed"), Site.Cancel)
        );
    }

    [Fact]
    public async Task Denied_the_step_fails_and_nothing_ran()
    {
        await using var step = Run("alice@acme.example");
        await _site.DenyAsync(await step.AskedAsync(_site));
        Assert.Equal(110, await step.ExitAsync());
        Assert.False(File.Exists(_place.In("deployed")));
    }

    /// <summary>Who is not in APPROVALS_PEOPLE: the expression is empty then.</summary>
    [Fact]
    public async Task Without_knowing_who_started_it_nobody_is_asked()
    {
        var before = await _site.CreatedAsync();
        await using var step = Run("");
        Assert.Equal(1, await step.ExitAsync());
        Assert.Contains("APPROVALS_PEOPLE", step.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _site.CreatedAsync());
    }

    /// <summary>GitHub still calls the first one the actor: the second could approve their own run.</summary>
    [Theory]
    [InlineData("mallory", "mallory re-ran a run of octocat")]
    [InlineData("", "does not say who started this run")]
    public async Task A_run_that_somebody_else_started_again_is_not_asked(string who, string says)
    {
        var before = await _site.CreatedAsync();
        await using var step = Run("alice@acme.example", who);
        Assert.Equal(1, await step.ExitAsync());
        Assert.Contains(says, step.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _site.CreatedAsync());
    }

    /// <summary>Bob merged Alice's pull request: she is behind her own code, whoever pushed it.</summary>
    [Theory]
    [InlineData("alice", "1+alice@users.noreply.github.com")]
    [InlineData("somebody", "alice@acme.example")]
    public async Task Whose_commits_are_pushed_is_behind_it_too(string name, string mail)
    {
        await File.WriteAllTextAsync(
            _place.In("event.json"),
            $$$"""
            {"commits": [
              {"author": {"username": "{{{name}}}", "email": "{{{mail}}}"},
               "committer": {"username": "web-flow", "email": "noreply@github.com"}},
              {"author": {"name": "no address"}}]}
            """,
            Site.Cancel
        );
        await using var step = Run("dave@acme.example");
        var asked = await step.AskedAsync(_site);
        var card = _site.CardOf(asked);
        Assert.Contains("alice@acme.example", card, StringComparison.Ordinal);
        Assert.DoesNotContain("noreply", card, StringComparison.Ordinal);
        await _site.DenyAsync(asked);
        Assert.Equal(110, await step.ExitAsync());
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_not_asked()
    {
        var before = await _site.CreatedAsync();
        await File.WriteAllTextAsync(_place.In("event.json"), "no JSON", Site.Cancel);
        await using var step = Run("alice@acme.example");
        Assert.NotEqual(0, await step.ExitAsync());
        Assert.Equal(before, await _site.CreatedAsync());
    }

    [Fact]
    public async Task A_job_that_is_cancelled_cancels_the_request()
    {
        await using var step = Run("alice@acme.example");
        var asked = await step.AskedAsync(_site);
        await step.SignalAsync("INT");
        Assert.Equal(130, await step.ExitAsync());
        Assert.Equal("cancelled", await _site.StatusAsync(asked.Id));
    }

    [Fact]
    public void The_workflow_gives_what_the_action_takes_and_no_expression_is_in_a_script()
    {
        var declared = Inputs().Children;
        var uses = Steps(Yaml("deploy.yml"), "jobs", "deploy")
            .Single(s => s.Children.ContainsKey("with"));
        var given = ((YamlMappingNode)uses["with"]).Children.Keys.Select(Word).ToArray();
        Assert.Empty(given.Except(declared.Keys.Select(Word), StringComparer.Ordinal));
        var required = declared
            .Where(i => Text((YamlMappingNode)i.Value, "required") is "true")
            .Select(i => Word(i.Key));
        Assert.Empty(required.Except(given, StringComparer.Ordinal));
        Assert.DoesNotContain("${{", Text(Step(), "run"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "${{",
            File.ReadAllText(RecipePlace.Recipe("github-actions/approve.sh")),
            StringComparison.Ordinal
        );
    }

    /// <summary>The composite action's step, with the inputs of a workflow put in as GitHub does.</summary>
    private AskProcess Run(string initiator, string startedBy = "octocat")
    {
        SharedData.SkipUnless(OtherProgram.IsInstalled("jq"), "jq is not installed");
        var inputs = Inputs()
            .ToDictionary(
                i => $"inputs.{Word(i.Key)}",
                i => Text((YamlMappingNode)i.Value, "default"),
                StringComparer.Ordinal
            );
        inputs["inputs.action"] = "deploy.production";
        inputs["inputs.resource"] = "kubernetes.namespace/shop";
        inputs["inputs.initiator"] = initiator;
        inputs["inputs.people"] = "{\"alice\":\"alice@acme.example\"}";
        inputs["inputs.run"] = "echo \"$GITHUB_SHA [$APPROVALS_KEY]\" > deployed\n";
        inputs["github.action_path"] = RecipePlace.Recipe("github-actions");
        var step = Step();
        Assert.Equal("bash", Text(step, "shell"));
        var script = _place.In("step.sh");
        File.WriteAllText(script, Text(step, "run"));
        var start = _place.Start(
            _site,
            "bash",
            "--noprofile",
            "--norc",
            "-e",
            "-o",
            "pipefail",
            script
        );
        start.Environment.Remove("APPROVALS_INITIATOR");
        foreach (var (name, value) in (YamlMappingNode)step["env"])
        {
            start.Environment[Word(name)] = Expression()
                .Replace(Word(value), m => inputs[m.Groups["name"].Value]);
        }

        if (!File.Exists(_place.In("event.json")))
        {
            File.WriteAllText(_place.In("event.json"), "{}");
        }

        start.Environment["GITHUB_EVENT_PATH"] = _place.In("event.json");
        Runner(start, startedBy);
        return AskProcess.Start(start);
    }

    /// <summary>GitHub's default environment variables.</summary>
    private static void Runner(ProcessStartInfo start, string startedBy)
    {
        var facts = new (string Name, string Value)[]
        {
            ("ACTOR", "octocat"),
            ("JOB", "deploy"),
            ("REF", "refs/heads/main"),
            ("REPOSITORY", "acme/shop"),
            ("RUN_ATTEMPT", "1"),
            ("RUN_ID", "4812"),
            ("SERVER_URL", "https://github.com"),
            ("SHA", "0123abcd"),
            ("TRIGGERING_ACTOR", startedBy),
            ("WORKFLOW", "Deploy"),
        };
        foreach (var (name, value) in facts)
        {
            start.Environment[$"GITHUB_{name}"] = value;
        }
    }

    private static YamlMappingNode Inputs() => (YamlMappingNode)Yaml("action.yml")["inputs"];

    private static YamlMappingNode Step() => Steps(Yaml("action.yml"), "runs").Single();

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode node, params string[] path) =>
        (
            (YamlSequenceNode)path.Aggregate(node, (n, p) => (YamlMappingNode)n[p])["steps"]
        ).Cast<YamlMappingNode>();

    private static YamlMappingNode Yaml(string file)
    {
        using var text = File.OpenText(RecipePlace.Recipe($"github-actions/{file}"));
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    private static string Word(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static string Text(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(name, out var value) ? Word(value) : "";

    [GeneratedRegex(
        @"\$\{\{ (?<name>[a-z._]+) \}\}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Expression();

    public void Dispose() => _place.Dispose();
}
