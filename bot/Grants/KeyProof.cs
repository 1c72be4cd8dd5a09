namespace ChatApprovals.Grants;

/// <summary>Whether the agent showed that it has a key (DPoP, RFC 9449), and which.</summary>
public abstract record KeyProof
{
    private KeyProof() { }

    /// <summary>It showed none.</summary>
    public sealed record None : KeyProof;

    /// <param name="Jkt">Thumbprint of its key.</param>
    public sealed record Of(string Jkt) : KeyProof;

    /// <param name="Why">What is wrong with the proof that came.</param>
    public sealed record Bad(string Why) : KeyProof;
}
