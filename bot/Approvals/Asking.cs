using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// Somebody asks the agent something; <see cref="Id"/> is the question's if it counts. <see cref="Text"/> is null or blank while nothing was typed yet;
/// <see cref="EvidenceHash"/>: base64url(SHA-256) of the platform's own bytes, null for a command.
/// </summary>
public sealed record Inquiry(
    QuestionId Id,
    Person Asker,
    Member Member,
    string? Text,
    Surface Surface,
    string? EvidenceHash
)
{
    /// <summary>Set by the surface's own checks (wrong message): refused as this.</summary>
    public Refusal? Obstacle { get; init; }
}

/// <summary>
/// Questions to the agent, and its answers. Whoever is a live, full, human member may ask, also those who
/// may not decide: asking decides nothing. Pure; only while the request is pending.
/// </summary>
public static class Asking
{
    /// <summary>Own limits: what an approver still reads, and an agent can keep up with.</summary>
    public const int TextMax = 1_000;
    public const int OpenMax = 5;
    public const int OpenOfOneMax = 2;
    public const int TotalMax = 20;

    /// <summary>
    /// Judges one question. Order of the checks: is the request still open, is it the right place, who is it,
    /// is there an agent, is there a question, are there too many. The same question by the same person, not
    /// answered yet, is a repeat.
    /// </summary>
    public static Ruling Ask(Approval approval, Inquiry inquiry, DateTimeOffset now)
    {
        if (!approval.IsPending)
        {
            return Refuse(approval, inquiry, Refusal.Ended);
        }

        if (now >= approval.Opening.ExpiresAt)
        {
            return Refuse(approval, inquiry, Refusal.Expired, [.. Bench.Expire(approval, now)]);
        }

        var refusal =
            inquiry.Obstacle
            ?? Duties.OfMember(inquiry.Member.Obstacle)
            ?? (approval.Change is null ? default(Refusal?) : Refusal.NobodyToAsk)
            ?? OfText(inquiry.Text);
        if (refusal is { } why)
        {
            return Refuse(approval, inquiry, why);
        }

        var open = approval.Questions.Where(q => q.Answer is null).ToList();
        var own = open.Where(q => q.Person == inquiry.Asker.Id).ToList();
        var text = inquiry.Text!.Trim();
        if (own.Any(q => string.Equals(q.Text, text, StringComparison.Ordinal)))
        {
            return new Ruling.Repeated();
        }

        return
            approval.Questions.Length >= TotalMax
            || open.Count >= OpenMax
            || own.Count >= OpenOfOneMax
            ? Refuse(approval, inquiry, Refusal.TooManyQuestions)
            : new Ruling.Counted([Asked(approval, inquiry, text, now)]);
    }

    /// <summary>
    /// The agent answers the question named, or the one that has waited longest; the same answer again is a
    /// repeat. Null: there is no such question, or it was answered otherwise.
    /// </summary>
    public static Ruling? Answer(Approval approval, QuestionId? named, string text)
    {
        var meant = approval.Questions.Where(q => named is not { } id || q.Id == id).ToList();
        if (approval.IsPending && meant.FirstOrDefault(q => q.Answer is null) is { } open)
        {
            return new Ruling.Counted([new Fact.QuestionAnswered(approval.Id, open.Id, text)]);
        }

        var last = meant.MaxBy(q => q.Answer?.Place);
        return string.Equals(last?.Answer?.Text, text, StringComparison.Ordinal)
            ? new Ruling.Repeated()
            : null;
    }

    private static Refusal? OfText(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Refusal.QuestionMissing
        : text.Trim().Length > TextMax ? Refusal.QuestionTooLong
        : null;

    private static Fact.QuestionAsked Asked(
        Approval approval,
        Inquiry inquiry,
        string text,
        DateTimeOffset now
    ) =>
        new(
            approval.Id,
            new Question(
                inquiry.Id,
                inquiry.Asker.Id,
                inquiry.Member.Account,
                inquiry.Member.Name,
                inquiry.Surface,
                text,
                now
            ),
            inquiry.EvidenceHash
        );

    private static Ruling.Refused Refuse(
        Approval approval,
        Inquiry inquiry,
        Refusal why,
        params ImmutableArray<Fact> found
    ) =>
        new(
            why,
            found.Insert(
                0,
                new Fact.QuestionRefused(
                    approval.Id,
                    why,
                    inquiry.Member.Account,
                    inquiry.Asker.Id == default ? null : inquiry.Asker.Id,
                    inquiry.EvidenceHash
                )
            )
        );
}
