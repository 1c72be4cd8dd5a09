using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Export;

/// <summary>What was asked, as the card told it: what binds, the diff, and apart from that the agent's words.</summary>
internal static class TranscriptAsked
{
    private static readonly JsonSerializerOptions s_readable = new(ConfigJson.Options)
    {
        WriteIndented = true,
    };

    public static void Write(StringBuilder html, Approval request, bool isErased)
    {
        var asked = request.Opening.Request;
        html.Append("<dl>\n");
        Facts(html, request);
        if (isErased)
        {
            Row(
                html,
                "Erased",
                "where it says so: names, words and what was asked in detail; the entries stay"
            );
        }

        html.Append("</dl>\n");
        if (request.Opening.IsErased)
        {
            return;
        }

        if (asked.Diff is { } diff)
        {
            Change(html, CardDiffs.Of(diff));
        }

        Words(html, asked);
    }

    private static void Facts(StringBuilder html, Approval request)
    {
        var opening = request.Opening;
        var asked = opening.Request;
        Row(html, "Request", request.Id.ToString());
        Row(html, "Agent", opening.Agent.ToString());
        Row(html, "Started by", CardFacts.Named(asked.Initiator));
        if (!asked.OnBehalfOf.IsEmpty)
        {
            Row(html, "On behalf of", string.Join(" → ", asked.OnBehalfOf.Select(CardFacts.Named)));
        }

        Row(html, "Resource", $"{asked.Resource.Type} {asked.Resource.Id}");
        foreach (var (label, value) in CardFacts.Bound(asked).Select(f => (f.Label, f.Value)))
        {
            Row(html, label, value);
        }

        if (asked.DataScope is { } scope)
        {
            Row(html, "Data", Said(scope));
        }

        Row(html, "Policy", PolicyOf(opening));
        Row(html, "Binding hash", opening.BindingHash);
    }

    private static string PolicyOf(Opening opening)
    {
        var policy = opening.Policy;
        var stages = policy.Stages.IsDefaultOrEmpty
            ? ""
            : ": "
                + string.Join(
                    ", then ",
                    policy.Stages.Select(s => $"{s.Count} of {string.Join(", ", s.Approvers)}")
                );
        return $"{policy.Name}, version {policy.Version}{stages}";
    }

    private static string Said(DataScope scope)
    {
        string?[] parts =
        [
            scope.Classification,
            scope.Records is { } n
                ? n.ToString("N0", CultureInfo.InvariantCulture) + " records"
                : null,
            scope.Summary,
            scope.Datasets.IsDefaultOrEmpty ? null : "from " + string.Join(", ", scope.Datasets),
            scope.Fields.IsDefaultOrEmpty ? null : "fields " + string.Join(", ", scope.Fields),
            scope.Destination is { } to ? "to " + to : null,
        ];
        return string.Join("; ", parts.OfType<string>());
    }

    /// <summary>Every line with its sign: nothing is told by colour alone.</summary>
    private static void Change(StringBuilder html, CardDiff diff)
    {
        var source = diff.Computed ? "computed from before and after" : "as the agent says";
        html.Append(
            CultureInfo.InvariantCulture,
            $"<h3>Diff <small>{source}{(diff.Fault is { } fault ? "; no well-formed diff: " + PageText.Text(fault) : "")}</small></h3>\n"
        );
        foreach (var flag in diff.Flags)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>{PageText.Text(flag)}</p>\n");
        }

        html.Append("<pre class=\"diff\">");
        foreach (var line in diff.Lines)
        {
            var (name, sign) = line.Kind switch
            {
                DiffKind.Added => ("add", "+ "),
                DiffKind.Removed => ("del", "- "),
                DiffKind.Hunk or DiffKind.File => ("at", ""),
                _ => ("same", "  "),
            };
            html.Append(
                CultureInfo.InvariantCulture,
                $"<span class=\"{name}\">{sign}{PageText.Code(line.Text)}</span>"
            );
        }

        html.Append("</pre>\n");
    }

    private static void Words(StringBuilder html, ActionRequest asked)
    {
        html.Append(
            "<section class=\"words\"><h3>The agent's words <small>not verified</small></h3>\n"
        );
        html.Append(PageText.Block(asked.Justification ?? "(no justification)"));
        foreach (var evidence in asked.Evidence)
        {
            string?[] said =
            [
                evidence.Kind.Replace('_', ' '),
                evidence.Name,
                evidence.Value,
                evidence.Source,
                evidence.Rule,
                evidence.Outcome,
                evidence.Detail,
                evidence.Url,
            ];
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p>Evidence: {PageText.Text(string.Join(" · ", said.Where(s => s is { Length: > 0 })))}</p>\n"
            );
            html.Append(evidence.Text is { } text ? PageText.Block(text) : "");
        }

        html.Append(asked.Undo is { } undo ? $"<p>To undo:</p>\n{PageText.Block(undo)}" : "");
        html.Append("<details><summary>All of it, as it was sent</summary>\n");
        html.Append(PageText.Block(JsonSerializer.Serialize(asked, s_readable)));
        html.Append("</details>\n</section>\n");
    }

    private static void Row(StringBuilder html, string name, string value) =>
        html.Append(
            CultureInfo.InvariantCulture,
            $"<dt>{PageText.Text(name)}</dt><dd>{PageText.Text(value)}</dd>\n"
        );
}
