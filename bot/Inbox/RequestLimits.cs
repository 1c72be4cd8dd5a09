namespace ChatApprovals.Inbox;

/// <summary>
/// How long the parts of a request may be. Characters are UTF-16 units. What a person must read is kept
/// short (threats.md, section 3); a body of 256 KiB bounds the rest.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Contract section 2.</summary>
    public const int ExpiresInMin = 5;
    public const int ExpiresInMax = 86_400;

    public const int NameMax = 200;
    public const int ResourceIdMax = 2_048;

    /// <summary>An e-mail address has at most 254, an OIDC subject 255; chat accounts fewer.</summary>
    public const int PartyIdMax = 320;
    public const int ChainMax = 10;
    public const int ProseMax = 4_000;
    public const int UrlMax = 2_048;
    public const int ListMax = 100;
    public const int EvidenceMax = 20;
    public const int LogBytesMax = 32 * 1024;
    public const int DiffBytesMax = 128 * 1024;
}
