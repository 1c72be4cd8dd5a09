using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// How projections and contents are written: snake_case, compact, strict when read. Source-generated: the
/// hot path makes no reflection.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(Opening))]
[JsonSerializable(typeof(RequestState))]
[JsonSerializable(typeof(Person))]
[JsonSerializable(typeof(PersonalContent))]
[JsonSerializable(typeof(ConfigContent))]
[JsonSerializable(typeof(CopiesContent))]
internal sealed partial class DeskJson : JsonSerializerContext
{
    /// <summary>
    /// The generated code alone, without the description of the types that reading needs: making that is a sixth of
    /// what a start compiles before its first answer.
    /// </summary>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type)
    {
        var written = new ArrayBufferWriter<byte>(Usual);
        using var json = new Utf8JsonWriter(written);
        type.SerializeHandler!(json, value);
        json.Flush();
        return written.WrittenSpan.ToArray();
    }

    /// <summary>Bytes of what is usually written.</summary>
    private const int Usual = 2_048;
}

/// <summary>What may change of a request, as stored in its row.</summary>
internal sealed record RequestState(
    RequestStatus Status,
    ImmutableArray<CardCopy> Copies,
    ImmutableArray<Decision> Decisions,
    DateTimeOffset? EndedAt,
    string? EndedBy,
    string? EndReason,
    Execution? Execution,
    DateTimeOffset? RemindedAt,
    DateTimeOffset? EscalatedAt,
    ProposedChange? Change = null,
    GrantState? Grant = null,
    ImmutableArray<Question>? Questions = null,
    Erasure? Erased = null,
    ImmutableArray<Reading>? Readings = null,
    ImmutableArray<int>? FilledAtEnd = null
)
{
    public static byte[] Write(Approval a) =>
        DeskJson.Write(
            new RequestState(
                a.Status,
                a.Copies,
                a.Decisions,
                a.EndedAt,
                a.EndedBy,
                a.EndReason,
                a.Execution,
                a.RemindedAt,
                a.EscalatedAt,
                a.Change,
                a.Grant,
                a.Questions.IsEmpty ? null : a.Questions,
                a.Erased,
                a.Readings.IsEmpty ? null : a.Readings,
                a.FilledAtEnd
            ),
            DeskJson.Default.RequestState
        );

    public static Approval Read(StoredRequest row) => Read(row, known: null);

    /// <summary>Nothing of an opening ever changes, until it is erased.</summary>
    /// <param name="row">As it is stored now.</param>
    /// <param name="known">The opening of the same row, if it was read already.</param>
    public static Approval Read(StoredRequest row, Opening? known)
    {
        var opening = row switch
        {
            { Opening: not null } when known is { IsErased: false } => known,
            { Opening: { } whole } => JsonSerializer.Deserialize(whole, DeskJson.Default.Opening)!,
            { OpeningLeft: { } entry } => LedgerMembers.OpeningLeft(JsonElement.Parse(entry)),
            _ => throw new InvalidDataException($"{row.Id} has no opening"),
        };
        var state = JsonSerializer.Deserialize(row.State, DeskJson.Default.RequestState)!;
        return new Approval(row.Id, row.CreatedAt, opening)
        {
            Status = state.Status,
            Copies = state.Copies,
            Decisions = state.Decisions,
            EndedAt = state.EndedAt,
            EndedBy = state.EndedBy,
            EndReason = state.EndReason,
            Execution = state.Execution,
            RemindedAt = state.RemindedAt,
            EscalatedAt = state.EscalatedAt,
            Change = state.Change,
            Grant = state.Grant,
            Questions = state.Questions ?? [],
            Erased = state.Erased,
            Readings = state.Readings ?? [],
            FilledAtEnd = state.FilledAtEnd,
        };
    }
}

/// <summary>The personal members of a fact: names, addresses, free text.</summary>
internal sealed record PersonalContent(
    string? Name = null,
    string? Text = null,
    ImmutableArray<string>? Emails = null
);

/// <summary>The copies that a reminder or an escalation added: whose chats they are in is personal.</summary>
internal sealed record CopiesContent(ImmutableArray<CardCopy> Copies);

/// <summary>A configuration value that is too large for its entry.</summary>
internal sealed record ConfigContent(JsonElement? Before, JsonElement? After);
