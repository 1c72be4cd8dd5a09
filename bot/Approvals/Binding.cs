using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Approvals;

/// <summary>
/// What is approved is what runs: <c>binding_hash</c> = base64url(SHA-256(JCS({subject, action, resource,
/// context}))) with a 128-bit <c>context.salt</c> (AuthZEN access-request profile, RFC 8785). Only these
/// four members bind. Absent properties are <c>{}</c>.
/// </summary>
public static class Binding
{
    private const int SaltBytes = 16;

    public static string NewSalt() =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltBytes));

    public static string Hash(
        AgentName agent,
        NamedAction action,
        Resource resource,
        JsonElement context,
        string salt
    ) =>
        Base64Url.EncodeToString(
            SHA256.HashData(Canonical(agent, action, resource, context, salt))
        );

    /// <summary>The canonical form of <see cref="Document"/>: its own members stand here in their order.</summary>
    private static byte[] Canonical(
        AgentName agent,
        NamedAction action,
        Resource resource,
        JsonElement context,
        string salt
    ) =>
        new CanonicalText()
            .Raw("""{"action":{"name":""")
            .String(action.Name)
            .Raw(""","properties":""")
            .Value(action.Properties)
            .Raw("""},"context":""")
            .ObjectWith(context, "salt", salt)
            .Raw(""","resource":{"id":""")
            .String(resource.Id)
            .Raw(""","properties":""")
            .Value(resource.Properties)
            .Raw(""","type":""")
            .String(resource.Type)
            .Raw("""},"subject":{"id":""")
            .String(agent.ToString())
            .Raw(""","type":"agent"}}""")
            .ToUtf8();

    /// <summary>The four members as one document, before they are made canonical.</summary>
    public static JsonObject Document(
        AgentName agent,
        NamedAction action,
        Resource resource,
        JsonElement context,
        string salt
    )
    {
        var salted = JsonObject.Create(context)!;
        salted["salt"] = salt;
        return new JsonObject
        {
            ["subject"] = new JsonObject { ["type"] = "agent", ["id"] = agent.ToString() },
            ["action"] = new JsonObject
            {
                ["name"] = action.Name,
                ["properties"] = JsonObject.Create(action.Properties),
            },
            ["resource"] = new JsonObject
            {
                ["type"] = resource.Type,
                ["id"] = resource.Id,
                ["properties"] = JsonObject.Create(resource.Properties),
            },
            ["context"] = salted,
        };
    }
}
