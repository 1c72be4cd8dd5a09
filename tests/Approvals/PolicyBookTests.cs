using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Which policy applies to what, and in which order they are tried.</summary>
public sealed class PolicyBookTests
{
    private static readonly ActionRequest s_plain = Make.Request() with
    {
        Resource = new Resource(
            "aws.iam.role",
            "arn:aws:iam::1:role/x",
            Make.Json("""{"environment":"production"}""")
        ),
        DataScope = new DataScope("confidential", null, 5_000, [], [], null),
        Risk = Risk.High,
    };

    public static TheoryData<PolicyMatch, bool> Matches =>
        new()
        {
            { new PolicyMatch(), true },
            {
                new PolicyMatch { Action = ["iam.*"] },
                true
            },
            {
                new PolicyMatch { Action = ["s3.*", "*.attach_policy"] },
                true
            },
            {
                new PolicyMatch { Action = ["IAM.*"] },
                false
            },
            {
                new PolicyMatch { Action = ["iam"] },
                false
            },
            {
                new PolicyMatch { ResourceType = ["aws.iam.*"] },
                true
            },
            {
                new PolicyMatch { ResourceType = ["aws.s3.*"] },
                false
            },
            {
                new PolicyMatch { ResourceId = ["arn:aws:iam::?:role/*"] },
                true
            },
            {
                new PolicyMatch { ResourceId = ["arn:aws:iam::2:*"] },
                false
            },
            {
                new PolicyMatch { Environment = ["staging", "prod*"] },
                true
            },
            {
                new PolicyMatch { Environment = ["staging"] },
                false
            },
            {
                new PolicyMatch { Agent = ["deploy-*"] },
                true
            },
            {
                new PolicyMatch { Agent = ["other"] },
                false
            },
            {
                new PolicyMatch { RiskAtLeast = Risk.High },
                true
            },
            {
                new PolicyMatch { RiskAtLeast = Risk.Critical },
                false
            },
            {
                new PolicyMatch { ClassificationAtLeast = "internal" },
                true
            },
            {
                new PolicyMatch { ClassificationAtLeast = "restricted" },
                false
            },
            {
                new PolicyMatch { RecordsAtLeast = 5_000 },
                true
            },
            {
                new PolicyMatch { RecordsAtLeast = 5_001 },
                false
            },
            {
                new PolicyMatch { Action = ["iam.*"], Agent = ["other"] },
                false
            },
        };

    [Theory]
    [MemberData(nameof(Matches))]
    public void Every_line_given_must_hold(PolicyMatch match, bool holds) =>
        Assert.Equal(holds, match.Holds(Make.Agent, s_plain));

    [Theory]
    [InlineData("top secret", true)]
    [InlineData("Restricted", true)]
    [InlineData("public", false)]
    [InlineData(null, false)]
    public void A_classification_that_nobody_knows_counts_as_the_highest(string? given, bool holds)
    {
        var scope = given is null ? null : new DataScope(given, null, null, [], [], null);
        var match = new PolicyMatch { ClassificationAtLeast = "restricted" };
        Assert.Equal(holds, match.Holds(Make.Agent, s_plain with { DataScope = scope }));
    }

    [Fact]
    public void What_the_request_does_not_state_is_not_enough_and_is_told_so()
    {
        var match = new PolicyMatch
        {
            ClassificationAtLeast = "internal",
            RecordsAtLeast = 1,
            Environment = ["*"],
        };
        var silent = new DataScope(null, null, null, [], [], null);
        foreach (var scope in (DataScope?[])[null, silent])
        {
            var request = Make.Request() with { DataScope = scope };
            Assert.Equal(3, match.Lines(Make.Agent, request).Count());
            Assert.All(
                match.Lines(Make.Agent, request),
                l => Assert.Equal(("not stated", false), (l.Given, l.Holds))
            );
        }
    }

    [Theory]
    [InlineData(null, Risk.Medium, Risk.Medium)]
    [InlineData(Risk.Low, Risk.Medium, Risk.Medium)]
    [InlineData(Risk.High, Risk.Medium, Risk.High)]
    [InlineData(Risk.High, Risk.Critical, Risk.Critical)]
    public void A_policy_raises_the_risk_and_an_agent_never_lowers_it(
        Risk? policy,
        Risk agent,
        Risk risk
    ) =>
        Assert.Equal(
            risk,
            PolicyBook.RiskOf(
                Policy.Default with
                {
                    Risk = policy,
                },
                Make.Request() with
                {
                    Risk = agent,
                }
            )
        );

