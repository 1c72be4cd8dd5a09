using System.Text.Json.Nodes;

namespace ChatApprovals.Approvals;

public static class CanonicalJson
{
    public static byte[] Write(JsonNode node) =>
        System.Text.Encoding.UTF8.GetBytes(node.ToJsonString());
}
