using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>A request's timeline: each entry a sentence, with who said what and what the entry says for machines.</summary>
internal static class TranscriptSteps
{
    /// <summary>Said small below the sentence, where the entry has them.</summary>
    private static readonly string[] s_small =
    [
        "person",
        "account",
        "for",
        "by",
        "confirmed_by",
        "message",
        "grant",
        "question",
        "change",
        "display_hash",
        "evidence_hash",
    ];

    public static void Write(
        StringBuilder html,
        LedgerSpan span,
        IReadOnlyList<StoredEntry> entries,
        Approval request
    )
    {
        html.Append("<h3>What happened</h3>\n<ol>\n");
        var shown = ShownCards.None;
        foreach (var entry in entries)
        {
            shown = entry.Kind is EntryKinds.RequestDisplayed ? shown.With(entry) : shown;
            Step(html, span, entry, new Story(request, LedgerSpan.Members(entry), shown));
        }

        html.Append("</ol>\n");
    }

    private static void Step(StringBuilder html, LedgerSpan span, StoredEntry entry, Story story)
    {
        var (mark, sentence) = Sentence(entry, story);
        var said = string.Join(
            ", ",
            s_small
                .Select(name => (name, Text: EventLines.Text(story.Members, name)))
                .Where(m => m.Text.Length > 0)
                .Select(m => $"{m.name.Replace('_', ' ')} {m.Text}")
        );
        html.Append(
            CultureInfo.InvariantCulture,
            $"<li class=\"{mark}\">{PageText.Time(entry.At)} {sentence}{Beside(span, entry, story)} <small>{PageText.Text(said)}{(said.Length > 0 ? " · " : "")}<code>{PageText.Text(entry.Kind)}</code> entry {entry.Seq}</small></li>\n"
        );
    }

    /// <summary>What people and agents said, which is kept beside the entry.</summary>
    private static string Beside(LedgerSpan span, StoredEntry entry, Story story)
    {
        if (span.ErasureOf(entry) is { } erasure)
        {
            return $" <i>({PageText.Text(erasure.How)})</i>";
        }

        var words = LedgerNotes.WordsBeside(entry);
        return words is { Length: > 0 } && !(EntryKinds.IsEnd(entry.Kind) && story.IsSaid(words))
            ? $"<blockquote>{PageText.Text(words)}</blockquote>"
            : "";
    }

    /// <summary>How it is marked, and the sentence, whose parts are already text of the page.</summary>
    private static (string Mark, string Html) Sentence(StoredEntry entry, Story s) =>
        entry.Kind switch
        {
            EntryKinds.RequestCreated => (
                "",
                $"<b>Asked</b> by {s["agent"]}; open until {s.Until}"
            ),
            EntryKinds.RequestDisplayed => (
                "",
                $"<b>Shown</b> in {s.Surface}, conversation {s["conversation"]}"
            ),
            EntryKinds.DecisionApproved => (
                "good",
                $"<b>{s.Who} approved</b>{s.Where}{s.AfterCard(entry)}"
            ),
            EntryKinds.DecisionRejected => (
                "bad",
                $"<b>{s.Who} rejected</b>{s.Where}{s.AfterCard(entry)}"
            ),
            EntryKinds.DecisionRefused => (
                "odd",
                $"<b>Refused:</b> {s.Who} may not ({s["refusal"]}); it counted for nothing"
            ),
            EntryKinds.RequestApproved => ("good", "<b>Approved.</b>"),
            EntryKinds.RequestDenied => ("bad", "<b>Denied.</b>"),
            EntryKinds.RequestExpired => ("odd", "<b>Expired:</b> nobody decided in time."),
            EntryKinds.RequestCancelled => ("odd", "<b>Cancelled.</b>"),
            EntryKinds.RequestReminded => ("", "<b>Reminded</b> those who had not decided"),
            EntryKinds.RequestEscalated => ("", $"<b>Escalated</b> to {s["to"]}"),
            EntryKinds.QuestionAsked => ("", $"<b>{s.Who} asked the agent</b>{s.Where}"),
            EntryKinds.QuestionAnswered => ("", "<b>The agent answered</b>"),
            _ => Run(entry, s),
        };

    private static (string Mark, string Html) Run(StoredEntry entry, Story s) =>
        entry.Kind switch
        {
            EntryKinds.GrantIssued => (
                "",
                $"<b>Grant issued</b> for {s["audience"]}, good until {s.Until}"
            ),
            EntryKinds.GrantConsumed => ("good", $"<b>Grant used</b> at the guard {s["guard"]}"),
            EntryKinds.GrantRefused => (
                "odd",
                $"<b>Grant refused</b>{(s["guard"] is { Length: > 0 } guard ? $" at the guard {guard}" : "")}: {s["refusal"]}; nothing ran by it"
            ),
            EntryKinds.GrantRevoked => ("bad", "<b>Grant revoked</b>"),
            EntryKinds.ExecutionReported => (
                s.Is("outcome", "succeeded") ? "good" : "bad",
                $"<b>Ran: {s["outcome"]}</b>{(s["guard"] is { Length: > 0 } guard ? $", as the guard {guard} saw" : ", by the agent's word")}"
            ),
            EntryKinds.ErasurePerformed => ("odd", "<b>Erased</b> what was asked and said"),
            EntryKinds.ConfigProposed or EntryKinds.ConfigChanged => (
                "",
                $"<b>{(entry.Kind is EntryKinds.ConfigChanged ? "Changed" : "Proposed")}</b> {s["area"]} {s["name"]}"
            ),
            _ => ("", $"<b>{PageText.Text(entry.Kind)}</b>"),
        };

    /// <summary>One entry of a request, as text of the page.</summary>
    private sealed record Story(Approval Request, JsonElement Members, ShownCards Shown)
    {
        public string this[string name] =>
            PageText.Text(
                name is "refusal"
                    ? EventLines.Text(Members, name).Replace('_', ' ')
                    : EventLines.Text(Members, name)
            );

        public string Surface =>
            EventLines.Text(Members, "surface") switch
            {
                "slack" => "Slack",
                "teams" => "Teams",
                "api" => "the API",
                var other => PageText.Text(other),
            };

        public string Until =>
            Members.GetProperty("expires_at").TryGetDateTimeOffset(out var at)
                ? PageText.Time(at)
                : "";

        public string Where => Surface is { Length: > 0 } and not "policy" ? $" in {Surface}" : "";

        /// <summary>By name, if this request's decisions and questions know it; else as the entry says.</summary>
        public string Who
        {
            get
            {
                var person = EventLines.Text(Members, "person");
                var name =
                    Request.Decisions.FirstOrDefault(d => Same(d.Person?.ToString(), person))?.Name
                    ?? Request
                        .Questions.FirstOrDefault(q => Same(q.Person.ToString(), person))
                        ?.Name;
                return name is { Length: > 0 } ? PageText.Text(name)
                    : this["account"] is { Length: > 0 } account ? account
                    : person.Length > 0 ? this["person"]
                    : "The policy";
            }
        }

        public bool Is(string member, string value) =>
            string.Equals(EventLines.Text(Members, member), value, StringComparison.Ordinal);

        /// <summary>As the reason of a decision, which stands in the timeline already.</summary>
        public bool IsSaid(string words) => Request.Decisions.Any(d => Same(d.Reason, words));

        public string AfterCard(StoredEntry entry) =>
            Shown.Before(entry) is { } took
                ? $", {PageText.Span(took)} after the card was there"
                : "";

        private static bool Same(string? one, string other) =>
            other.Length > 0 && string.Equals(one, other, StringComparison.Ordinal);
    }
}
