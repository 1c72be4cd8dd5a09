using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>What the commands say of the settings: <see cref="PublicUrl"/> has no slash at its end.</summary>
public sealed record AdminOptions(string PublicUrl)
{
    /// <summary>Reads a request's JSON as the inbox does, without anything coming of it.</summary>
    public Func<string, Register, TriedRequest> ReadRequest { get; init; } =
        (_, _) => new TriedRequest(null, null, ["Requests cannot be read here."]);
}
