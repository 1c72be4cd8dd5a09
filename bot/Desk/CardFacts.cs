using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>The facts that the bot states: who asks for whom, then every bound property on its own line.</summary>
internal static partial class CardFacts
{
    public static ImmutableArray<CardFact> Of(Approval approval, Register register)
    {
        var opening = approval.Opening;
        var request = opening.Request;
        var facts = Who(approval, register);
        if (approval.Erased is { } erased)
        {
            facts.Add(
                new CardFact(
                    "Erased",
                    $"what was asked and said, {Rfc3339.Write(erased.At)}, by {NameOf(register, erased.By)} and {NameOf(register, erased.ConfirmedBy)}"
                )
            );
        }

        if (!request.OnBehalfOf.IsEmpty)
        {
            facts.Add(
                new CardFact("On behalf of", string.Join(" → ", request.OnBehalfOf.Select(Named)))
            );
        }

        var environment = EnvironmentOf(request);
        if (environment is not null)
        {
            facts.Add(new CardFact("Environment", environment));
        }

        facts.Add(
            new CardFact("Policy", $"{opening.Policy.Name}, version {opening.Policy.Version}")
        );
        CardPeople.Add(facts, approval, register);
        facts.AddRange(Sent(request.Call));
        facts.AddRange(Bound(request).Where(f => !IsSaid(f, environment)));
        if (request is { Audience: { } audience, Call: null })
        {
            facts.Add(new CardFact("Runs at", audience));
        }

        return [.. facts];
    }

    private static List<CardFact> Who(Approval approval, Register register)
    {
        var opening = approval.Opening;
        return approval.Change is { } change
            ?
            [
                new("Proposed by", $"{NameOf(register, change.By)} ({change.Account})"),
                new(
                    "Applies",
                    "at once when another administrator approves; not to requests that wait already"
                ),
            ]
            :
            [
                new("Agent", opening.Agent.ToString()),
                new("Owner", string.Join(", ", opening.Owners.Select(o => NameOf(register, o)))),
                new("Started by", Named(opening.Request.Initiator)),
            ];
    }

    /// <summary>
    /// Every property that binds, on its own line. Whatever differs for the guard is drawn differently.
    /// </summary>
    internal static List<CardFact> Bound(ActionRequest request)
    {
        List<CardFact> facts = [];
        Members(facts, "action", request.Action.Properties);
        Members(facts, "resource", request.Resource.Properties);
        Members(facts, "context", request.Context);
        return facts;
    }

    private static bool IsSaid(CardFact fact, string? environment) =>
        environment is not null && fact.Label is "resource.environment";

    /// <summary>What a guarded endpoint will send, before the properties that bind it.</summary>
    private static IEnumerable<CardFact> Sent(HttpCall? call)
    {
        if (call is null)
        {
            yield break;
        }

        yield return new CardFact("Sends", call.Line);
        if (call.Size > 0)
        {
            var size = $"{call.Size} bytes that cannot be shown as text; see the digest";
            yield return new CardFact("Body", call.Body ?? size);
        }
    }

    private static string NameOf(Register register, PersonId id) =>
        register.Person(id)?.Name ?? id.ToString();

    /// <summary>What policies match on, if it is a word: then it has a line of its own.</summary>
    private static string? EnvironmentOf(ActionRequest request) =>
        request.Resource.Properties.ValueKind == JsonValueKind.Object
        && request.Resource.Properties.TryGetProperty("environment", out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The identifier first: it is what was compared. The name comes last, so that all of it is the agent's.</summary>
    internal static string Named(Party party) =>
        party.Name is { Length: > 0 } name
            ? $"{party.Id} ({party.Type}); the agent calls them {name}"
            : $"{party.Id} ({party.Type})";

    private static void Members(List<CardFact> facts, string path, JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
        {
            Flatten(facts, path + Step(member.Name), member.Value);
        }
    }

    private static void Flatten(List<CardFact> facts, string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                Members(facts, path, value);
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                foreach (var (item, index) in value.EnumerateArray().Select((v, i) => (v, i)))
                {
                    Flatten(facts, $"{path}[{index}]", item);
                }

                break;
            case JsonValueKind.String:
                facts.Add(new CardFact(path, Text(value.GetString()!)));
                break;
            default:
                facts.Add(new CardFact(path, value.GetRawText()));
                break;
        }
    }

    /// <summary>
    /// One name in a path. A name that has the path's own marks in it stands in quotes; any other that is not
    /// plain, in brackets and quotes too, which cards remark on.
    /// </summary>
    private static string Step(string name) =>
        PlainName().IsMatch(name) ? "." + name
        : QuotedName().IsMatch(name) ? $".\"{name}\""
        : $"[\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"]";

    /// <summary>A word that could be taken for a number, another literal or a quoted word is quoted itself.</summary>
    private static string Text(string value) =>
        OtherLiteral().IsMatch(value) ? $"\"{value}\"" : value;

    [GeneratedRegex(@"\A[A-Za-z0-9_\-]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PlainName();

    [GeneratedRegex(
        @"\A[A-Za-z0-9_.\-]+(?: [a-z]{1,12}){0,3}\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex QuotedName();

    [GeneratedRegex(
        @"\A(?:true|false|null|\{\}|\[\]|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?|"".*)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline,
        1000
    )]
    private static partial Regex OtherLiteral();
}
