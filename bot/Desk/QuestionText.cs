namespace ChatApprovals.Desk;

/// <summary>What whoever asked is told, alone. The same words on every surface.</summary>
public static class QuestionText
{
    public const string Asked = "Your question is with the agent.";

    public const string Then =
        "Its answer will be on the card and in the card's thread. The deadline stays as it is.";
}
