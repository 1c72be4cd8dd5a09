using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>What an agent sends: strict JSON without a credential in it.</summary>
internal static class AgentBody
{
    /// <summary>
    /// As <see cref="JsonBody.FromAsync"/>, and 422 for a credential, of which nothing is kept or repeated.
    /// </summary>
    public static async Task<JsonBody> FromAsync(
        HttpRequest request,
        int max,
        CancellationToken cancel
    ) =>
        await JsonBody.FromAsync(request, max, cancel) switch
        {
            JsonBody.Read read => WithoutSecrets(read),
            JsonBody.Refused { Problem: { Errors.IsEmpty: false } problem } => new JsonBody.Refused(
                Problems.Invalid([.. problem.Errors.Select(WithoutSecret)])
            ),
            var other => other,
        };

    /// <summary>A member's name may be a credential, and then no answer repeats it.</summary>
    private static InputError WithoutSecret(InputError error) =>
        SecretScan.FamilyIn(error.Where) is null ? error : error with { Where = "" };

    private static JsonBody WithoutSecrets(JsonBody.Read read)
    {
        var findings = SecretScan.Find(read.Value);
        return findings.IsEmpty ? read : new JsonBody.Refused(InboxProblems.Secret(findings));
    }
}
