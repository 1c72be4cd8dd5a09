using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>Whether the card that was clicked had an Approve button: a long action is approved in its review.</summary>
internal static class CardFit
{
    /// <summary>Below this many characters of opening every card fits; above it is rendered to find out.</summary>
    private const int SurelyFits = 1_000;

    public static bool OffersApprove(Approval approval, Click click)
    {
        if (approval.CopyOf(click.Token) is not { } copy || IsShort(approval.Opening.Request))
        {
            return true;
        }

        var card = ApprovalCard.For(approval, Register.Empty, copy, viewer: null, member: null);
        return copy.Surface == Surface.Slack
            ? BlockKit.Message(card).OffersApprove
            : AdaptiveCard.Message(card, []).OffersApprove;
    }

    private static bool IsShort(ActionRequest request) =>
        request.Diff is null
        && request.DataScope is null
        && request.OnBehalfOf.IsEmpty
        && request.Action.Name.Length
            + request.Action.Properties.GetRawText().Length
            + request.Resource.Id.Length
            + request.Resource.Type.Length
            + request.Resource.Properties.GetRawText().Length
            + request.Context.GetRawText().Length
            < SurelyFits;
}
