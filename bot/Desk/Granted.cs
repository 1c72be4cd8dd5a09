using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Grants;

namespace ChatApprovals.Desk;

/// <summary>What the desk answers when an agent asks for a grant.</summary>
public abstract record Issued
{
    private Issued() { }

    public sealed record Granted(string Token, Grant Grant) : Issued;

    /// <summary>Not now; <see cref="Approval"/> is the present state.</summary>
    public sealed record Refused(GrantRefusal Why, Approval Approval) : Issued
    {
        /// <summary>What is wrong with the proof, when that is why.</summary>
        public string? Detail { get; init; }
    }

    /// <summary>Unknown, or another agent's: the caller cannot tell which.</summary>
    public sealed record NotFound : Issued;
}

/// <summary>What a guard is about to run, as it sees it itself; the subject is in the token.</summary>
public sealed record AboutToRun(NamedAction Action, Resource Resource, JsonElement Context);

/// <summary>What the desk answers a guard. All that it says is durable.</summary>
public abstract record Consumption
{
    private Consumption() { }

    /// <summary>Run it, now and once: nobody else was told so.</summary>
    public sealed record Consumed(RequestId Request) : Consumption;

    /// <summary>Do not run it. Nothing was used up.</summary>
    public sealed record Refused(GrantRefusal Why) : Consumption
    {
        /// <summary>What is wrong with the proof, when that is why.</summary>
        public string? Detail { get; init; }
    }

    /// <summary>The guard was removed, or has another key by now.</summary>
    public sealed record UnknownGuard : Consumption;
}
