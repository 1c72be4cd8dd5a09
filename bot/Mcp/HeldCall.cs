namespace ChatApprovals.Mcp;

/// <summary>
/// How long one call is held. Never longer than clients wait for an answer: those of the protocol's own SDKs
/// give up after 60 s, and what they would have been told is lost.
/// </summary>
public static class HeldCall
{
    public const int SecondsMax = 50;

    /// <summary>What may be asked for: the longest life of a request. More than we hold is held that long.</summary>
    public const int AskedMax = 86_400;

    /// <summary>For the seconds that a call asks for.</summary>
    public static TimeSpan For(long? seconds) =>
        TimeSpan.FromSeconds(Math.Min(seconds ?? SecondsMax, SecondsMax));
}
