using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Export;

/// <summary>
/// Whether a <c>request.created</c> and what is kept beside it say the same, and whether the hashes in both are those of what
/// was asked and of the rule.
/// </summary>
internal static class OpeningRules
{
    /// <summary>Of the head and of what every opening has; <c>idempotency_hash</c> and <c>content</c> may be there too.</summary>
    private static readonly string[] s_members =
    [
        "v",
        "seq",
        "at",
        "kind",
        "txn",
        "agent",
        "action",
        "resource",
        "risk",
        "code",
        "binding_hash",
        "policy",
        "expires_at",
    ];

    /// <summary>What is wrong, for a sentence that begins with the entry; or null.</summary>
    public static string? WhyNot(JsonElement members, Opening opening)
    {
        var request = opening.Request;
        var bound = Binding.Hash(
            opening.Agent,
            request.Action,
            request.Resource,
            request.Context,
            opening.Salt
        );
        return !string.Equals(bound, opening.BindingHash, StringComparison.Ordinal)
                ? "has a binding_hash that is not that of what was asked"
            : (Other(members, opening) ?? More(members, opening)) is { } name
                ? $"says another {name} than what is kept beside it"
            : null;
    }

    /// <summary>A member that is not the same in both; null: there is none.</summary>
    private static string? Other(JsonElement members, Opening opening)
    {
        var (request, policy) = (opening.Request, members.GetProperty("policy"));
        var resource = members.GetProperty("resource");
        return !Is(members, "agent", opening.Agent.ToString()) ? "agent"
            : !Is(members, "action", request.Action.Name) ? "action"
            : !Is(resource, "type", request.Resource.Type)
            || !Is(resource, "id", request.Resource.Id)
            || resource.GetPropertyCount() != 2
                ? "resource"
            : !Is(members, "risk", WireNames.Of(opening.Risk)) ? "risk"
            : !Is(members, "code", opening.Code) ? "code"
            : !Is(members, "binding_hash", opening.BindingHash) ? "binding_hash"
            : !Is(policy, "name", opening.Policy.Name)
            || policy.GetProperty("version").GetInt32() != opening.Policy.Version
            || !Is(policy, "hash", opening.PolicyHash)
            || policy.GetPropertyCount() != 3
                ? "policy"
            : !Is(members, "expires_at", Rfc3339.Write(opening.ExpiresAt)) ? "expires_at"
            : null;
    }

    /// <summary>A member that may be missing and is there in one alone, or that no opening has.</summary>
    private static string? More(JsonElement members, Opening opening)
    {
        var isKeyed = members.TryGetProperty("idempotency_hash", out var key);
        var isBeside = members.TryGetProperty("content", out _);
        if (
            isKeyed
                ? !key.ValueEquals(opening.IdempotencyHash)
                : opening.IdempotencyHash is not null
        )
        {
            return "idempotency_hash";
        }

        var due = s_members.Length + (isKeyed ? 1 : 0) + (isBeside ? 1 : 0);
        return members.GetPropertyCount() == due
            ? null
            : members
                .EnumerateObject()
                .Select(m => m.Name)
                .First(n =>
                    n is not ("idempotency_hash" or "content")
                    && !s_members.Contains(n, StringComparer.Ordinal)
                );
    }

    private static bool Is(JsonElement members, string name, string value) =>
        members.GetProperty(name).ValueEquals(value);
}
