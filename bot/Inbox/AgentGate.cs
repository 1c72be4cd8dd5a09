using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>Who is asking, by the key in the <c>Authorization</c> header.</summary>
public abstract record Admission
{
    private Admission() { }

    public sealed record Admitted(Agent Agent) : Admission;

    public sealed record Refused(Problem Problem) : Admission;
}

/// <summary>
/// Lets in agents by their key. A missing, malformed, mistyped, unknown and withdrawn key, and a guard's or
/// auditor's key, look the same: 401. A disabled agent: 403. Keys are found by their SHA-256, so the time
/// it takes says nothing about them.
/// </summary>
public sealed class AgentGate(Func<Register> current)
{
    public Admission Admit(HttpRequest request)
    {
        if (Bearer.Of(request) is not { } token)
        {
            return new Admission.Refused(Problems.Unauthenticated);
        }

        var agent = Bearer.Key(token, ApiKeyKind.Agent) is { } key
            ? current().AgentByKey(key.Hash)
            : null;
        return agent switch
        {
            null => new Admission.Refused(Problems.UnknownKey),
            { Disabled: true } => new Admission.Refused(InboxProblems.AgentDisabled),
            _ => new Admission.Admitted(agent),
        };
    }

    /// <summary>
    /// Null while whoever was let in with this call still would be, else why not: asked again by what holds a
    /// call open.
    /// </summary>
    public Problem? WhyNot(HttpRequest request) =>
        Admit(request) is Admission.Refused refused ? refused.Problem : null;

    /// <summary>The register as of now, to count approvals by.</summary>
    public Register Register => current();
}
