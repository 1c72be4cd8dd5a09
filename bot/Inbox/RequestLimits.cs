using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>
/// How long the parts of a request may be. Characters are UTF-16 units. Names and identifiers are bounded
/// here; prose, logs, diffs and properties by the body alone (256 KiB): the cards show the beginning, the
/// review all of it.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Contract section 2.</summary>
    public const int ExpiresInMin = 5;
    public const int ExpiresInMax = 86_400;

    public const int NameMax = BoundReader.NameMax;

    /// <summary>An e-mail address has at most 254, an OIDC subject 255; chat accounts fewer.</summary>
    public const int PartyIdMax = 320;
    public const int ChainMax = 20;
    public const int UrlMax = 2_048;
    public const int ListMax = 1_000;
    public const int EvidenceMax = 100;

    /// <summary>Why it was cancelled, what became of it, an answer: said on the card itself.</summary>
    public const int NoteMax = 4_000;
}
