using System.Buffers.Text;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
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

    /// <summary>Only the first unfinished stage is open.</summary>
    [JsonStringEnumMemberName("sequential")]
    Sequential,
}

/// <summary>Which groups may approve here, and how many distinct people must.</summary>
public sealed record Stage(ImmutableArray<string> Approvers, int Count);

/// <summary>
/// Seconds after which the people of these groups are shown a pending request. That gives them no power:
/// who may approve is in the stages alone.
/// </summary>
public sealed record Escalation(int After, ImmutableArray<string> To);

/// <summary>
/// Who must approve what. Versioned; a request keeps the version that applied when it was made.
/// Durations in seconds.
/// </summary>
public sealed record Policy(string Name, int Version)
{
    public const string DefaultName = "default";

    public PolicyMatch Match { get; init; } = new();
    public Effect Effect { get; init; } = Effect.RequireApproval;
    public ImmutableArray<Stage> Stages { get; init; } = [];
    public StageOrder Order { get; init; } = StageOrder.Any;
    public bool ApproveNeedsReason { get; init; }
    public bool RejectNeedsReason { get; init; }
    public int ExpiresIn { get; init; } = 900;
    public int ApprovalValidFor { get; init; } = 600;
    public int GrantTtl { get; init; } = 120;

    /// <summary>How long a card must have been shown before an approval on it counts.</summary>
    public int Dwell { get; init; }

    /// <summary>When those who could approve and have not are shown the request once more.</summary>
    public int? RemindAfter { get; init; }

    public Escalation? Escalate { get; init; }

    /// <summary>Where the card is shown besides its route.</summary>
    public ImmutableArray<Destination> Notify { get; init; } = [];

    /// <summary>The risk of these requests is at least this, whatever the agent says.</summary>
    public Risk? Risk { get; init; }

    /// <summary>From this risk on, a grant is for an agent that shows its key only (<c>sender_constrained</c>).</summary>
    public Risk? SenderConstrained { get; init; }

    /// <summary>When a policy of this name was first set (again, after a removal): its place in the order.</summary>
    public DateTimeOffset AddedAt { get; init; }

    /// <summary>True for a policy that applies no more: kept, so that its name never reuses a version.</summary>
    public bool Removed { get; init; }

    /// <summary>Who made it give more power, the latest of each, oldest first.</summary>
    public ImmutableArray<Widening> Widenings { get; init; } = [];

    /// <summary>
    /// The policy that is there from the start and always last: one approval from group
    /// <c>approvers</c>.
    /// </summary>
    public static Policy Default { get; } =
        new(DefaultName, 1) { Stages = [new Stage(["approvers"], 1)] };

    /// <summary>What applies when no policy matches: that denies.</summary>
    public static Policy Nothing { get; } = new("none", 0) { Effect = Effect.Deny };

    [JsonIgnore]
    public bool IsDefault => string.Equals(Name, DefaultName, StringComparison.Ordinal);

    /// <summary>The one policy that nobody can set or move: see <see cref="ProposedChange.Rule"/>.</summary>
    [JsonIgnore]
    public bool IsBuiltIn =>
        string.Equals(Name, ProposedChange.Rule.Name, StringComparison.Ordinal);

    /// <summary>As a request keeps it: what it says, without who changed it when.</summary>
    public Policy Pinned() =>
        AddedAt == default && Widenings.IsEmpty
            ? this
            : this with
            {
                AddedAt = default,
                Widenings = [],
            };

    /// <summary>
    /// base64url(SHA-256) of what it says: the same whenever name and rules are the same, whatever the version.
    /// </summary>
    public string ContentHash() => s_hashes.GetValue(this, static p => p.Hash());

    /// <summary>Every request says the hash of the one policy that it was pinned to: worked out once for each.</summary>
    private static readonly ConditionalWeakTable<Policy, string> s_hashes = [];

    private string Hash() =>
        Base64Url.EncodeToString(
            SHA256.HashData(
                JsonSerializer.SerializeToUtf8Bytes(
                    Pinned() with
                    {
                        Version = 0,
                        Removed = false,
                    },
                    ConfigJson.Options
                )
            )
        );
}
