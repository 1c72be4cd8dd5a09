using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>
/// What became of a request's one grant: <c>issued</c> (as often as asked, always the same id), then at most
/// one of <c>consumed</c> and <c>revoked</c>, for good. A grant can be revoked before it was ever issued, and
/// a guarded endpoint consumes it without a token.
/// </summary>
public sealed record GrantState
{
    /// <summary>Null until it was issued for the first time.</summary>
    public GrantId? Id { get; init; }

    /// <summary>When it was issued last, and until when that token runs.</summary>
    public DateTimeOffset? IssuedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Thumbprint of the agent's key that it is bound to (RFC 9449); null: to none.</summary>
    public string? Jkt { get; init; }
    public DateTimeOffset? ConsumedAt { get; init; }

    /// <summary>The guard that let the action run.</summary>
    public string? Guard { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public PersonId? RevokedBy { get; init; }

    [JsonIgnore]
    public bool IsConsumed => ConsumedAt is not null;

    [JsonIgnore]
    public bool IsRevoked => RevokedAt is not null;

    internal GrantState Apply(Fact fact, DateTimeOffset at) =>
        fact switch
        {
            Fact.GrantIssued issued when Id is not { } id || id == issued.Grant => MustBeOpen() with
            {
                Id = issued.Grant,
                IssuedAt = at,
                ExpiresAt = issued.ExpiresAt,
                Jkt = issued.Jkt,
            },
            Fact.GrantConsumed consumed
                when (Id is { } own ? own == consumed.Grant : consumed.Forwarded) =>
                MustBeOpen() with
                {
                    Id = consumed.Grant,
                    ConsumedAt = at,
                    Guard = consumed.Guard,
                },
            Fact.GrantRevoked revoked => MustBeOpen() with
            {
                RevokedAt = at,
                RevokedBy = revoked.By,
            },
            _ => throw new InvalidOperationException($"{fact.GetType().Name} of another grant"),
        };

    private GrantState MustBeOpen() =>
        IsConsumed || IsRevoked
            ? throw new InvalidOperationException($"{Id} is used or revoked for good")
            : this;
}

/// <summary>Why no grant is issued, or why a grant does not let the action run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GrantRefusal>))]
public enum GrantRefusal
{
    /// <summary>Not a token of ours, or not of that request as it is.</summary>
    [JsonStringEnumMemberName("invalid_token")]
    InvalidToken,

    [JsonStringEnumMemberName("wrong_audience")]
    WrongAudience,

    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>What is about to run is not what was approved.</summary>
    [JsonStringEnumMemberName("binding_mismatch")]
    BindingMismatch,

    [JsonStringEnumMemberName("already_consumed")]
    AlreadyConsumed,

    /// <summary>
    /// By an administrator, or because the agent is disabled or may not ask for this any more, because what
    /// was approved was erased, or because the agent has reported what became of it without a guard.
    /// </summary>
    [JsonStringEnumMemberName("revoked")]
    Revoked,

    [JsonStringEnumMemberName("frozen")]
    Frozen,

    /// <summary>Those who approved are no longer enough, or a policy denies it by now.</summary>
    [JsonStringEnumMemberName("no_longer_approved")]
    NoLongerApproved,

    /// <summary>The grant is bound to the agent's key, or must be, and no proof of it came (RFC 9449).</summary>
    [JsonStringEnumMemberName("dpop_proof_missing")]
    ProofMissing,

    /// <summary>A proof came that is none of this call and of now.</summary>
    [JsonStringEnumMemberName("invalid_dpop_proof")]
    InvalidProof,

    /// <summary>A proof came, of another key than the grant is bound to.</summary>
    [JsonStringEnumMemberName("wrong_dpop_key")]
    WrongKey,

    /// <summary>An agent asked for the grant of another agent's request.</summary>
    [JsonStringEnumMemberName("other_agent")]
    OtherAgent,

    [JsonStringEnumMemberName("not_approved")]
    NotApproved,

    /// <summary>The policy's <c>approval_valid_for</c> is over.</summary>
    [JsonStringEnumMemberName("approval_expired")]
    ApprovalExpired,
}

/// <summary>
/// Something that checks a grant before the action runs: an executor of somebody else's, with a key, or a
/// guarded endpoint of the bot's own, with an <see cref="Upstream"/>. It may consume only grants for its own
/// <see cref="Audience"/>.
/// </summary>
/// <param name="Name">A guarded endpoint is at <c>/guard/{name}</c>.</param>
/// <param name="Audience">Compared byte by byte.</param>
/// <param name="KeyCreator">Who made it, or its present key.</param>
/// <param name="KeyCreatedAt">When.</param>
public sealed record KnownGuard(
    AgentName Name,
    string Audience,
    PersonId KeyCreator,
    DateTimeOffset KeyCreatedAt
)
{
    /// <summary>base64url(SHA-256(key)), the key itself is never kept; null for a guarded endpoint.</summary>
    public string? KeyHash { get; init; }

    /// <summary>Null for an external guard.</summary>
    public Upstream? Upstream { get; init; }

    /// <summary>Whether it was neither removed nor made anew since.</summary>
    public bool IsIn(Register register) =>
        register.Guards.GetValueOrDefault(Name.ToString()) is { } now
        && now.KeyCreatedAt == KeyCreatedAt;
}

/// <summary>Since when, and by whom, nothing of an agent (or of all) runs.</summary>
public sealed record Freeze(DateTimeOffset At, PersonId By);
