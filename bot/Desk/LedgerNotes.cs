using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// Writes facts as ledger entries and reads them back: the only place that knows which members of a fact
/// stand in the entry and which are kept beside it, erasable, by salted digest (member <c>content</c>).
/// </summary>
internal static class LedgerNotes
{
    private const int SaltBytes = 16;

    /// <summary>A configuration value above this goes beside the entry (entries end at 65,535 bytes).</summary>
    private const int InlineConfigMax = 24_000;

    public static StoredEntry Write(long seq, DateTimeOffset at, Fact fact)
    {
        var content = ContentOf(fact) is { } body
            ? new StoredContent(RandomNumberGenerator.GetBytes(SaltBytes), body)
            : null;
        var (kind, txn) = (KindOf(fact), TxnOf(fact));
        var bytes = Entry.Write(
            seq,
            at,
            kind,
            txn,
            writer =>
            {
                LedgerMembers.Write(writer, fact, inlineConfig: content is null);
                if (content is not null)
                {
                    writer.WriteString("content", Digest(content));
                }
            }
        );
        return new StoredEntry(seq, at, kind, txn, bytes, content);
    }

    /// <summary>The fact of a stored entry, or null for a kind that changes no projection.</summary>
    public static Fact? Read(StoredEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Bytes);
        return LedgerMembers.Read(entry, document.RootElement);
    }

    public static string Digest(StoredContent content) =>
        Base64Url.EncodeToString(SHA256.HashData([.. content.Salt, .. content.Body]));

    /// <summary>What somebody said that is kept beside the entry, or null: a reason, a detail.</summary>
    public static string? WordsBeside(StoredEntry entry) =>
        entry.ErasedBy is not null
            ? null
            : Read(entry) switch
            {
                Fact.DecisionMade f => f.Decision.Reason,
                Fact.RequestEnded f => f.Reason,
                Fact.ExecutionReported f => f.Detail,
                Fact.QuestionAsked f => f.Question.Text,
                Fact.QuestionAnswered f => f.Text,
                _ => null,
            };

    public static string TxnOf(Fact fact) =>
        fact switch
        {
            Fact.RequestCreated f => f.Id.ToString(),
            Fact.RequestDisplayed f => f.Id.ToString(),
            Fact.DecisionMade f => f.Id.ToString(),
            Fact.DecisionRefused f => f.Id.ToString(),
            Fact.RequestEnded f => f.Id.ToString(),
            Fact.ExecutionReported f => f.Id.ToString(),
            Fact.QuestionAsked f => f.Id.ToString(),
            Fact.QuestionAnswered f => f.Id.ToString(),
            Fact.QuestionRefused f => f.Id.ToString(),
            Fact.RequestReminded f => f.Id.ToString(),
            Fact.RequestEscalated f => f.Id.ToString(),
            Fact.GrantIssued f => f.Id.ToString(),
            Fact.GrantConsumed f => f.Id.ToString(),
            Fact.GrantRefused f => f.Id?.ToString() ?? "",
            Fact.GrantRevoked f => f.Id.ToString(),
            Fact.ConfigChanged f => f.Change,
            Fact.ConfigProposed f => f.Id.ToString(),
            Fact.PersonLinked f => f.Person.ToString(),
            Fact.PersonUnlinked f => f.Person.ToString(),
            Fact.KeyCreated f => f.Kid,
            Fact.KeyRotated f => f.Kid,
            Fact.RequestErased f => f.Id.ToString(),
            Fact.PersonErased f => f.Person.ToString(),
            Fact.ExportCreated or Fact.Heartbeat or Fact.LedgerRestored => "",
            _ => throw new InvalidOperationException($"{fact.GetType().Name} has no transaction"),
        };

    private static string KindOf(Fact fact) =>
        fact switch
        {
            Fact.RequestCreated => EntryKinds.RequestCreated,
            Fact.RequestDisplayed => EntryKinds.RequestDisplayed,
            Fact.DecisionMade { Decision.Verdict: Verdict.Approved } => EntryKinds.DecisionApproved,
            Fact.DecisionMade => EntryKinds.DecisionRejected,
            // Its verdict is "question": a refused attempt is a refused attempt.
            Fact.DecisionRefused or Fact.QuestionRefused => EntryKinds.DecisionRefused,
            Fact.QuestionAsked => EntryKinds.QuestionAsked,
            Fact.QuestionAnswered => EntryKinds.QuestionAnswered,
            Fact.RequestEnded ended => KindOf(ended.Status),
            Fact.ExecutionReported => EntryKinds.ExecutionReported,
            Fact.RequestReminded => EntryKinds.RequestReminded,
            Fact.RequestEscalated => EntryKinds.RequestEscalated,
            Fact.GrantIssued => EntryKinds.GrantIssued,
            Fact.GrantConsumed => EntryKinds.GrantConsumed,
            Fact.GrantRefused => EntryKinds.GrantRefused,
            Fact.GrantRevoked => EntryKinds.GrantRevoked,
            Fact.ConfigChanged => EntryKinds.ConfigChanged,
            Fact.ConfigProposed => EntryKinds.ConfigProposed,
            Fact.PersonLinked => EntryKinds.PersonLinked,
            Fact.PersonUnlinked => EntryKinds.PersonUnlinked,
            Fact.KeyCreated => EntryKinds.KeyCreated,
            Fact.KeyRotated => EntryKinds.KeyRotated,
            Fact.RequestErased or Fact.PersonErased => EntryKinds.ErasurePerformed,
            Fact.ExportCreated => EntryKinds.ExportCreated,
            Fact.Heartbeat => EntryKinds.LedgerHeartbeat,
            Fact.LedgerRestored => EntryKinds.LedgerRestored,
            _ => throw new InvalidOperationException($"{fact.GetType().Name} has no kind"),
        };

    private static string KindOf(RequestStatus status) =>
        status switch
        {
            RequestStatus.Approved => EntryKinds.RequestApproved,
            RequestStatus.Denied => EntryKinds.RequestDenied,
            RequestStatus.Expired => EntryKinds.RequestExpired,
            RequestStatus.Cancelled => EntryKinds.RequestCancelled,
            _ => throw new InvalidOperationException($"{status} is no end"),
        };

    private static byte[]? ContentOf(Fact fact) =>
        fact switch
        {
            Fact.RequestCreated f => DeskJson.Write(f.Opening, DeskJson.Default.Opening),
            Fact.DecisionMade f => Personal(new(f.Decision.Name, f.Decision.Reason)),
            Fact.RequestEnded { Reason: { } reason } => Personal(new(Text: reason)),
            Fact.ExecutionReported { Detail: { } detail } => Personal(new(Text: detail)),
            Fact.QuestionAsked { Question: var q } => Personal(new(q.Name, q.Text)),
            Fact.QuestionAnswered f => Personal(new(Text: f.Text)),
            Fact.RequestReminded f => Beside(f.Copies),
            Fact.RequestEscalated f => Beside(f.Copies),
            Fact.RequestErased f => Beside(f.Copies),
            Fact.PersonLinked f => Personal(new(f.Name, Emails: f.Emails)),
            Fact.ConfigChanged f => Large(f.Before, f.After),
            Fact.ConfigProposed f => Large(f.Change.Before, f.Change.After),
            _ => null,
        };

    private static byte[]? Large(JsonElement? before, JsonElement? after) =>
        Size(before) + Size(after) > InlineConfigMax
            ? DeskJson.Write(new ConfigContent(before, after), DeskJson.Default.ConfigContent)
            : null;

    private static byte[] Personal(PersonalContent content) =>
        DeskJson.Write(content, DeskJson.Default.PersonalContent);

    private static byte[] Beside(ImmutableArray<CardCopy> copies) =>
        DeskJson.Write(new CopiesContent(copies), DeskJson.Default.CopiesContent);

    private static int Size(JsonElement? value) => value?.GetRawText().Length ?? 0;
}
