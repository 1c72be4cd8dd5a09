using System.Text;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>What agents send: requests of an everyday size, each another one, and long polls.</summary>
internal sealed class Asking(IReadOnlyList<string> keys)
{
    private long _count;

    /// <summary>A new request of one agent.</summary>
    public byte[] Create(int agent)
    {
        var number = Interlocked.Increment(ref _count);
        var body = $$$"""
            {"action":{"name":"iam.role.attach_policy","properties":{"policy":"AdministratorAccess","reason_code":"deploy"}},
            "resource":{"type":"aws.iam.role","id":"arn:aws:iam::123456789012:role/deployer-{{{number}}}",
            "properties":{"environment":"production","account":"payments"}},
            "context":{"change_ticket":"CHG-{{{number}}}"},
            "initiator":{"type":"human","id":"alice@acme.example","name":"Alice Ng"},
            "justification":"Deploy {{{number}}} needs to attach the role once; it is detached when the deploy is done.",
            "risk":"high","expires_in":900}
            """;
        var headers = Authorization(agent) + "Content-Type: application/json\r\n";
        return Wire.Request("POST", "/v1/requests", headers, body);
    }

    /// <summary>Waits for the end of a request of that agent.</summary>
    public byte[] Poll(int agent, string id) =>
        Wire.Request("GET", $"/v1/requests/{id}?wait=60", Authorization(agent), body: null);

    /// <summary>The id in an answer: its first member.</summary>
    public static string IdOf(WireAnswer answer)
    {
        var start = "{\"id\":\"".Length;
        var body = answer.Body.Span[start..];
        return Encoding.ASCII.GetString(body[..body.IndexOf((byte)'"')]);
    }

    /// <summary>The header of one of the agents: they take turns.</summary>
    public string Authorization(int agent) =>
        $"Authorization: Bearer {keys[agent % keys.Count]}\r\n";
}
