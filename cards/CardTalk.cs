using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>
/// A question or an answer as a message of its own beneath a card. The frame is the bot's; who and what are
/// raw, and drawn literally. <see cref="Surface"/>: where it was asked; null for the agent's answer.
/// </summary>
public sealed record CardTalk(string Who, string? Surface, string Text)
{
    private const int LinesShown = 60;

    /// <summary>For notifications: nothing of what was said (threats T36).</summary>
    internal string Summary =>
        Surface is null ? "The agent answered a question" : "A question to the agent";

    internal ImmutableArray<Part> Parts(Room room)
    {
        var who = new Span(CardText.Code(Who), Tone.Value);
        var head = Surface is null
            ? Line.Of(
                new Span("The agent ", Tone.Label),
                who,
                new Span(" answers; its words, not verified", Tone.Label)
            )
            : Line.Of(
                who,
                new Span(" asks the agent", Tone.Label),
                new Span(ApprovalLines.Where(Surface), Tone.Plain)
            );
        var part = new Part(PartKind.Facts, null, [head, .. WordLines.Quoted(Text)]);
        return [Fitted.Clip(part, room.Essential, LinesShown, room, "in the card's Review")];
    }
}
