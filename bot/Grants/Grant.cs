using ChatApprovals.Approvals;

namespace ChatApprovals.Grants;

/// <summary>
/// Permission to run exactly one approved action, once, at one guard: what its token says. Times are whole
/// seconds.
/// </summary>
public sealed record Grant
{
    /// <summary>Own limit and the contract's: seconds from issue to expiry.</summary>
    public const int LifetimeMax = 300;

    /// <summary><c>jti</c></summary>
    public required GrantId Id { get; init; }

    /// <summary><c>txn</c></summary>
    public required RequestId Request { get; init; }

    /// <summary><c>iss</c>: <c>PublicUrl</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>sub</c></summary>
    public required AgentName Agent { get; init; }

    /// <summary><c>aud</c>: the guard it is for.</summary>
    public required string Audience { get; init; }

    /// <summary><c>iat</c> and <c>nbf</c></summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c>: from then on it is worth nothing.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>authorization_details[0].actions[0]</c></summary>
    public required string Action { get; init; }

    /// <summary><c>authorization_details[0].identifier</c></summary>
    public required string Resource { get; init; }

    public required string BindingHash { get; init; }
    public required string Salt { get; init; }

    /// <summary><c>cnf.jkt</c>: thumbprint of the agent's key, whose proof must come with the token; null: none.</summary>
    public string? Jkt { get; init; }

    /// <summary>Where in which ledger it stands that it was approved.</summary>
    public required GrantEvidence Evidence { get; init; }
}

/// <summary>The entry <c>request.approved</c>: its <c>seq</c>, and the ledger's origin.</summary>
public sealed record GrantEvidence(long Seq, string Log);
