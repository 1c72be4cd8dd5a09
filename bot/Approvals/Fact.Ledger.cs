using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <content>About the ledger itself.</content>
public abstract partial record Fact
{
    /// <summary>Nothing happened, and the ledger is alive: so that silence shows.</summary>
    public sealed record Heartbeat : Fact;

    /// <summary>
    /// The ledger goes on from a backup of its first <see cref="Size"/> entries: what came after them is not
    /// known here, and may be known to others.
    /// </summary>
    /// <param name="Epoch">2 the first time.</param>
    /// <param name="Size">Entries of the backup.</param>
    /// <param name="Root">Their root, base64.</param>
    /// <param name="KnownSize">Entries of the checkpoint that the operator knew, if one was given.</param>
    public sealed record LedgerRestored(long Epoch, long Size, string Root, long? KnownSize) : Fact;

    /// <summary>A signing key came into use; <see cref="Kid"/> is its RFC 7638 thumbprint.</summary>
    public sealed record KeyCreated(string Purpose, string Kid) : Fact;

    /// <summary>
    /// A signing key came into use in the place of <see cref="Previous"/>, which signed that it does:
    /// <see cref="Proof"/>. <see cref="Public"/>: a verifier key of the ledger, or a JWK.
    /// </summary>
    public sealed record KeyRotated(
        string Purpose,
        string Kid,
        string Previous,
        string Public,
        string Proof,
        PersonId By
    ) : Fact
    {
        /// <summary><c>confirmed</c> or <c>unreviewed</c>.</summary>
        public required string Review { get; init; }

        /// <summary>The other administrator, and the request by which they confirmed it.</summary>
        public PersonId? ConfirmedBy { get; init; }
        public RequestId? Change { get; init; }

        /// <summary>As of <see cref="ConfigChanged.Without"/>.</summary>
        public ImmutableArray<PersonId> Without
        {
            get => field.IsDefault ? [] : field;
            init;
        } = [];
    }
}
