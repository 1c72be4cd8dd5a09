using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
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
/// One account of a person, in the platform's own ids: <c>slack:&lt;team&gt;:&lt;user&gt;</c> or
/// <c>teams:&lt;tenant&gt;:&lt;aadObjectId&gt;</c>. Never a name or an address.
/// Teams ids are GUIDs and compared without case: they are kept in lower case.
/// </summary>
[JsonConverter(typeof(TextConverter<AccountId>))]
public readonly record struct AccountId : IParsable<AccountId>
{
    private const int LengthMax = 200;
    private readonly string? _text;

    private AccountId(string text) => _text = text;

    public static AccountId Slack(string team, string user) => Parse($"slack:{team}:{user}", null);

    public static AccountId Teams(string tenant, string user) =>
        Parse($"teams:{tenant}:{user}", null);

    public Surface Surface => _text is not null && _text[0] == 's' ? Surface.Slack : Surface.Teams;

    /// <summary>The Slack team or the Entra tenant.</summary>
    public string Tenant => ToString().Split(':')[1];

    /// <summary>The Slack user id or the Entra object id.</summary>
    public string User => ToString().Split(':')[2];

    public static AccountId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException(
                "not an account: slack:<team>:<user> or teams:<tenant>:<id>"
            );

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out AccountId result
    )
    {
        result = default;
        if (s is not { Length: > 0 and <= LengthMax })
        {
            return false;
        }

        var parts = s.Split(':');
        if (parts.Length != 3 || !parts.Skip(1).All(IsPlain))
        {
            return false;
        }

        result = parts[0] switch
        {
            "slack" => new AccountId(s),
            "teams" => new AccountId(s.ToLowerInvariant()),
            _ => default,
        };
        return result != default;
    }

    public override string ToString() => _text ?? "?";

    private static bool IsPlain(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
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

    /// <summary>The directory does not know the account, could not be asked, or answered in part.</summary>
    Unknown,
}

/// <summary>
/// One account as it is enrolled: its addresses are what the platform's directory last reported,
/// and are used only to exclude and to count once.
/// </summary>
public sealed record Account(AccountId Id, ImmutableArray<string> Emails, DateTimeOffset LinkedAt);

/// <summary>
/// One human, however many accounts. The unit of trust: what may be decided is asked of people,
/// never of tokens, channels or names. <see cref="Name"/> is for showing only.
/// </summary>
public sealed record Person(PersonId Id, string Name, ImmutableArray<Account> Accounts)
{
    /// <summary>Every identifier known of this person, as an initiator may be named by.</summary>
    [JsonIgnore]
    public IEnumerable<string> Identifiers => Accounts.Select(a => a.Id.ToString()).Concat(Emails);

    [JsonIgnore]
    public IEnumerable<string> Emails => Accounts.SelectMany(a => a.Emails);

    /// <summary>Linked, or the same address in the platforms' directories.</summary>
    public bool IsOneWith(Person other) =>
        Id == other.Id || Emails.Intersect(other.Emails, StringComparer.OrdinalIgnoreCase).Any();
}
