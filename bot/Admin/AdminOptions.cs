using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>What the commands say of the settings, and what they need to show.</summary>
/// <param name="PublicUrl">Without a slash at its end.</param>
/// <param name="Callbacks">The secrets that sign agents' callbacks, as their receivers need them.</param>
public sealed record AdminOptions(string PublicUrl, CallbackSecrets Callbacks)
{
    /// <summary><c>Api:Oidc:Issuer</c>; null: nobody decides by API.</summary>
    public string? Issuer { get; init; }

    /// <summary>Reads a request's JSON as the inbox does, without anything coming of it.</summary>
    public Func<string, Register, TriedRequest> ReadRequest { get; init; } =
        (_, _) => new TriedRequest(null, null, ["Requests cannot be read here."]);

    /// <summary>
    /// Why an upstream cannot be called from here now (its address, what its headers come from), in a
    /// sentence, or null.
    /// </summary>
    public Func<Upstream, CancellationToken, Task<string?>> WhyNotUpstream { get; init; } =
        (_, _) => Task.FromResult<string?>("There are no guarded endpoints here.");

    /// <summary>Why an address cannot be called back from here now, in a sentence, or null; true: may be private.</summary>
    public Func<Uri, bool, CancellationToken, Task<string?>> WhyNotCallback { get; init; } =
        (_, _, _) => Task.FromResult<string?>("There are no callbacks here.");
}
