using System.Globalization;
using ChatApprovals.Approvals;

namespace ChatApprovals.Inbox;

/// <summary>The contract's words and times.</summary>
internal static class Words
{
    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public static string Of(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Of(RequestStatus status) =>
        status switch
        {
            RequestStatus.Pending => "pending",
            RequestStatus.Approved => "approved",
            RequestStatus.Denied => "denied",
            RequestStatus.Expired => "expired",
            RequestStatus.Cancelled => "cancelled",
            _ => throw new ArgumentOutOfRangeException(nameof(status)),
        };

    public static RequestStatus? StatusOf(string word) =>
        word switch
        {
            "pending" => RequestStatus.Pending,
            "approved" => RequestStatus.Approved,
            "denied" => RequestStatus.Denied,
            "expired" => RequestStatus.Expired,
            "cancelled" => RequestStatus.Cancelled,
            _ => null,
        };

    public static string Of(Risk risk) =>
        risk switch
        {
            Risk.Low => "low",
            Risk.Medium => "medium",
            Risk.High => "high",
            Risk.Critical => "critical",
            _ => throw new ArgumentOutOfRangeException(nameof(risk)),
        };

    public static string Of(Verdict verdict) =>
        verdict == Verdict.Approved ? "approved" : "rejected";

    public static string Of(Surface surface) =>
        surface switch
        {
            Surface.Slack => "slack",
            Surface.Teams => "teams",
            Surface.Api => "api",
            Surface.Policy => "policy",
            _ => throw new ArgumentOutOfRangeException(nameof(surface)),
        };
}
