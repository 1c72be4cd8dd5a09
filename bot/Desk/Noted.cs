namespace ChatApprovals.Desk;

/// <summary>What became of a note for a conversation.</summary>
public abstract record Noted
{
    private Noted() { }

    /// <summary>People see it.</summary>
    /// <param name="Message">The platform's id.</param>
    /// <param name="At">The platform's time, where it says it.</param>
    /// <param name="Link">Where to find it, where it says so.</param>
    public sealed record Posted(string Message, DateTimeOffset? At, string? Link) : Noted;

    /// <summary>It is not there, or nobody can tell.</summary>
    /// <param name="Why">In a clause.</param>
    /// <param name="After">How long the platform asks to wait.</param>
    public sealed record Not(string Why, TimeSpan? After) : Noted;
}
