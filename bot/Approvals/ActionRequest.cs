using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>How much harm the action could do. An agent states it; a policy may raise it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Risk>))]
public enum Risk
{
    [JsonStringEnumMemberName("low")]
    Low,

    [JsonStringEnumMemberName("medium")]
    Medium,

    [JsonStringEnumMemberName("high")]
    High,

    [JsonStringEnumMemberName("critical")]
    Critical,
}

/// <summary>
/// What an agent asks for: the four members that bind (subject, action, resource, context) and what
/// is only shown and recorded. Made by <c>Inbox</c> from strict JSON; everything in it is hostile text.
/// Names follow AuthZEN's information model.
/// </summary>
public sealed record ActionRequest
{
    public required NamedAction Action { get; init; }
    public required Resource Resource { get; init; }

    /// <summary>As sent, without the salt; an object, <c>{}</c> when absent.</summary>
    public required JsonElement Context { get; init; }

    public required Party Initiator { get; init; }
    public ImmutableArray<Party> OnBehalfOf { get; init; } = [];
    public string? Justification { get; init; }
    public Risk Risk { get; init; } = Risk.Medium;
    public DataScope? DataScope { get; init; }
    public RequestedDiff? Diff { get; init; }
    public ImmutableArray<Evidence> Evidence { get; init; } = [];
    public string? Undo { get; init; }
    public string? Audience { get; init; }

    /// <summary>Seconds, 5 to 86,400; null when not sent.</summary>
    public int? ExpiresIn { get; init; }

    /// <summary>What will be sent when this is approved; null unless a guarded endpoint made the request.</summary>
    public HttpCall? Call { get; init; }
}

/// <summary>
/// The call of a guarded endpoint as people read it. What binds is in action, resource and context: this is
/// made of the same bytes by the bot, so that they are shown and not only their digest.
/// </summary>
/// <param name="Guard">The guarded endpoint.</param>
/// <param name="Line">Method and whole address.</param>
/// <param name="Size">Bytes of the body.</param>
/// <param name="Body">JSON laid out, other text as it is; null when there is none or it is no text.</param>
public sealed record HttpCall(string Guard, string Line, int Size, string? Body);

/// <summary>The verb. <see cref="Properties"/> is an object, <c>{}</c> when absent.</summary>
public sealed record NamedAction(string Name, JsonElement Properties);

/// <summary>The object. <see cref="Properties"/> is an object, <c>{}</c> when absent.</summary>
public sealed record Resource(string Type, string Id, JsonElement Properties);

/// <summary>
/// Somebody in the chain behind a request. <see cref="Type"/>: <c>human</c>, <c>service</c>,
/// <c>schedule</c> or <c>agent</c> (the last only in <c>on_behalf_of</c>).
/// </summary>
public sealed record Party(string Type, string Id, string? Name)
{
    [JsonIgnore]
    public bool IsHuman => string.Equals(Type, "human", StringComparison.Ordinal);
}

public sealed record DataScope(
    string? Classification,
    string? Summary,
    long? Records,
    ImmutableArray<string> Datasets,
    ImmutableArray<string> Fields,
    string? Destination
);

/// <summary><c>unified</c>: <see cref="Text"/>; <c>json</c>: <see cref="Before"/> and <see cref="After"/>.</summary>
public sealed record RequestedDiff(
    string Format,
    string? Text,
    JsonElement? Before,
    JsonElement? After
);

/// <summary>One piece of evidence: <c>fact</c>, <c>log</c>, <c>policy_trace</c> or <c>link</c>.</summary>
public sealed record Evidence
{
    public required string Kind { get; init; }
    public string? Name { get; init; }
    public string? Value { get; init; }
    public string? Text { get; init; }
    public string? Source { get; init; }
    public string? Rule { get; init; }
    public string? Outcome { get; init; }
    public string? Detail { get; init; }
    public string? Url { get; init; }
}
