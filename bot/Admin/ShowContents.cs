using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>What a request is about, as <c>show</c> tells it. All of it is foreign text.</summary>
internal static class ShowContents
{
    /// <summary>Own limits: an answer is read in a chat.</summary>
    private const int PropertiesMax = 40;
    private const int DiffLinesMax = 20;

    /// <summary>What would run, every property that binds on its own line, and what it touches.</summary>
    public static IEnumerable<string> Facts(ActionRequest request)
    {
        yield return $"Action: {Say.Text(request.Action.Name)}";
        yield return $"Resource: {Say.Text(request.Resource.Type)} {Say.Text(request.Resource.Id)}";
        if (request.Call is { } call)
        {
            yield return $"Sends: {Say.Text(call.Line)}";
        }

        var bound = CardFacts.Bound(request);
        foreach (var line in Cut(bound, PropertiesMax, f => $"{f.Label}: {f.Value}"))
        {
            yield return line;
        }

        if (request is { Audience: { } audience, Call: null })
        {
            yield return $"Runs at: {Say.Text(audience)}";
        }

        if (request.DataScope is { } scope)
        {
            yield return $"Data: {Say.Text(string.Join("; ", Of(scope)))}";
        }

        foreach (var line in request.Diff is { } diff ? Of(CardDiffs.Of(diff)) : [])
        {
            yield return line;
        }
    }

    /// <summary>What the agent says, which nobody has verified.</summary>
    public static IEnumerable<string> Words(ActionRequest request)
    {
        const string Unverified = "The agent's words, not verified";
        if (request.Justification is { Length: > 0 } words)
        {
            yield return $"{Unverified}: {Say.Text(words)}";
        }

        foreach (var evidence in request.Evidence)
        {
            yield return $"{Unverified}, evidence: {Say.Text(Of(evidence))}";
        }

        if (request.Undo is { Length: > 0 } undo)
        {
            yield return $"{Unverified}, how to undo it: {Say.Text(undo)}";
        }
    }

    private static IEnumerable<string> Of(DataScope scope) =>
        new[]
        {
            scope.Classification,
            scope.Summary,
            scope.Records is { } n ? $"{n} records" : null,
            scope.Datasets.IsEmpty ? null : $"datasets {string.Join(", ", scope.Datasets)}",
            scope.Fields.IsEmpty ? null : $"fields {string.Join(", ", scope.Fields)}",
            scope.Destination is { } to ? $"to {to}" : null,
        }.OfType<string>();

    private static IEnumerable<string> Of(CardDiff diff)
    {
        var claimed = diff.Computed ? "" : " (as the agent gives it)";
        yield return $"Change{claimed}: {Say.Count(diff.Lines.Length, "line", "lines")}";
        foreach (var line in Cut(diff.Lines, DiffLinesMax, l => Sign(l.Kind) + l.Text))
        {
            yield return line;
        }
    }

    private static string Of(Evidence e) =>
        string.Join(
            ": ",
            new[] { e.Name, e.Source, e.Rule, e.Outcome, e.Detail, e.Value, e.Url, e.Text }.Where(
                t => t is { Length: > 0 }
            )
        );

    private static string Sign(DiffKind kind) =>
        kind switch
        {
            DiffKind.Added => "+ ",
            DiffKind.Removed => "- ",
            _ => "  ",
        };

    private static IEnumerable<string> Cut<T>(
        IReadOnlyList<T> all,
        int most,
        Func<T, string> write
    ) =>
        all.Take(most)
            .Select(item => Say.Text(write(item)))
            .Concat(
                all.Count > most
                    ? [$"… and {all.Count - most} more: the card's review has them"]
                    : []
            );
}
