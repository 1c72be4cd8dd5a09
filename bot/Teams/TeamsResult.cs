using System.Text.Json;

namespace ChatApprovals.Teams;

/// <summary>What became of a call to the Bot Connector.</summary>
public abstract record TeamsResult
{
    private TeamsResult() { }

    /// <summary>For the log and the operator; no secrets, nothing of what was sent.</summary>
    public abstract string Text { get; }

    public sealed record Done(JsonElement Body) : TeamsResult
    {
        public override string Text => "done";
    }

    /// <summary>Teams will not: 4xx with its code.</summary>
    public sealed record Refused(int Status, string Code) : TeamsResult
    {
        public override string Text => $"Teams answered {Status} {Code}".TrimEnd();
    }

    /// <summary>Not done; later it may be (429, 412, 503).</summary>
    public sealed record Busy(int Status, TimeSpan? After) : TeamsResult
    {
        public override string Text => $"Teams answered {Status}";
    }

    /// <summary>Nobody can tell whether it was done: no answer, or one of a gateway.</summary>
    public sealed record Unheard(string Why) : TeamsResult
    {
        public override string Text => Why;
    }

    /// <summary>It never left: no token, no connection, or an address that the token must not go to.</summary>
    public sealed record NotSent(string Why) : TeamsResult
    {
        public override string Text => Why;
    }
}
