using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>Where people decide, and <see cref="Policy"/> for what a policy decided by itself.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Surface>))]
public enum Surface
{
    [JsonStringEnumMemberName("slack")]
    Slack,

    [JsonStringEnumMemberName("teams")]
    Teams,

    [JsonStringEnumMemberName("api")]
    Api,

    [JsonStringEnumMemberName("policy")]
    Policy,
}

/// <summary>
/// What a platform's own directory says of an account now. Only a live, full, human member of the
/// enrolled workspace or tenant may decide; <see cref="Obstacle"/> names what is in the way.
/// </summary>
public sealed record Member(AccountId Account, string Name, ImmutableArray<string> Emails)
{
    /// <summary>Null for a live, full, human member; else why the account may not act.</summary>
    public MemberObstacle? Obstacle { get; init; }
}

/// <summary>Why the directory's answer is not enough to let an account act.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemberObstacle>))]
public enum MemberObstacle
{
    /// <summary>A guest of the workspace or tenant.</summary>
    Guest,

    /// <summary>From another workspace or tenant.</summary>
    Stranger,

    /// <summary>A bot, an app or a workflow.</summary>
    NotHuman,

    /// <summary>Deactivated, or only invited.</summary>
    Deactivated,

    /// <summary>The directory could not be asked, or answered in part.</summary>
    Unknown,

    /// <summary>The directory answers that it has no such account, or none any more.</summary>
    NoSuchAccount,

    /// <summary>A sign-in that is linked with no account of Slack or Teams, which could vouch for it.</summary>
    NotLinked,
}

/// <summary>
/// One account as it is enrolled: its addresses are what the platform's directory last reported,
/// and are used only to exclude and to count once.
/// </summary>
public sealed record Account(AccountId Id, ImmutableArray<string> Emails, DateTimeOffset LinkedAt)
{
    /// <summary>As the directory calls it; for showing only.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// The id that was made for this account. It stays with it for good, through every link: what groups
    /// and roles say of that id is this account's own power.
    /// </summary>
    public PersonId Self { get; init; }

    /// <summary>
    /// From when on the account has the power of those it is linked with, and they its. Never before it
    /// was linked; for an account that was never linked it says nothing.
    /// </summary>
    public DateTimeOffset PowerFrom { get; init; }

    /// <summary>What it is not any more, and still is for requests that were made before.</summary>
    public ImmutableArray<Bygone> Bygones { get; init; } = [];

    /// <summary>What its directory said of it was erased, and was not asked since.</summary>
    [JsonIgnore]
    public bool IsErased => string.Equals(Name, Erasure.Mark, StringComparison.Ordinal);

    /// <summary>
    /// Without name and addresses; one for good with whom it shared an address, by their ids instead.
    /// </summary>
    internal Account Erased(ImmutableArray<PersonId> same) =>
        this with
        {
            Name = Erasure.Mark,
            Emails = [],
            Bygones =
            [
                .. Bygones
                    .Where(b => PersonId.TryParse(b.Name, provider: null, out _))
                    .Concat(same.Select(id => new Bygone(id.ToString(), DateTimeOffset.MaxValue)))
                    .Distinct(),
            ],
        };
}

/// <summary>
/// An address that was given up, or the id of a person that an account was parted from. Whoever has it
/// still counts as one with the account in requests made up to <see cref="Until"/>.
/// </summary>
public sealed record Bygone(string Name, DateTimeOffset Until);

/// <summary>
/// One human, however many accounts. The unit of trust: what may be decided is asked of people,
/// never of tokens, channels or names. <see cref="Name"/> is for showing only. <see cref="Id"/> is the
/// <see cref="Account.Self"/> of one of the accounts.
/// </summary>
public sealed record Person(PersonId Id, string Name, ImmutableArray<Account> Accounts)
{
    [JsonIgnore]
    public IEnumerable<string> Emails => Accounts.SelectMany(a => a.Emails);

    /// <summary>
    /// Those that Slack or Teams report. What a sign-in says of an address excludes and counts once, but that
    /// somebody has none of a certain kind is believed of no issuer.
    /// </summary>
    [JsonIgnore]
    public IEnumerable<string> DirectoryEmails =>
        Accounts.Where(a => a.Id.Surface != Surface.Api).SelectMany(a => a.Emails);

    /// <summary>Every id that means this person: that of each account.</summary>
    [JsonIgnore]
    public IReadOnlyList<PersonId> Ids
    {
        get
        {
            List<PersonId> ids = [Id];
            foreach (var account in Accounts)
            {
                if (!ids.Contains(account.Self))
                {
                    ids.Add(account.Self);
                }
            }

            return ids;
        }
    }

    public Account? Account(AccountId id)
    {
        foreach (var account in Accounts)
        {
            if (account.Id == id)
            {
                return account;
            }
        }

        return null;
    }

    /// <summary>
    /// Everything by which this person is one with another who has the same, as far as a request made at
    /// that time goes: ids and addresses, with those given up since.
    /// </summary>
    public IEnumerable<string> NamesAt(DateTimeOffset madeAt)
    {
        foreach (var account in Accounts)
        {
            foreach (var email in account.Emails)
            {
                yield return email;
            }

            yield return account.Self.ToString();
            foreach (var bygone in account.Bygones)
            {
                if (bygone.Until >= madeAt)
                {
                    yield return bygone.Name;
                }
            }
        }
    }
}
