using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// <c>transcript.html</c>: for each request what was asked, and a timeline of what was shown, decided and run, each
/// step with the number of its entry. One page that loads nothing; agents' text is set apart and inert.
/// </summary>
internal static class Transcript
{
    public static IEnumerable<ReadOnlyMemory<byte>> Write(LedgerSpan span)
    {
        yield return PageText.Bytes(PageText.Head("Approvals: the transcript"));
        yield return PageText.Bytes(
            $"<p>Ledger <code>{PageText.Text(span.Origin)}</code>, entries {span.From} to before {span.To} of "
                + $"{span.Head.Size}. A view: the evidence is the entries, see VERIFY.md.</p>\n"
                + "<input type=\"search\" placeholder=\"Filter: person, action, code, outcome…\" aria-label=\"Filter\">\n"
        );
        var any = false;
        foreach (var entries in span.Requests())
        {
            any = true;
            yield return PageText.Bytes(Request(span, entries));
        }

        if (!any)
        {
            yield return PageText.Bytes("<p>No request was made or ended in this part.</p>\n");
        }

        yield return PageText.Bytes(PageText.Foot);
    }

    private static string Request(LedgerSpan span, IReadOnlyList<StoredEntry> entries)
    {
        Approval? request = null;
        foreach (var entry in entries)
        {
            request = Replay.Next(request, entry);
        }

        var html = new StringBuilder();
        var (state, opening) = (WireNames.Of(request!.Status), request.Opening);
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <article id="{request.Id}">
            <h2><span class="state {state}">{Icon(request.Status)} {state}</span> {PageText.Text(
                opening.Request.Action.Name
            )} on {PageText.Text(opening.Request.Resource.Id)} <code>{PageText.Text(
                opening.Code
            )}</code></h2>
            <dl>

            """
        );
        var erased = entries.Any(e => e.ErasedBy is not null);
        Facts(html, request);
        if (erased)
        {
            Row(
                html,
                "Erased",
                "where it says so: names, words and what was asked in detail; the entries stay"
            );
        }

        html.Append("</dl>\n");
        if (!opening.IsErased)
        {
            Words(html, opening.Request);
        }

        html.Append("<ol>\n");
        foreach (var entry in entries)
        {
            html.Append(Step(span, entry));
        }

        return html.Append("</ol>\n</article>\n").ToString();
    }

    private static void Facts(StringBuilder html, Approval request)
    {
        var opening = request.Opening;
        var asked = opening.Request;
        Row(html, "Request", request.Id.ToString());
        Row(html, "Agent", opening.Agent.ToString());
        Row(html, "Initiator", $"{asked.Initiator.Type} {asked.Initiator.Id}");
        Row(html, "Resource", $"{asked.Resource.Type} {asked.Resource.Id}");
        Row(html, "Action's properties", asked.Action.Properties.GetRawText());
        Row(html, "Resource's properties", asked.Resource.Properties.GetRawText());
        Row(html, "Context", asked.Context.GetRawText());
        Row(html, "Risk", WireNames.Of(opening.Risk));
        Row(html, "Policy", $"{opening.Policy.Name}, version {opening.Policy.Version}");
        Row(html, "Binding hash", opening.BindingHash);
        if (request.Execution is { } run)
        {
            Row(html, "Execution", $"{run.Outcome} {run.Detail}");
        }

        if (!request.IsPending)
        {
            Row(html, "Receipt", $"receipts/{request.Id}.jws");
        }
    }

    private static void Words(StringBuilder html, ActionRequest asked)
    {
        html.Append(
            "<details class=\"words\"><summary>The agent's words, not verified</summary>\n"
        );
        html.Append(PageText.Block(asked.Justification ?? "(no justification)"));
        html.Append(PageText.Block(JsonSerializer.Serialize(asked, s_readable)));
        html.Append("</details>\n");
    }

    private static readonly JsonSerializerOptions s_readable = new(ConfigJson.Options)
    {
        WriteIndented = true,
    };

    private static string Step(LedgerSpan span, StoredEntry entry)
    {
        var members = LedgerSpan.Members(entry);
        string[] shown =
        [
            "person",
            "account",
            "for",
            "surface",
            "conversation",
            "verdict",
            "refusal",
            "by",
            "confirmed_by",
            "outcome",
            "question",
            "display_hash",
        ];
        var said = string.Join(
            ", ",
            shown
                .Select(name => (name, Text: EventLines.Text(members, name)))
                .Where(m => m.Text.Length > 0)
                .Select(m => $"{m.name} {m.Text}")
        );
        var note =
            span.ErasureOf(entry) is { } erasure ? $"({erasure.How})"
            : entry.Kind is EntryKinds.RequestCreated ? null
            : LedgerNotes.TextBeside(entry);
        return $"<li>{PageText.Time(entry.At)}<b>{PageText.Text(entry.Kind)}</b> {PageText.Text(note)}"
            + $" <small>{PageText.Text(said)} · entry {entry.Seq}</small></li>\n";
    }

    private static void Row(StringBuilder html, string name, string value) =>
        html.Append(
            CultureInfo.InvariantCulture,
            $"<dt>{name}</dt><dd>{PageText.Text(value)}</dd>\n"
        );

    private static string Icon(RequestStatus status) =>
        status switch
        {
            RequestStatus.Approved => "✔",
            RequestStatus.Denied => "✖",
            RequestStatus.Pending => "…",
            _ => "∅",
        };
}
