using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

[JsonConverter(typeof(JsonStringEnumConverter<Effect>))]
public enum Effect
{
    [JsonStringEnumMemberName("require_approval")]
    RequireApproval,

    [JsonStringEnumMemberName("allow")]
    Allow,

    [JsonStringEnumMemberName("deny")]
    Deny,
}

[JsonConverter(typeof(JsonStringEnumConverter<StageOrder>))]
public enum StageOrder
{
    [JsonStringEnumMemberName("any")]
    Any,

    [JsonStringEnumMemberName("sequential")]
    Sequential,
}

/// <summary>Which groups may approve here, and how many distinct people must.</summary>
public sealed record Stage(ImmutableArray<string> Approvers, int Count);

/// <summary>What a request must be like for a policy to apply; every line given must match.</summary>
public sealed record PolicyMatch
{
    public ImmutableArray<string> Action { get; init; } = [];
    public string? ResourceType { get; init; }
    public string? ResourceId { get; init; }
    public string? Environment { get; init; }
    public ImmutableArray<string> Agent { get; init; } = [];
    public Risk? RiskAtLeast { get; init; }
    public long? RecordsAtLeast { get; init; }
}

/// <summary>
/// Who must approve what. Versioned; a request keeps the version that applied when it was made.
/// Durations in seconds.
/// </summary>
public sealed record Policy(string Name, int Version)
{
    public PolicyMatch Match { get; init; } = new();
    public Effect Effect { get; init; } = Effect.RequireApproval;
    public ImmutableArray<Stage> Stages { get; init; } = [];
    public StageOrder Order { get; init; } = StageOrder.Any;
    public bool ApproveNeedsReason { get; init; }
    public bool RejectNeedsReason { get; init; }
    public int ExpiresIn { get; init; } = 900;
    public int ApprovalValidFor { get; init; } = 600;
    public int GrantTtl { get; init; } = 120;
    public int Dwell { get; init; }
    public Risk? Risk { get; init; }
    public ImmutableArray<Widening> Widenings { get; init; } = [];

    /// <summary>
    /// The policy that is there from the start and always last: one approval from group
    /// <c>approvers</c>.
    /// </summary>
    public static Policy Default { get; } =
        new("default", 1) { Stages = [new Stage(["approvers"], 1)] };
}
