using System.Globalization;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// <c>transcript.html</c>: for each request what was asked, with its diff, and a timeline of what was shown, decided, granted
/// and run, each step with the number of its entry, and where its receipt is. One page that loads nothing; agents' text
/// is set apart and inert.
/// </summary>
internal static class Transcript
{
    public static IEnumerable<ReadOnlyMemory<byte>> Write(LedgerSpan span)
    {
        yield return PageText.Bytes(PageText.Head("Approvals: the transcript"));
        yield return PageText.Bytes(
            $"<p>Ledger <code>{PageText.Text(span.Origin)}</code>, entries {span.From} to before {span.To} of "
                + $"{span.Head.Size}. Times are UTC. A view: the evidence is the entries, see VERIFY.md.</p>\n"
                + "<div class=\"find screen\"><input type=\"search\" placeholder=\"Find: person, action, code, outcome, any words…\" "
                + "aria-label=\"Find requests\"><output></output></div>\n<main>\n"
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

        yield return PageText.Bytes("</main>\n" + PageText.Foot);
    }

    private static string Request(LedgerSpan span, IReadOnlyList<StoredEntry> entries)
    {
        Approval? request = null;
        foreach (var entry in entries)
        {
            request = Replay.Next(request, entry);
        }

        var html = new StringBuilder();
        Heading(html, request!);
        TranscriptAsked.Write(html, request!, entries.Any(e => e.ErasedBy is not null));
        TranscriptSteps.Write(html, span, entries, request!);
        Receipt(html, request!);
        return html.Append("</article>\n").ToString();
    }

    private static void Heading(StringBuilder html, Approval request)
    {
        var (state, opening) = (WireNames.Of(request.Status), request.Opening);
        var risk = WireNames.Of(opening.Risk);
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <article id="{request.Id}">
            <h2><span class="state {state}">{Icon(request.Status)} {state}</span> {PageText.Text(
                opening.Request.Action.Name
            )} <span class="on">on</span> {PageText.Text(opening.Request.Resource.Id)}</h2>
            <p class="by">{Summary(request)} <span class="risk {risk}">{risk} risk</span> <code>{PageText.Text(
                opening.Code
            )}</code></p>

            """
        );
    }

    /// <summary>The whole story in a line, for who leafs through.</summary>
    private static string Summary(Approval request)
    {
        var asked = request.Opening.Request;
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{PageText.Time(request.CreatedAt)} {PageText.Text(request.Opening.Agent.ToString())} asked for {PageText.Text(asked.Initiator.Name ?? asked.Initiator.Id)}"
        );
        var people = request.Decisions.Where(d => d.Person is not null).Select(d => d.Name);
        var who = string.Join(", ", people.Distinct(StringComparer.Ordinal));
        if (request.EndedAt is { } end)
        {
            var by = who.Length > 0 ? $" by {PageText.Text(who)}" : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"; {WireNames.Of(request.Status)}{by} after {PageText.Span(end - request.CreatedAt)}"
            );
        }

        return text.Append(
                request.Execution is { } run ? $"; execution {PageText.Text(run.Outcome)}." : "."
            )
            .ToString();
    }

    private static void Receipt(StringBuilder html, Approval request)
    {
        if (!request.IsPending)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"receipt\">Receipt: <a href=\"receipts/{request.Id}.jws\">receipts/{request.Id}.jws</a>, and the proof of its entry: <a href=\"proofs/{request.Id}.tlog-proof\">proofs/{request.Id}.tlog-proof</a></p>\n"
            );
        }
    }

    private static string Icon(RequestStatus status) =>
        status switch
        {
            RequestStatus.Approved => "✔",
            RequestStatus.Denied => "✖",
            RequestStatus.Pending => "…",
            _ => "∅",
        };
}