    [Theory]
    [InlineData("""{"environment":["staging","production"]}""", true)]
    [InlineData("""{"environment":["staging"]}""", false)]
    [InlineData("""{"environment":{"a":"production"}}""", false)]
    [InlineData("{}", false)]
    public void Nobody_hides_production_in_a_list(string properties, bool holds)
    {
        var request = s_plain with { Resource = new Resource("t", "i", Make.Json(properties)) };
        var match = new PolicyMatch { Environment = ["production"] };
        Assert.Equal(holds, match.Holds(Make.Agent, request));
    }

    [Fact]
    public void The_first_that_matches_applies_and_nothing_denies()
    {
        var register = Set(Named("a", 1) with { Match = Only("x.*") }, Named("b", 2));
        Assert.Equal("b", register.Policies.Choose(Make.Agent, s_plain).Name);
        var strict = Set(Policy.Default with { Match = Only("x.*") });
        Assert.Equal(Effect.Deny, strict.Policies.Choose(Make.Agent, s_plain).Effect);
    }

    [Fact]
    public void Default_is_there_from_the_start_and_last_whatever_the_order_says()
    {
        Assert.Equal("default", Names(Register.Empty));
        var order = new PolicyOrder(["default", "b", "a"], Make.Noon.AddHours(1), []);
        var register = Set(Policy.Default, Named("a", 1), Named("b", 2), Named("c", 90))
            .With("policy_order", "order", ConfigJson.ToElement(order));
        Assert.Equal("b a c default", Names(register));
    }

    [Fact]
    public void A_policy_set_again_after_its_removal_stands_where_a_new_one_would()
    {
        var order = new PolicyOrder(["b", "a"], Make.Noon.AddMinutes(5), []);
        var register = Set(Named("a", 1), Named("b", 2))
            .With("policy_order", "order", ConfigJson.ToElement(order));
        var gone = With(register, Named("b", 2) with { Removed = true });
        Assert.Equal("a default", Names(gone));
        Assert.Equal("a b default", Names(With(gone, Named("b", 10))));
    }

    [Fact]
    public void What_a_policy_says_decides_its_hash_and_nothing_else()
    {
        var policy = Named("a", 1);
        var other = policy with
        {
            Version = 7,
            AddedAt = Make.Noon,
            Widenings = [new Widening(Make.Noon, [])],
        };
        Assert.Equal(policy.ContentHash(), other.ContentHash());
        Assert.DoesNotContain(
            policy.ContentHash(),
            (policy with { Dwell = 1 }).ContentHash(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Whoever_widened_the_policy_or_moved_policies_since_is_remembered()
    {
        var (ann, bob) = (PersonId.New(Make.Noon), PersonId.New(Make.Noon));
        var widened = Named("a", 1) with { Widenings = [new Widening(Make.Noon, [ann])] };
        var order = new PolicyOrder(["a"], Make.Noon, [new Widening(Make.Noon, [bob])]);
        var register = Set(widened).With("policy_order", "order", ConfigJson.ToElement(order));
        Assert.Equal([ann, bob], register.WidenedSince(widened.Pinned(), Make.Noon));
        Assert.Empty(register.WidenedSince(widened.Pinned(), Make.Noon.AddSeconds(1)));
    }

    internal static Policy Named(string name, int minute) =>
        new(name, 1)
        {
            Stages = [new Stage(["approvers"], 1)],
            AddedAt = Make.Noon.AddMinutes(minute),
        };

    private static PolicyMatch Only(string action) => new() { Action = [action] };

    private static Register Set(params IEnumerable<Policy> policies) =>
        policies.Aggregate(Register.Empty, With);

    private static Register With(Register register, Policy policy) =>
        register.With("policy", policy.Name, ConfigJson.ToElement(policy));

    private static string Names(Register register) =>
        string.Join(' ', register.Policies.Policies.Select(p => p.Name));
}
