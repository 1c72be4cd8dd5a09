using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>
/// What the card that was clicked showed: whether it had an Approve button (a long action is approved in its
/// review), and the hash of what was read.
/// </summary>
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
        return Message(copy, card).OffersApprove;
    }

    /// <summary>
    /// The hash of what was shown, where it is not the hash of the card's message: the whole review as this
    /// person reads it, or the message while its posting is not yet known to have worked. Else null.
    /// </summary>
    public static string? ShownInstead(
        Approval approval,
        Register register,
        Click click,
        Member member
    )
    {
        var copy = approval.CopyOf(click.Token)!;
        if (!click.Reviewed)
        {
            return copy.DisplayHash is null
                ? Message(copy, ApprovalCard.For(approval, register, copy, null, null)).DisplayHash
                : null;
        }

        if (click.ReviewHash is { } read)
        {
            return read;
        }

        var viewer = register.PersonOf(click.Account);
        var card = ApprovalCard.For(approval, register, copy, viewer, member);
        return copy.Surface == Surface.Slack
            ? BlockKit.Review(card, int.MaxValue).DisplayHash
            : AdaptiveCard.Review(card, int.MaxValue).DisplayHash;
    }

    private static Rendering Message(CardCopy copy, Card card) =>
        copy.Surface == Surface.Slack ? BlockKit.Message(card) : AdaptiveCard.Message(card, []);

    private static bool IsShort(ActionRequest request) =>
        request.Diff is null
        && request.Call is null
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
