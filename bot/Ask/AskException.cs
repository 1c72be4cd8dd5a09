using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>Why <c>ask</c> ends without having run anything: a sentence, and the exit code.</summary>
public sealed class AskException(int exit, string sentence) : Exception(sentence)
{
    public int Exit => exit;

    /// <summary>The bot's answer, if it was one.</summary>
    public JsonObject? Problem { get; init; }

    public static AskException NotAsked(string sentence) => new(AskExit.NotAsked, sentence);
}
