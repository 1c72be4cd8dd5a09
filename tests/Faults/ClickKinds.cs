using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Faults;

/// <summary>Which entries a click writes.</summary>
internal static class ClickKinds
{
    /// <param name="desk">Where it is clicked.</param>
    /// <param name="request">On what; null: the day did not get so far.</param>
    /// <param name="surface">On which of its copies.</param>
    /// <param name="ends">The kind that ends it; null: the click is refused.</param>
    public static async Task<string[]> OfAsync(
        TestDesk desk,
        Approval? request,
        Surface surface,
        string? ends
    )
    {
        if (ends is null)
        {
            return [EntryKinds.DecisionRefused];
        }

        string[] kinds =
        [
            ends is EntryKinds.RequestDenied
                ? EntryKinds.DecisionRejected
                : EntryKinds.DecisionApproved,
            ends,
            .. request?.Change is null ? Array.Empty<string>() : [EntryKinds.ConfigChanged],
        ];
        // Where no entry says that the card was shown, one says with the decision what it is on.
        return
            request is not null
            && (await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!
                .Copies.First(c => c.Surface == surface)
                .DisplayHash
                is null
            ? [EntryKinds.RequestDisplayed, .. kinds]
            : kinds;
    }
}
