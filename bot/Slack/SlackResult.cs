using System.Text.Json;

namespace ChatApprovals.Slack;

/// <summary>What became of a call of Slack's Web API.</summary>
public abstract record SlackResult
{
    private SlackResult() { }

    /// <summary><c>ok: true</c>; the whole answer.</summary>
    public sealed record Done(JsonElement Body) : SlackResult;

    /// <summary><c>ok: false</c>: Slack's own error name, and what it says more (never our token).</summary>
    public sealed record Refused(string Error, string? Detail) : SlackResult;

    /// <summary>429, or still within an earlier one's time: Slack did nothing.</summary>
    public sealed record Throttled(TimeSpan After) : SlackResult;

    /// <summary>Slack cannot have heard it.</summary>
    public sealed record NotSent(string Why) : SlackResult;

    /// <summary>Slack may have done it: the answer was lost or cannot be understood.</summary>
    public sealed record Unsure(string Why) : SlackResult;

    /// <summary>One clause for people and logs.</summary>
    public string Text =>
        this switch
        {
            Done => "it worked",
            Refused r => SlackErrors.Sentence(r),
            Throttled t => $"Slack asks to wait {t.After.TotalSeconds:0} s",
            NotSent n => n.Why,
            Unsure u => u.Why,
            _ => "?",
        };
}
