using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Cards;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>What binds is drawn so that no two documents look the same.</summary>
public sealed class CardFactsTests
{
    [Theory]
    [InlineData("""{"limits":{"max":1}}""", """{"limits.max":1}""")]
    [InlineData("""{"a":{"b":{"c":1}}}""", """{"a":{"b.c":1}}""")]
    [InlineData("""{"a.b":{"c":1}}""", """{"a":{"b.c":1}}""")]
    [InlineData("""{"on":false}""", """{"on":"false"}""")]
    [InlineData("""{"on":true}""", """{"on":"true"}""")]
    [InlineData("""{"n":5}""", """{"n":"5"}""")]
    [InlineData("""{"n":-5}""", """{"n":"-5"}""")]
    [InlineData("""{"n":null}""", """{"n":"null"}""")]
    [InlineData("""{"n":{}}""", """{"n":"{}"}""")]
    [InlineData("""{"n":[]}""", """{"n":"[]"}""")]
    [InlineData("""{"n":"5"}""", """{"n":"\"5\""}""")]
    [InlineData("""{"n":"\n5"}""", """{"n":"\"\n5\""}""")]
    [InlineData("""{"a":["x"]}""", """{"a[0]":"x"}""")]
    [InlineData("""{"a b":{"c":1}}""", """{"a b.c":1}""")]
    [InlineData("""{"a.b":1}""", """{"\"a.b\"":1}""")]
    [InlineData("""{"a/":{"b/":1}}""", """{"a/\"][\"b/":1}""")]
    [InlineData("""{"a/":{}}""", "{}")]
    public void Two_documents_that_bind_differently_are_drawn_differently(string one, string other)
    {
        Assert.NotEqual(Lines(one), Lines(other));
        Assert.NotEqual(Drawn(one), Drawn(other), StringComparer.Ordinal);
    }

    [Fact]
    public void Ordinary_lists_and_names_are_drawn_without_a_remark()
    {
        var drawn = Drawn(
            """{"policies":["a","b"],"deep":[[{"x_1":1}]],"app.kubernetes.io":"y","max size":"7"}"""
        );
        Assert.DoesNotContain("unusual", drawn, StringComparison.Ordinal);
        Assert.Contains("action.policies[0]: a", drawn, StringComparison.Ordinal);
        Assert.Contains("action.policies[1]: b", drawn, StringComparison.Ordinal);
        Assert.Contains("action.deep[0][0].x_1: 1", drawn, StringComparison.Ordinal);
        Assert.Contains("action.\"app.kubernetes.io\": y", drawn, StringComparison.Ordinal);
        Assert.Contains("action.\"max size\": \"7\"", drawn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policies[0]")]
    [InlineData("")]
    [InlineData("a\u202Eb")]
    [InlineData("Approved by Bob")]
    [InlineData("x\" y")]
    public void A_name_that_imitates_something_is_remarked_on(string name)
    {
        var document = JsonSerializer.Serialize(
            new Dictionary<string, int>(StringComparer.Ordinal) { [name] = 1 }
        );
        Assert.Contains("unusual key: action[\"", Drawn(document), StringComparison.Ordinal);
    }

    private static List<CardFact> Lines(string properties)
    {
        var register = Make.Register(Make.OwnedAgent(PersonId.New(Make.Noon)));
        var request = Make.Request() with { Action = new NamedAction("do", Make.Json(properties)) };
        var approval = Make.Approval(register, request: request);
        var card = ApprovalCard.For(
            approval,
            register,
            approval.Copies[0],
            viewer: null,
            member: null
        );
        return [.. card.Facts.Where(f => f.Label.StartsWith("action", StringComparison.Ordinal))];
    }

    private static string Drawn(string properties)
    {
        var card = MakeCard.Bare with { Facts = [.. Lines(properties)] };
        return MakeCard.Shown(BlockKit.Message(card));
    }
}
