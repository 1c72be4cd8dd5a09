using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ChatApprovals.Approvals;

/// <summary>
/// What a request must be like for a policy to apply: every line given must hold; a line's patterns are
/// "any of". Nothing given matches everything.
/// </summary>
public sealed record PolicyMatch
{
    public ImmutableArray<string> Action { get; init; } = [];
    public ImmutableArray<string> ResourceType { get; init; } = [];
    public ImmutableArray<string> ResourceId { get; init; } = [];

    /// <summary>Of <c>resource.properties.environment</c>.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];
    public ImmutableArray<string> Agent { get; init; } = [];
    public Risk? RiskAtLeast { get; init; }
    public string? ClassificationAtLeast { get; init; }
    public long? RecordsAtLeast { get; init; }

    /// <summary>From harmless to not. What a request calls otherwise counts as more than all of them.</summary>
    public static ImmutableArray<string> Classifications { get; } =
    ["public", "internal", "confidential", "restricted"];

    /// <summary>The lines given, each with what the request has there and whether it holds.</summary>
    public IEnumerable<MatchLine> Lines(AgentName agent, ActionRequest request) =>
        [
            .. Globs("action", Action, [request.Action.Name]),
            .. Globs("resource type", ResourceType, [request.Resource.Type]),
            .. Globs("resource id", ResourceId, [request.Resource.Id]),
            .. Globs("environment", Environment, EnvironmentsOf(request)),
            .. Globs("agent", Agent, [agent.ToString()]),
            .. RiskAtLeast is { } risk
                ?
                [
                    AtLeast(
                        "risk",
                        WireNames.Of(risk),
                        WireNames.Of(request.Risk),
                        request.Risk >= risk
                    ),
                ]
                : Array.Empty<MatchLine>(),
            .. ClassificationAtLeast is { } wanted
                ? [OfClassification(wanted, request.DataScope?.Classification)]
                : Array.Empty<MatchLine>(),
            .. RecordsAtLeast is { } records
                ? [OfRecords(records, request.DataScope?.Records)]
                : Array.Empty<MatchLine>(),
        ];

    public bool Holds(AgentName agent, ActionRequest request) =>
        IsEverything() || Lines(agent, request).All(l => l.Holds);

    /// <summary>True when it matches whatever is asked.</summary>
    public bool IsEverything() =>
        Action.IsEmpty
        && ResourceType.IsEmpty
        && ResourceId.IsEmpty
        && Environment.IsEmpty
        && Agent.IsEmpty
        && RiskAtLeast is null
        && ClassificationAtLeast is null
        && RecordsAtLeast is null;

    private static MatchLine OfClassification(string wanted, string? given) =>
        AtLeast(
            "classification",
            wanted,
            given ?? "not stated",
            given is not null && Level(given) >= Level(wanted)
        );

    private static MatchLine OfRecords(long wanted, long? given) =>
        AtLeast(
            "records",
            wanted.ToString(CultureInfo.InvariantCulture),
            given?.ToString(CultureInfo.InvariantCulture) ?? "not stated",
            given >= wanted
        );

    private static MatchLine AtLeast(string what, string wanted, string given, bool holds) =>
        new(what, $"at least {wanted}", given, holds);

    private static int Level(string classification)
    {
        var level = Classifications.IndexOf(classification.Trim().ToLowerInvariant());
        return level < 0 ? Classifications.Length : level;
    }

    private static IEnumerable<MatchLine> Globs(
        string what,
        ImmutableArray<string> globs,
        ImmutableArray<string> given
    )
    {
        if (!globs.IsEmpty)
        {
            yield return new MatchLine(
                what,
                string.Join(" or ", globs),
                given.IsEmpty ? "not stated" : string.Join(", ", given),
                globs.Any(g => given.Any(text => Glob.Matches(g, text)))
            );
        }
    }

    /// <summary>A list counts with each of its texts: nobody hides production in an array.</summary>
    private static ImmutableArray<string> EnvironmentsOf(ActionRequest request) =>
        request.Resource.Properties.TryGetProperty("environment", out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => [value.GetString()!],
                JsonValueKind.Array =>
                [
                    .. value
                        .EnumerateArray()
                        .Where(v => v.ValueKind == JsonValueKind.String)
                        .Select(v => v.GetString()!),
                ],
                _ => [],
            }
            : [];
}

/// <summary>One line of a match against one request, to tell people why a policy applies or does not.</summary>
public sealed record MatchLine(string What, string Wanted, string Given, bool Holds);
