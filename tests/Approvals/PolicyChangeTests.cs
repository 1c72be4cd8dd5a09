using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Which changes of policies give more power. In doubt they do.</summary>
public sealed class PolicyChangeTests
{
    private static readonly Policy s_two = new("p", 1)
    {
        Match = new PolicyMatch { Action = ["iam.*"] },
        Stages = [new Stage(["sre", "dev"], 2), new Stage(["security"], 1)],
        ApproveNeedsReason = true,
        Dwell = 5,
        Escalate = new Escalation(60, ["leads"]),
        Notify = [new Destination(Surface.Slack, "C1")],
    };

    public static TheoryData<string, Policy, bool> Edits =>
        new()
        {
            { "the same", s_two, false },
            {
                "more people",
                s_two with
                {
                    Stages = [new(["sre"], 3), new(["security"], 1)],
                },
                false
            },
            {
                "fewer people",
                s_two with
                {
                    Stages = [new(["sre"], 1), new(["security"], 1)],
                },
                true
            },
            {
                "another group",
                s_two with
                {
                    Stages = [new(["all"], 2), new(["security"], 1)],
                },
                true
            },
            { "one stage less", s_two with { Stages = [new(["sre", "dev"], 2)] }, true },
            { "one stage more", s_two with { Stages = s_two.Stages.Add(new(["x"], 1)) }, false },
            { "one after the other", s_two with { Order = StageOrder.Sequential }, false },
            { "allow", s_two with { Effect = Effect.Allow, Stages = [] }, true },
            { "deny", s_two with { Effect = Effect.Deny, Stages = [] }, false },
            { "no reason", s_two with { ApproveNeedsReason = false }, true },
            { "reason to reject", s_two with { RejectNeedsReason = true }, false },
            { "longer", s_two with { ExpiresIn = 901 }, true },
            { "shorter", s_two with { ExpiresIn = 899 }, false },
            { "valid longer", s_two with { ApprovalValidFor = 601 }, true },
            { "grants longer", s_two with { GrantTtl = 121 }, true },
            { "keys demanded", s_two with { SenderConstrained = Risk.Critical }, false },
            { "less dwell", s_two with { Dwell = 4 }, true },
            { "more dwell", s_two with { Dwell = 6 }, false },
            { "risk raised", s_two with { Risk = Risk.High }, false },
            {
                "more see it",
                s_two with
                {
                    Notify = s_two.Notify.Add(new(Surface.Teams, "x")),
                },
                true
            },
            { "fewer see it", s_two with { Notify = [] }, false },
            { "escalated to more", s_two with { Escalate = new(60, ["leads", "all"]) }, true },
            { "escalated sooner", s_two with { Escalate = new(59, ["leads"]) }, true },
            { "not escalated", s_two with { Escalate = null }, false },
            { "reminders", s_two with { RemindAfter = 30 }, false },
            { "matches more", s_two with { Match = new() { Action = ["*"] } }, true },
            { "matches less", s_two with { Match = new() { Action = ["iam.x"] } }, true },
        };

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edit_widens_when_it_asks_for_less(string what, Policy after, bool widens) =>
        Assert.True(
            widens == PolicyChange.Widens(Book(s_two), Book(after)),
            $"{what}: {(widens ? "widens" : "narrows")}"
        );

    [Fact]
    public void Between_two_policies_the_one_that_asks_less_is_known()
    {
        var any = Stage("approvers", 2);
        var deny = any with { Effect = Effect.Deny };
        var allow = any with { Effect = Effect.Allow };
        var sequential = any with { Order = StageOrder.Sequential };
        Policy[] mostFirst = [deny, sequential, any, allow];
        for (var from = 0; from < mostFirst.Length; from++)
        {
            for (var to = 0; to < mostFirst.Length; to++)
            {
                Assert.Equal(to <= from, PolicyChange.AsksNoLess(mostFirst[from], mostFirst[to]));
            }
        }

        var explained = any with { RejectNeedsReason = true };
        Assert.False(PolicyChange.AsksNoLess(explained, any));
        Assert.True(PolicyChange.AsksNoLess(explained, explained));
    }

    [Theory]
    [InlineData(Effect.RequireApproval)]
    [InlineData(Effect.Allow)]
    public void Fewer_requests_that_need_a_key_widen_whoever_is_asked(Effect effect)
    {
        var plain = s_two with { Effect = effect };
        var high = plain with { SenderConstrained = Risk.High };
        var low = plain with { SenderConstrained = Risk.Low };
        var raised = high with { Risk = Risk.Critical };
        Assert.False(PolicyChange.AsksNoLess(high, plain));
        Assert.False(PolicyChange.AsksNoLess(low, high));
        Assert.False(PolicyChange.AsksNoLess(raised, high));
        Assert.True(PolicyChange.AsksNoLess(plain, high));
        Assert.True(PolicyChange.AsksNoLess(high, low));
        Assert.True(PolicyChange.AsksNoLess(high, raised));
        Assert.True(PolicyChange.AsksNoLess(low, plain with { Effect = Effect.Deny }));
    }

