namespace ChatApprovals.Admin;

/// <summary>What the commands say of the settings: <see cref="PublicUrl"/> has no slash at its end.</summary>
public sealed record AdminOptions(string PublicUrl);
