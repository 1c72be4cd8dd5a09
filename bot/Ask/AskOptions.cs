using System.Collections.Immutable;

namespace ChatApprovals.Ask;

/// <summary>One <c>name=value</c>; <see cref="IsJson"/>: written <c>name:=value</c>, the value is JSON.</summary>
public readonly record struct AskPair(string Name, string Value, bool IsJson);

/// <summary>What <c>ask</c> was told, word by word; nothing is read or looked up yet.</summary>
public sealed record AskOptions
{
    public string? Url { get; init; }
    public string? KeyFile { get; init; }
    public bool PlainHttp { get; init; }

    public string? FromFile { get; init; }
    public string? TerraformPlan { get; init; }
    public string? Action { get; init; }
    public (string Type, string Id)? Resource { get; init; }
    public ImmutableArray<AskPair> Properties { get; init; } = [];
    public ImmutableArray<AskPair> ResourceProperties { get; init; } = [];
    public ImmutableArray<AskPair> Context { get; init; } = [];
    public string? Environment { get; init; }
    public string? Initiator { get; init; }

    /// <summary>Others who are behind it.</summary>
    public ImmutableArray<string> Behalf { get; init; } = [];
    public string? Justification { get; init; }
    public string? Risk { get; init; }
    public string? Undo { get; init; }
    public string? Audience { get; init; }
    public string? DiffFile { get; init; }
    public ImmutableArray<AskPair> DataScope { get; init; } = [];
    public ImmutableArray<AskPair> Facts { get; init; } = [];
    public ImmutableArray<AskPair> Links { get; init; } = [];
    public ImmutableArray<string> Logs { get; init; } = [];

    /// <summary>Files whose SHA-256 is part of the action.</summary>
    public ImmutableArray<string> Binds { get; init; } = [];

    /// <summary>Seconds until the request expires.</summary>
    public int? Timeout { get; init; }

    /// <summary>Seconds that no answer of the bot is borne.</summary>
    public int? Patience { get; init; }

    public string? IdempotencyKey { get; init; }
    public bool Consume { get; init; }
    public bool Guarded { get; init; }
    public bool Json { get; init; }
    public bool DryRun { get; init; }

    /// <summary>Empty: only ask.</summary>
    public ImmutableArray<string> Command { get; init; } = [];
}
