using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>What is shown is what applies, but for the time, the confirmer and a key that nobody has seen.</summary>
public sealed class ProposedChangeTests
{
    private static readonly DateTimeOffset s_later = Make.Noon.AddHours(3);
    private static readonly DateTimeOffset s_earlier = Make.Noon.AddDays(-1);
    private static readonly PersonId s_ann = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_dave = PersonId.New(Make.Noon);

    [Fact]
    public void What_is_confirmed_begins_then_and_counts_both_as_the_last_to_widen()
    {
        var before = new Group("sre", [s_bob], [new Widening(s_earlier, [s_ann])])
        {
            Joined = [new Joined(s_bob, s_earlier)],
        };
        var after = before with
        {
            Members = [s_bob, s_dave],
            Joined = [.. before.Joined, new Joined(s_dave, Make.Noon)],
            Widenings = [.. before.Widenings, new Widening(Make.Noon, [s_ann])],
        };
        var applies = Wish("group", "sre", before, after)
            .Confirmed(Make.Noon, s_later, s_bob, keyHash: null)!
            .Value.Deserialize<Group>(ConfigJson.Options)!;
        Assert.Equal([s_bob, s_dave], applies.Members);
        Assert.Equal([s_earlier, s_later], applies.Joined.Select(j => j.At));
        Assert.Equal([s_earlier, s_later], applies.Widenings.Select(w => w.At));
        Assert.Equal([s_ann], applies.Widenings[0].By);
        Assert.Equal([s_ann, s_bob], applies.Widenings[1].By);
    }

    [Fact]
    public void The_key_of_the_command_is_forgotten_and_another_made_when_it_is_confirmed()
    {
        var wish = Wish("agent", "deploy-bot", null, Agent("of the command", Make.Noon));
        Assert.Equal(ApiKeyKind.Agent, wish.NewKey);
        Assert.DoesNotContain(
            "of the command",
            wish.After!.Value.GetRawText(),
            StringComparison.Ordinal
        );
        var applies = wish.Confirmed(Make.Noon, s_later, s_bob, "made then")!
            .Value.Deserialize<Agent>(ConfigJson.Options)!;
        Assert.Equal(("made then", s_later), (applies.KeyHash, applies.KeyCreatedAt));
        Assert.Equal(s_ann, applies.KeyCreator);
    }

    [Fact]
    public void A_change_that_keeps_the_key_makes_none()
    {
        var agent = Agent("kept", s_earlier);
        var wish = Wish("agent", "deploy-bot", agent, agent with { Owners = [s_dave] });
        Assert.Null(wish.NewKey);
        var applies = wish.Confirmed(Make.Noon, s_later, s_bob, keyHash: null)!
            .Value.Deserialize<Agent>(ConfigJson.Options)!;
        Assert.Equal(("kept", s_earlier), (applies.KeyHash, applies.KeyCreatedAt));
        Assert.Null(Wish("agent", "deploy-bot", agent, null).NewKey);
        Assert.Null(
            Wish("agent", "deploy-bot", agent, null).Confirmed(Make.Noon, s_later, s_bob, null)
        );
    }

    [Fact]
    public void A_guard_gets_a_key_of_its_own_kind()
    {
        var endpoint = new KnownGuard(Make.Agent, "https://guard.example", s_ann, Make.Noon);
        var guard = endpoint with { KeyHash = "of the command" };
        Assert.Equal(ApiKeyKind.Guard, Wish("guard", "deploy-bot", null, guard).NewKey);
        Assert.Null(Wish("guard", "deploy-bot", null, endpoint).NewKey);
    }

    [Theory]
    [InlineData("""{"a":null,"b":[null,1],"c":{"by":[],"at":7}}""")]
    [InlineData("""{"key_hash":{"a":1},"by":[7],"at":"2026-11-21T12:00:00Z"}""")]
    public void What_is_neither_the_time_nor_the_key_of_the_proposal_stays_as_it_is(string after)
    {
        var change = Wish<Agent>("agent", "x", null, null) with { After = Make.Json(after) };
        var now = change.Confirmed(Make.Noon, Make.Noon, s_bob, "made then");
        Assert.Equal(
            after.Replace("12:00:00Z", "12:00:00+00:00", StringComparison.Ordinal),
            now!.Value.GetRawText().Replace("\\u002B", "+", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_same_wish_has_one_hash_whenever_it_is_typed_and_any_other_another()
    {
        var at = Make.Noon;
        var hash = Wish("agent", "a", null, Agent("one", at)).Hash(at);
        Assert.Equal(hash, Wish("agent", "a", null, Agent("two", s_later)).Hash(s_later));
        ProposedChange[] others =
        [
            Wish("agent", "b", null, Agent("one", at)),
            Wish("guard", "a", null, Agent("one", at)),
            Wish("agent", "a", Agent("old", s_earlier), Agent("one", at)),
            Wish("agent", "a", null, Agent("one", at) with { Owners = [s_dave] }),
            Wish("agent", "a", null, Agent("one", s_earlier)),
            Wish("agent", "a", null, Agent("one", at)) with
            {
                By = s_bob,
            },
        ];
        Assert.All(others, o => Assert.NotEqual(hash, o.Hash(at), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("{\"a\":1}", "{ \"a\": 1 }", true)]
    [InlineData("{\"a\":1}", "{\"a\":2}", false)]
    [InlineData("{\"a\":1}", null, false)]
    [InlineData(null, "{\"a\":1}", false)]
    public void It_applies_only_to_what_was_shown(string? before, string? now, bool still)
    {
        var change = new ProposedChange(
            "route",
            "default",
            Json(before),
            null,
            s_ann,
            Make.Slack("ANN")
        );
        Assert.Equal(still, change.IsStill(Json(now)));
    }

    [Fact]
    public void Nobody_can_set_the_rule_that_administrators_confirm_by()
    {
        var rule = ProposedChange.Rule;
        Assert.True(rule.IsBuiltIn);
        Assert.False(Policy.Default.IsBuiltIn);
        var stage = Assert.Single(rule.Stages);
        Assert.Equal([Register.Admins], stage.Approvers);
        Assert.Equal(1, stage.Count);
        Assert.StartsWith("@", rule.Name, StringComparison.Ordinal);
    }

    private static Agent Agent(string keyHash, DateTimeOffset keyCreatedAt) =>
        new(Make.Agent, [s_bob], [], keyHash, s_ann, keyCreatedAt, Disabled: false);

    private static ProposedChange Wish<T>(string area, string name, T? before, T? after)
        where T : class =>
        ProposedChange.Of(
            area,
            name,
            before is null ? null : ConfigJson.ToElement(before),
            after is null ? null : ConfigJson.ToElement(after),
            s_ann,
            Make.Slack("ANN")
        );

    private static JsonElement? Json(string? text) => text is null ? null : Make.Json(text);
}
