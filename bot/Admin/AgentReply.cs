using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>What <c>agent …</c> answers.</summary>
internal static class AgentReply
{
    private const string Example =
        """{"action":{"name":"demo.hello"},"resource":{"type":"demo","id":"1"},"initiator":{"type":"service","id":"demo"}}""";

    /// <summary>The key, shown this once, and the line that tries it.</summary>
    public static Reply Key(
        string title,
        AgentName name,
        ApiKey key,
        Register register,
        AdminOptions options
    )
    {
        var agent = register.Agent(name);
        List<string> lines =
        [
            $"Key: {key.Reveal()}",
            "It is shown only now. Keep it where the agent keeps its secrets; a lost key is replaced by: "
                + $"agent rotate {name}",
            $"Try it: curl -sS {options.PublicUrl}/v1/requests -H 'Authorization: Bearer {key.Reveal()}' "
                + $"-H 'Content-Type: application/json' -d '{Example}'",
            "You received its key, so you cannot decide its requests; nor can its owners.",
        ];
        if (agent is { Disabled: true })
        {
            lines.Add($"It is disabled. To let it ask: agent enable {name}");
        }

        if (agent is not null && Reach.WhyNobody(agent, register) is { } nobody)
        {
            lines.Add($"Warning: {nobody}");
        }

        lines.Add(Proposal.Unreviewed);
        return new Reply(title, [.. lines]) { Secret = true };
    }

    public static Reply Owners(AgentName name, Register register)
    {
        var agent = register.Agent(name);
        List<string> lines =
        [
            $"Owners now: {Say.Names(register, agent?.Owners ?? [])}",
            "They cannot decide its requests. For requests that wait already, those before cannot either.",
        ];
        if (agent is not null && Reach.WhyNobody(agent, register) is { } nobody)
        {
            lines.Add($"Warning: {nobody}");
        }

        lines.Add(Proposal.Unreviewed);
        return new Reply($"Owners of {name} changed", [.. lines]);
    }

    public static Reply List(int page, Register register) =>
        register.Agents.IsEmpty
            ? new Reply("Agents", ["There is none yet. Make one: agent add <name> owner @p"])
            : Pages.Reply(
                "Agents",
                "agent list",
                page,
                [.. register.Agents.Values.Select(a => Line(a, register))]
            );

    private static string Line(Agent agent, Register register)
    {
        var actions = agent.Actions.IsEmpty ? "any action" : string.Join(' ', agent.Actions);
        var disabled = agent.Disabled ? " — DISABLED" : "";
        return $"{agent.Name} — owned by {Say.Names(register, agent.Owners)} — {actions} — key of "
            + $"{Say.Time(agent.KeyCreatedAt)} received by {Say.Name(register, agent.KeyCreator)}{disabled}";
    }
}
