namespace ChatApprovals.Inbox;

/// <summary>Section <c>Limits</c> of the settings: what one agent may do.</summary>
public sealed class InboxOptions
{
    public const string Section = "Limits";

    /// <summary>Submissions of one agent over time; 1 to 1,000,000, default 10.</summary>
    public int SubmissionsPerMinute { get; set; } = 10;

    /// <summary>Submissions of one agent at once; 1 to 1,000,000, default 20.</summary>
    public int Burst { get; set; } = 20;

    /// <summary>Requests of one agent pending at once (the desk counts them); 1 to 100,000, default 20.</summary>
    public int PendingPerAgent { get; set; } = 20;

    /// <summary>Bytes of one body; 1,024 to 1,048,576, default 262,144.</summary>
    public int BodyBytes { get; set; } = 262_144;

    /// <summary>One sentence for each setting that is out of range; none when all is well.</summary>
    public IEnumerable<string> Faults() =>
        new[]
        {
            Fault(nameof(SubmissionsPerMinute), SubmissionsPerMinute, 1, 1_000_000),
            Fault(nameof(Burst), Burst, 1, 1_000_000),
            Fault(nameof(PendingPerAgent), PendingPerAgent, 1, 100_000),
            Fault(nameof(BodyBytes), BodyBytes, 1_024, 1_048_576),
        }.OfType<string>();

    private static string? Fault(string name, int value, int min, int max) =>
        value >= min && value <= max
            ? null
            : $"{Section}:{name} is {value}; set it to {min} to {max}.";
}
