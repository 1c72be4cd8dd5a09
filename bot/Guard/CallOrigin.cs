using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>
/// Who is behind a call, by its headers: <c>Approval-Initiator</c>, an identifier of a human as in the inbox,
/// or <c>service:…</c>, <c>schedule:…</c>; without it the agent itself, as a service. The agent's owners and
/// whoever got its key are excluded in any case. <c>Approval-Justification</c> is text.
/// </summary>
internal sealed record CallOrigin(Party Initiator, string? Justification)
{
    private const string InitiatorHeader = "Approval-Initiator";
    private const string JustificationHeader = "Approval-Justification";

    private static readonly string[] s_types = ["human", "service", "schedule"];

    /// <summary>Null with a problem when a header is not as it must be: nobody may be excluded too little.</summary>
    public static (CallOrigin? Origin, Problem? Problem) Of(HttpRequest request, AgentName agent)
    {
        if (!TryOne(request, InitiatorHeader, RequestLimits.PartyIdMax, out var initiator))
        {
            return (
                null,
                Problems.BadHeader($"{InitiatorHeader}: send it once, as an identifier.")
            );
        }

        if (!TryOne(request, JustificationHeader, RequestLimits.NoteMax, out var justification))
        {
            return (null, Problems.BadHeader($"{JustificationHeader}: send it once, as text."));
        }

        var party = initiator is null
            ? new Party("service", agent.ToString(), Name: null)
            : Parse(initiator);
        return party.Id.Length > 0 && PartyReader.IsComparable(party.Id)
            ? (new CallOrigin(party, justification), null)
            : (null, Problems.BadHeader($"{InitiatorHeader}: no identifier that can be compared."));
    }

    private static Party Parse(string text)
    {
        var type = s_types.FirstOrDefault(t => text.StartsWith(t + ":", StringComparison.Ordinal));
        return type is null
            ? new Party("human", text, Name: null)
            : new Party(type, text[(type.Length + 1)..], Name: null);
    }

    private static bool TryOne(HttpRequest request, string name, int max, out string? value)
    {
        value = null;
        if (!request.Headers.TryGetValue(name, out var values))
        {
            return true;
        }

        value = values is [{ } one] && one.Length <= max ? one : null;
        return value is { Length: > 0 };
    }
}
