using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>What an agent sends: strict JSON without a credential in it.</summary>
internal static class AgentBody
{
    /// <summary>
    /// As <see cref="JsonBody"/>, and 422 for a credential, of which nothing is kept or repeated.
    /// </summary>
    public static async Task<JsonBody> FromAsync(
        HttpRequest request,
        int max,
        CancellationToken cancel
    ) => Checked(await JsonBody.FromAsync(request, max, cancel));

    /// <summary>The same, of what was read already.</summary>
    public static JsonBody Checked(JsonBody body) =>
        body switch
        {
            JsonBody.Read read => WithoutSecrets(read),
            JsonBody.Refused refused => new JsonBody.Refused(Unrepeated(refused.Problem)),
            _ => body,
        };

    /// <summary>Without the members' names that are a credential.</summary>
    public static Problem Unrepeated(Problem problem) =>
        problem.Errors.IsEmpty
            ? problem
            : Problems.Invalid([.. problem.Errors.Select(WithoutSecret)]);

    /// <summary>A member's name may be a credential, and then no answer repeats it.</summary>
    private static InputError WithoutSecret(InputError error) =>
        SecretScan.FamilyIn(error.Where) is null ? error : error with { Where = "" };

    private static JsonBody WithoutSecrets(JsonBody.Read read)
    {
        var findings = SecretScan.Find(read.Value);
        return findings.IsEmpty ? read : new JsonBody.Refused(InboxProblems.Secret(findings));
    }
}
