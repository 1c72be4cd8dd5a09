using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>
/// Everything a request begins with. Owners, key creator and the eligible people of each stage are
/// those of the moment it was made; what applies is the intersection with those of the moment of decision.
/// </summary>
public sealed record Opening
{
    public required AgentName Agent { get; init; }
    public required ActionRequest Request { get; init; }

    /// <summary>128 random bits, base64url; makes the binding hash say nothing about its input.</summary>
    public required string Salt { get; init; }

    public required string BindingHash { get; init; }
    public required string Code { get; init; }
    public required Policy Policy { get; init; }
    public required Risk Risk { get; init; }
    public required ImmutableArray<PersonId> Owners { get; init; }
    public required PersonId KeyCreator { get; init; }

    /// <summary>For each stage, the members of its groups when the request was made.</summary>
    public required ImmutableArray<ImmutableArray<PersonId>> Eligible { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
    public required ImmutableArray<CardCopy> Copies { get; init; }

    /// <summary>base64url(SHA-256(JCS of the body)): tells an identical repeat.</summary>
    public required string BodyHash { get; init; }

    /// <summary>base64url(SHA-256(agent, key)), null when no <c>Idempotency-Key</c> was sent.</summary>
    public string? IdempotencyHash { get; init; }

    /// <summary>Whether its grant is for an agent that shows its key only.</summary>
    [JsonIgnore]
    public bool NeedsKey => Policy.SenderConstrained is { } from && Risk >= from;

    /// <summary>
    /// Null but where all this was erased: then what the entry says of the policy, and the rest is what the
    /// entry says too, or nothing.
    /// </summary>
    [JsonIgnore]
    public string? ErasedPolicyHash { get; init; }

    /// <summary>Nothing may run by it: nobody can tell any more what was approved.</summary>
    [JsonIgnore]
    public bool IsErased => ErasedPolicyHash is not null;

    [JsonIgnore]
    public string PolicyHash => ErasedPolicyHash ?? Policy.ContentHash();
}

/// <summary>
/// One copy of the card. <see cref="Token"/> is the opaque value of its buttons (128 random bits);
/// <see cref="Message"/> and <see cref="DisplayHash"/> are null until the platform has told them.
/// </summary>
public sealed record CardCopy(string Token, Surface Surface, string Conversation)
{
    public string? Message { get; init; }
    public string? DisplayHash { get; init; }
    public DateTimeOffset? ShownAt { get; init; }

    /// <summary>How many questions and answers were told in its thread, or stood on it when it was posted.</summary>
    public int Told { get; init; }
}
