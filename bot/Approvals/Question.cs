using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>The id of one question to an agent: <c>que_…</c>. Never reused.</summary>
[JsonConverter(typeof(TextConverter<QuestionId>))]
public readonly record struct QuestionId : IParsable<QuestionId>
{
    private const string Prefix = "que_";
    private readonly string? _text;

    private QuestionId(string text) => _text = text;

    public static QuestionId New(DateTimeOffset now) => new(IdText.New(Prefix, now));

    public static QuestionId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("not a question id");

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out QuestionId result
    )
    {
        result = IdText.Matches(s, Prefix) ? new QuestionId(s!) : default;
        return result != default;
    }

    public override string ToString() => _text ?? "que_?";
}

/// <summary>
/// What a person wants to know of the agent about a pending request. Asking decides nothing.
/// <see cref="Text"/> and <see cref="Name"/> are personal and hostile: kept beside the ledger.
/// </summary>
public sealed record Question(
    QuestionId Id,
    PersonId Person,
    AccountId Account,
    string Name,
    Surface Surface,
    string Text,
    DateTimeOffset At
)
{
    /// <summary>Its place in the talk: questions and answers in the order in which they came, from 0.</summary>
    public int Place { get; init; }

    /// <summary>What the agent said; null while it has said nothing.</summary>
    public AgentAnswer? Answer { get; init; }
}

/// <summary>The agent's words, not verified. <see cref="Place"/>: as of <see cref="Question.Place"/>.</summary>
public sealed record AgentAnswer(string Text, DateTimeOffset At, int Place);
