using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

/// <summary>What was done in a company, raw: sets of accounts and times, for an oracle that knows no rule.</summary>
internal abstract class RawCompany
{
    public List<AccountId> Accounts { get; } = [];
    public Dictionary<AccountId, PersonId> Self { get; } = [];

    /// <summary>Accounts with the same number are linked now.</summary>
    public Dictionary<AccountId, int> Human { get; } = [];

    /// <summary>When each was last linked into somebody else's accounts.</summary>
    public Dictionary<AccountId, DateTimeOffset> LinkedAt { get; } = [];
    public List<(AccountId A, AccountId B, DateTimeOffset At)> Parted { get; } = [];

    /// <summary>Who lets whom decide in their place.</summary>
    public List<(
        AccountId From,
        AccountId To,
        DateTimeOffset At,
        DateTimeOffset Until
    )> Delegated { get; } = [];
    public Dictionary<AccountId, ImmutableArray<string>> Emails { get; } = [];
    public List<(AccountId Account, string Email, DateTimeOffset At)> GivenUp { get; } = [];

    /// <summary>Who made which group larger while the request waited.</summary>
    public List<(AccountId By, int Group)> Widened { get; } = [];
}
