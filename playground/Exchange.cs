using System.Text.Json;

namespace ChatApprovals.Playground;

/// <summary>One HTTP exchange of the agent with the bot, word for word. Never changes; the console replaces it.</summary>
public sealed record Exchange(int N, DateTimeOffset At, string Title, string Method, string Path)
{
    public JsonElement? Request { get; init; }

    /// <summary>The header of a guarded call beside the key: <c>Approval-Initiator: …</c> or <c>Approval: apr_…</c>.</summary>
    public string? Header { get; init; }

    /// <summary>Null while waiting, and when there was no connection.</summary>
    public int? Status { get; init; }
    public JsonElement? Response { get; init; }
    public long Ms { get; init; }

    /// <summary>The bot holds the answer back (a long poll), or has not answered yet.</summary>
    public bool Waiting { get; init; }
}
