using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals;

/// <summary>
/// Reads a request that an administrator only tries, as strictly as the inbox reads an agent's. Who would
/// ask is said by <c>subject</c>; without it, the one agent there is.
/// </summary>
public static class RequestTrial
{
    public static TriedRequest Read(string json, Register register)
    {
        if (
            StrictJson.Read(Encoding.UTF8.GetBytes(json))
            is not JsonReading.Accepted { Value: var body }
        )
        {
            return Refused(
                "This is not the JSON of a request: {\"action\": …, \"resource\": …, \"initiator\": …}"
            );
        }

        var (agent, problem) = AgentOf(body, register);
        if (agent is null)
        {
            return Refused(problem);
        }

        return RequestReader.Read(body, agent.Name) switch
        {
            RequestReading.Accepted accepted => new TriedRequest(agent, accepted.Request, []),
            RequestReading.Refused refused => Refused([
                .. refused.Errors.Select(e => $"{e.Where}: {e.Detail}"),
            ]),
            _ => throw new InvalidOperationException(),
        };
    }

    private static (Agent? Agent, string Problem) AgentOf(JsonElement body, Register register)
    {
        if (
            body.ValueKind == JsonValueKind.Object
            && body.TryGetProperty("subject", out var subject)
            && subject.ValueKind == JsonValueKind.Object
            && subject.TryGetProperty("id", out var id)
            && id.ValueKind == JsonValueKind.String
        )
        {
            return
                AgentName.TryParse(id.GetString(), provider: null, out var name)
                && register.Agent(name) is { } named
                ? (named, "")
                : (null, $"There is no agent called {id.GetString()}.");
        }

        return register.Agents.Count == 1
            ? (register.Agents.Values.First(), "")
            : (
                null,
                "Say which agent asks: \"subject\": {\"type\": \"agent\", \"id\": \"<name>\"}. "
                    + $"Agents: {string.Join(", ", register.Agents.Keys)}"
            );
    }

    private static TriedRequest Refused(params ImmutableArray<string> problems) =>
        new(null, null, problems);
}
