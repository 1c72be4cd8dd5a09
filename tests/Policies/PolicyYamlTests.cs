using ChatApprovals.Approvals;
using ChatApprovals.Policies;

namespace ChatApprovals.Tests.Policies;

/// <summary>What is read from YAML, and what is refused where and with which words.</summary>
public sealed class PolicyYamlTests
{
    /// <summary>The contract's own example.</summary>
    private const string Whole = """
        name: prod-iam
        match:                      # every line given must match; globs; lists are "any of"
          action: ["iam.*"]
          resource: {type: "aws.iam.*", id: "*"}
          environment: production   # resource.properties.environment
          agent: ["*"]
          risk_at_least: medium
          classification_at_least: confidential
          records_at_least: 1000
        effect: require_approval    # or allow, deny
        stages:
          - {approvers: [sre], count: 2}
          - {approvers: [security], count: 1}
        order: sequential           # or any
        reason: {approve: optional, reject: required}
        expires_in: 15m
        approval_valid_for: 10m
        grant_ttl: 2m
        dwell: 5s
        remind_after: 5m
        escalate: {after: 10m, to: [sre-leads]}
        notify: ["slack:C0123", "teams:19:abc@thread.tacv2"]
        """;

    private const string Stages = "stages: [{approvers: [a]}]\n";

    [Fact]
    public void The_whole_policy_of_the_contract_is_read()
    {
        var policy = Read(Whole);
        Assert.Equal("iam.*", Assert.Single(policy.Match.Action));
        Assert.Equal("aws.iam.*", Assert.Single(policy.Match.ResourceType));
        Assert.Equal("production", Assert.Single(policy.Match.Environment));
        Assert.Equal(Risk.Medium, policy.Match.RiskAtLeast);
        Assert.Equal("confidential", policy.Match.ClassificationAtLeast);
        Assert.Equal(1000, policy.Match.RecordsAtLeast);
        Assert.Equal(Effect.RequireApproval, policy.Effect);
        Assert.Equal([2, 1], policy.Stages.Select(s => s.Count));
        Assert.Equal(StageOrder.Sequential, policy.Order);
        Assert.False(policy.ApproveNeedsReason);
        Assert.True(policy.RejectNeedsReason);
        Assert.Equal(
            (900, 600, 120, 5, 300),
            (
                policy.ExpiresIn,
                policy.ApprovalValidFor,
                policy.GrantTtl,
                policy.Dwell,
                policy.RemindAfter
            )
        );
        Assert.Equal(600, policy.Escalate!.After);
        Assert.Equal([Surface.Slack, Surface.Teams], policy.Notify.Select(n => n.Surface));
    }

    [Theory]
    [InlineData(Whole)]
    [InlineData("effect: deny")]
    [InlineData(
        "effect: allow\nrisk: high\nmatch: {agent: \"a\\\\b\", environment: [\"#x\", \"true\"]}"
    )]
    [InlineData(Stages + "reason: {approve: required}\ndwell: 0\nexpires_in: 24h")]
    [InlineData(Stages + "sender_constrained: high")]
    public void What_is_written_reads_back_as_the_same_policy(string yaml)
    {
        var policy = Read(yaml);
        var written = PolicyText.Write(policy);
        var again = Read(written);
        Assert.Equal(policy.ContentHash(), again.ContentHash());
        Assert.Equal(written, PolicyText.Write(again));
    }

