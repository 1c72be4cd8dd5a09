using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Draws a <see cref="Card"/> as Slack Block Kit: <c>{text, blocks}</c> for chat.postMessage and chat.update, or a view for
/// views.open and views.update. Pure: equal cards give equal bytes.
/// </summary>
public static class BlockKit
{
    /// <summary>The card as a message: <c>{text, blocks}</c>.</summary>
    public static Rendering Message(Card card) => Rendering.Of(new JsonObject(), false, false);

    /// <summary>
    /// One page (from 1) of the whole request as a modal, <c>callback_id</c> <c>approve</c>, <c>private_metadata</c> a
    /// <see cref="ReviewRef"/>. A page beyond the last is the last. Only the last page can be submitted (= Approve).
    /// </summary>
    public static Rendering Review(Card card, int page) =>
        Rendering.Of(new JsonObject(), false, false);

    /// <summary>
    /// The modal that asks for a reason: <c>callback_id</c> = <paramref name="verdict"/> (<c>approve</c>, <c>reject</c>,
    /// <c>question</c>), input block and action <c>reason</c>, <c>private_metadata</c> = the token.
    /// </summary>
    public static byte[] ReasonModal(string verdict, string token, string code, bool required) =>
        [];

    /// <summary>A plain text answer as a message <c>{text, blocks}</c>; the lines are literal.</summary>
    public static byte[] Note(string title, IReadOnlyList<string> lines) => [];

    /// <summary>The same as <see cref="Note"/>, as a modal with nothing to submit.</summary>
    public static byte[] NoteModal(string title, IReadOnlyList<string> lines) => [];
}
