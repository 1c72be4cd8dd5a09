using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Inbox;

/// <summary>
/// Turns the changes of one request, taken from the first in order, into frames of
/// <c>text/event-stream</c>, and knows when nothing more can come. Pure.
/// </summary>
public sealed class EventFeed(RequestId id)
{
    private const string Reported = "execution.reported";
    private bool _reported;

    /// <summary>The request's state after the last change that was taken.</summary>
    public string Status { get; private set; } = "pending";

    /// <summary>Ledger position of the last change that was taken; −1 before the first.</summary>
    public long Seq { get; private set; } = -1;

    /// <summary>Ended without approval, or approved and its execution reported.</summary>
    public bool IsOver => Status is "denied" or "expired" or "cancelled" || _reported;

    /// <summary>Id: the ledger position; event: the kind of entry; data: as in a callback, and the status.</summary>
    public string Take(Change change)
    {
        Status = change.Kind switch
        {
            "request.approved" => "approved",
            "request.denied" => "denied",
            "request.expired" => "expired",
            "request.cancelled" => "cancelled",
            _ => Status,
        };
        _reported |= string.Equals(change.Kind, Reported, StringComparison.Ordinal);
        Seq = change.Seq;
        var data =
            $$"""{"type":"{{change.Kind}}","id":"{{id}}","timestamp":"{{Rfc3339.Write(change.At)}}","status":"{{Status}}"}""";
        return $"id: {change.Seq}\nevent: {change.Kind}\ndata: {data}\n\n";
    }
}
