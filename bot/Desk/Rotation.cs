using ChatApprovals.Jose;

namespace ChatApprovals.Desk;

/// <summary>A key that waits to take another's place.</summary>
/// <param name="Key">It, for the purpose of the other.</param>
/// <param name="Next">For grants: the key that will be published ahead from then on.</param>
/// <param name="Previous">The thumbprint of the one in use.</param>
/// <param name="Public">A verifier key of the ledger, or a JWK.</param>
/// <param name="Proof">The signature of the one in use that this one takes its place.</param>
internal sealed record Rotation(
    SigningKey Key,
    SigningKey? Next,
    string Previous,
    string Public,
    string Proof
)
{
    /// <summary>Of the second line of checkpoints, with the ledger's key.</summary>
    public LineRotation? Line { get; init; }
}

/// <summary>The key that waits, the thumbprint of the one in use, and that one's word for it.</summary>
internal sealed record LineRotation(LineKey Key, string Previous, string Proof);