    [Theory]
    [InlineData("", 1, 1, "there is no YAML here")]
    [InlineData("just words", 1, 1, "found a text where a map should be")]
    [InlineData(
        "effect: deny\nstagess: []",
        2,
        1,
        "\"stagess\" is not known here; known are: name"
    )]
    [InlineData("effect: deny\neffect: allow", 2, 1, "\"effect\" is there twice")]
    [InlineData(
        "effect: maybe",
        1,
        9,
        "\"maybe\" is not possible for \"effect\": write require_approval, allow or deny"
    )]
    [InlineData("effect: [deny]", 1, 9, "a list is not possible")]
    [InlineData("name: other\neffect: deny", 1, 7, "write prod-iam")]
    [InlineData("expires_in: 15m", 1, 1, "\"stages\" is missing")]
    [InlineData(Stages + "effect: deny", 1, 9, "effect deny asks nobody")]
    [InlineData("stages: []", 1, 9, "a list of 1 to 10 stages")]
    [InlineData("stages: [{count: 1}]", 1, 10, "a stage needs \"approvers\"")]
    [InlineData("stages: [{approvers: []}]", 1, 22, "\"approvers\" is empty")]
    [InlineData("stages: [{approvers: [Big]}]", 1, 23, "\"Big\" is not a group's name")]
    [InlineData("stages: [{approvers: ['@admins']}]", 1, 23, "is not a group's name")]
    [InlineData("stages: [{approvers: [a], count: 0}]", 1, 34, "a whole number from 1 to 50")]
    [InlineData("stages: [{approvers: [a], count: \"2\"}]", 1, 34, "without quotes")]
    [InlineData("stages: [{approvers: [a], count: 1.5}]", 1, 34, "a whole number")]
    [InlineData(
        "stages: [{approvers: [a], needs: 2}]",
        1,
        27,
        "\"needs\" is not known here; known are: approvers, count"
    )]
    [InlineData(Stages + "expires_in: 900", 2, 13, "a duration such as 90s, 15m or 24h")]
    [InlineData(Stages + "expires_in: 4s", 2, 13, "from 5s to 24h")]
    [InlineData(Stages + "expires_in: 25h", 2, 13, "from 5s to 24h")]
    [InlineData(Stages + "grant_ttl: 6m", 2, 12, "from 1s to 5m")]
    [InlineData(Stages + "sender_constrained: yes", 2, 21, "low, medium, high or critical")]
    [InlineData(Stages + "sender_constrained: [high]", 2, 21, "a list is not possible")]
    [InlineData(Stages + "expires_in: 1m\ndwell: 1m", 3, 8, "from 0s to 59s")]
    [InlineData(Stages + "remind_after: 15m", 2, 15, "\"remind_after\" must be")]
    [InlineData(Stages + "escalate: {after: 1m}", 2, 11, "needs both")]
    [InlineData(Stages + "escalate: soon", 2, 11, "found a text where a map should be")]
    [InlineData(Stages + "order: parallel", 2, 8, "write any or sequential")]
    [InlineData(Stages + "reason: {approve: yes}", 2, 19, "write optional or required")]
    [InlineData(Stages + "notify: [\"#ops\"]", 2, 10, "is not a place")]
    [InlineData(Stages + "match:\n  action: []", 3, 11, "\"action\" is empty")]
    [InlineData(Stages + "match:\n  action: [\"\"]", 3, 12, "an empty text")]
    [InlineData(Stages + "match:\n  action: [{a: b}]", 3, 12, "found a map where a text")]
    [InlineData(Stages + "match:\n  actions: x", 3, 3, "\"actions\" is not known here")]
    [InlineData(
        Stages + "match:\n  risk_at_least: 3",
        3,
        18,
        "write low, medium, high or critical"
    )]
    [InlineData(Stages + "match:\n  classification_at_least: secret", 3, 28, "write public")]
    [InlineData(Stages + "match:\n  records_at_least: many", 3, 21, "a whole number")]
    [InlineData(Stages + "match: iam", 2, 8, "found a text where a map should be")]
    [InlineData("effect: &a deny", 1, 9, "anchors (&)")]
    [InlineData("effect: *a", 1, 9, "aliases (*)")]
    [InlineData("effect: !!str deny", 1, 9, "tags (!)")]
    [InlineData("<<: {effect: deny}", 1, 1, "merge keys")]
    [InlineData("%YAML 1.1\n---\neffect: deny", 1, 1, "directives")]
    [InlineData("effect: deny\n---\neffect: allow", 2, 1, "a second document")]
    [InlineData("? [a]\n: b", 1, 1, "a key must be a word")]
    [InlineData("effect: deny\n\tdwell: 1s", 2, 1, "indent with spaces, not with tabs")]
    [InlineData("effect: [deny", 2, 1, "this is not YAML")]
    [InlineData("a: {a: {a: {a: {a: {a: {a: b}}}}}}", 1, 21, "nested too deeply")]
    public void What_does_not_fit_is_refused_where_it_stands(
        string yaml,
        int line,
        int column,
        string words
    )
    {
        var faults = Assert.IsType<PolicyReading.Refused>(PolicyYaml.Read(yaml, "prod-iam")).Faults;
        Assert.Contains(words, faults[0].Text, StringComparison.Ordinal);
        Assert.Equal(new YamlPlace(line, column), faults[0].At);
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once_in_the_order_of_the_text()
    {
        var faults = Assert
            .IsType<PolicyReading.Refused>(
                PolicyYaml.Read("dwell: x\nstages: [{count: 99}]\ngrant_ttl: 1h\nfoo: 1", "p")
            )
            .Faults;
        Assert.Equal([1, 2, 2, 3, 4], faults.Select(f => f.At.Line));
        Assert.StartsWith("line 1, column 8: ", faults[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_too_large_is_refused_before_it_is_read()
    {
        var many = "match: {action: [" + string.Join(',', Enumerable.Repeat("a", 600)) + "]}";
        var (large, wide) = (new string('#', 8193), many);
        Assert.Contains("bytes", Fault(large), StringComparison.Ordinal);
        Assert.Contains("parts", Fault(wide), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_thrown_at_it_it_answers()
    {
        const string Alphabet = "aef:-{}[],&*!|>'\"%@`#? \n\tstages\0\uFEFF";
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var text = new string([
                .. Enumerable
                    .Range(0, random.Next(40))
                    .Select(_ => Alphabet[random.Next(Alphabet.Length)]),
            ]);
            Assert.NotNull(PolicyYaml.Read(text, "p"));
        }
    }

    [Theory]
    [InlineData("```\neffect: deny\n```")]
    [InlineData("```yaml\neffect: deny\n```")]
    [InlineData("\n\neffect: “deny”\n")]
    [InlineData("effect:\u00a0‘deny’")]
    [InlineData("\u200Beffect: deny\r\n")]
    public void What_phones_do_to_it_is_undone(string typed) =>
        Assert.Equal(Effect.Deny, Read(ChatYaml.Clean(typed)).Effect);

    [Fact]
    public void A_bullet_and_a_long_dash_begin_a_list_as_a_dash_does()
    {
        var yaml = ChatYaml.Clean("stages:\n  • approvers: a\n  – approvers: b");
        Assert.Equal(2, Read(yaml).Stages.Length);
    }

    [Fact]
    public void A_diff_says_what_went_and_what_came()
    {
        var before = Read(Stages);
        var diff = PolicyText.Diff(
            PolicyText.Write(before),
            PolicyText.Write(before with { Dwell = 5 })
        );
        Assert.Single(diff, l => l.StartsWith("+ dwell: 5s", StringComparison.Ordinal));
        Assert.DoesNotContain(diff, l => l.StartsWith('-'));
    }

    private static Policy Read(string yaml) =>
        PolicyYaml.Read(yaml, "prod-iam") switch
        {
            PolicyReading.Accepted accepted => accepted.Policy,
            PolicyReading.Refused refused => throw new InvalidOperationException(
                string.Join('\n', refused.Faults)
            ),
            _ => throw new InvalidOperationException(),
        };

    private static string Fault(string yaml) =>
        Assert.IsType<PolicyReading.Refused>(PolicyYaml.Read(yaml, "p")).Faults[0].Text;
}