    [Fact]
    public void Adding_widens_unless_it_asks_no_less_than_what_it_takes_over_from()
    {
        var all = Stage("approvers", 2);
        var deny = all with { Effect = Effect.Deny };
        Assert.False(PolicyChange.Widens(Book(), Book(all)));
        Assert.False(PolicyChange.Widens(Book(), Book(deny)));
        Assert.True(PolicyChange.Widens(Book(), Book(all with { Effect = Effect.Allow })));
        Assert.True(PolicyChange.Widens(Book(), Book(Stage("others", 2))));
        Assert.True(PolicyChange.Widens(Book(all), Book()));
        Assert.True(PolicyChange.Widens(Book(deny), Book()));
        var allow = all with { Effect = Effect.Allow };
        Assert.False(PolicyChange.Widens(Book(allow), Book()));
    }

    [Fact]
    public void Moving_a_weaker_policy_forward_widens_and_back_does_not()
    {
        var strict = Stage("approvers", 2) with { Match = new() { Action = ["iam.*"] } };
        var weak = Stage("approvers", 1) with { Match = new() { Agent = ["a*"] } };
        var (first, second) = (strict with { Name = "strict" }, weak with { Name = "weak" });
        Assert.True(PolicyChange.Widens(Book(first, second), Book(second, first)));
        Assert.False(PolicyChange.Widens(Book(second, first), Book(first, second)));
    }

    [Fact]
    public void A_change_behind_a_policy_that_takes_everything_changes_nothing()
    {
        var all = Stage("approvers", 1) with { Match = new() };
        var allow = Stage("approvers", 1) with { Name = "b", Effect = Effect.Allow };
        Assert.False(PolicyChange.Widens(Book(all), Book(all, allow)));
        Assert.True(PolicyChange.Widens(Book(all), Book(allow, all)));
    }

    [Fact]
    public void A_default_that_matched_less_denied_the_rest()
    {
        var book = new PolicyBook([Policy.Default with { Match = new() { Action = ["iam.*"] } }]);
        Assert.True(PolicyChange.Widens(book, PolicyBook.Initial));
        Assert.False(PolicyChange.Widens(PolicyBook.Initial, book));
    }

    /// <summary>
    /// Random books and requests: whatever is called narrowing never gives a request a policy that asks for
    /// less. By seed; the judge compares request by request.
    /// </summary>
    [Fact]
    public void What_is_called_narrowing_gives_no_request_less()
    {
        var narrowing = 0;
        for (var seed = 0; seed < 4_000; seed++)
        {
            var random = new Random(seed);
            var before = Random(random);
            var after = Edited(before, random);
            if (PolicyChange.Widens(before, after))
            {
                continue;
            }

            narrowing++;
            foreach (var action in (string[])["a", "b", "c"])
            {
                var request = Make.Request() with { Action = new(action, Make.Json("{}")) };
                var from = before.Choose(Make.Agent, request);
                var to = after.Choose(Make.Agent, request);
                Assert.True(PolicyChange.AsksNoLess(from, to), $"seed {seed}, action {action}");
            }
        }

        Assert.True(narrowing > 200, $"only {narrowing} narrowed: the test is weak");
    }

    private static PolicyBook Random(Random random) =>
        Book([.. Enumerable.Range(0, random.Next(4)).Select(i => Random(random, $"p{i}"))]);

    private static Policy Random(Random random, string name) =>
        new(name, 1)
        {
            Match = new PolicyMatch
            {
                Action = [.. new[] { "a", "b", "c" }.Where(_ => random.Next(2) == 0)],
            },
            Effect = (Effect)random.Next(3),
            Stages = [new Stage(["approvers"], 1 + random.Next(3))],
        };

    private static PolicyBook Edited(PolicyBook book, Random random)
    {
        var list = book.Policies.RemoveAt(book.Policies.Length - 1);
        switch (random.Next(4))
        {
            case 0 when !list.IsEmpty:
                return Book([.. list.RemoveAt(random.Next(list.Length))]);
            case 1 when !list.IsEmpty:
                var at = random.Next(list.Length);
                return Book([.. list.SetItem(at, Random(random, list[at].Name))]);
            case 2 when !list.IsEmpty:
                var moved = list[random.Next(list.Length)];
                var rest = list.Remove(moved);
                return Book([.. rest.Insert(random.Next(rest.Length + 1), moved)]);
            default:
                return Book([.. list, Random(random, "new")]);
        }
    }

    private static Policy Stage(string group, int count) =>
        new("p", 1)
        {
            Match = new PolicyMatch { Action = ["iam.*"] },
            Stages = [new Stage([group], count)],
        };

    private static PolicyBook Book(params ImmutableArray<Policy> policies) =>
        new(policies.Add(Policy.Default));
}
