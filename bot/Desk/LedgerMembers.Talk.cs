using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What people asked the agent, and what it answered: the words are beside the entry.</content>
internal static partial class LedgerMembers
{
    private static bool WriteTalk(Utf8JsonWriter w, Fact fact)
    {
        switch (fact)
        {
            case Fact.QuestionAsked { Question: var question } f:
                w.WriteString("question", question.Id.ToString());
                w.WriteString("person", question.Person.ToString());
                w.WriteString("account", question.Account.ToString());
                w.WriteString("surface", Name(question.Surface));
                WriteOptional(w, "evidence_hash", f.EvidenceHash);
                return true;
            case Fact.QuestionAnswered f:
                w.WriteString("question", f.Question.ToString());
                return true;
            case Fact.QuestionRefused f:
                w.WriteString("verdict", "question");
                w.WriteString("refusal", Name(f.Refusal));
                w.WriteString("account", f.Account.ToString());
                WriteOptional(w, "person", f.Person?.ToString());
                WriteOptional(w, "evidence_hash", f.EvidenceHash);
                return true;
            default:
                return false;
        }
    }

    private static Fact.QuestionAsked ReadAsked(StoredEntry entry, JsonElement e) =>
        new(
            Id(entry),
            new Question(
                QuestionId.Parse(Text(e, "question"), provider: null),
                PersonId.Parse(Text(e, "person"), provider: null),
                AccountId.Parse(Text(e, "account"), provider: null),
                Personal(entry)?.Name ?? Erased,
                Value<Surface>(e, "surface"),
                Personal(entry)?.Text ?? Erased,
                entry.At
            ),
            Optional(e, "evidence_hash")
        );

    private static Fact.QuestionAnswered ReadAnswered(StoredEntry entry, JsonElement e) =>
        new(
            Id(entry),
            QuestionId.Parse(Text(e, "question"), provider: null),
            Personal(entry)?.Text ?? Erased
        );
}
