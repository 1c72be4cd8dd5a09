namespace ChatApprovals.Cards;

/// <summary>The state line: icon, word and code; never colour alone.</summary>
internal static class CardHead
{
    public static string Line(Card card) => $"{Icon(card.State)} {Word(card)} · {Code(card.Code)}";

    /// <summary>
    /// For notifications and screen readers: nothing of the action (threats T36).
    /// </summary>
    public static string Fallback(Card card) =>
        $"Approval request {Code(card.Code)}: {Word(card)}. Open the card to see it.";

    public static bool IsOpen(Card card) =>
        card.State is CardState.Pending or CardState.PartlyApproved;

    public static bool IsBad(Card card) =>
        card.State is CardState.Denied or CardState.Failed or CardState.Unknown;

    public static bool IsGood(Card card) => card.State is CardState.Approved or CardState.Executed;

    /// <summary>
    /// The code without anything but its own alphabet: it is the bot's, so this changes nothing.
    /// </summary>
    public static string Code(string code)
    {
        const int Longest = 20;
        var kept = code.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(Longest);
        return string.Concat(kept);
    }

    private static string Icon(CardState state) =>
        state switch
        {
            CardState.Pending => "⏳",
            CardState.PartlyApproved => "⏳",
            CardState.Approved => "✅",
            CardState.Denied => "⛔",
            CardState.Expired => "⌛",
            CardState.Cancelled => "🚫",
            CardState.Executed => "🏁",
            CardState.Failed => "❌",
            CardState.Unknown => "❓",
            _ => "❔",
        };

    private static string Word(Card card) =>
        card.State switch
        {
            CardState.Pending => "Pending",
            CardState.PartlyApproved => "Partly approved",
            CardState.Approved => "Approved",
            CardState.Denied => "Denied",
            CardState.Expired => "Expired",
            CardState.Cancelled => "Cancelled",
            CardState.Executed => "Approved and executed",
            CardState.Failed => "Approved, execution failed",
            CardState.Unknown => "Approved, outcome unknown",
            _ => "Unknown state",
        };
}
