using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>
/// A group that a platform keeps, in its own ids: <c>slack-group:&lt;team&gt;:&lt;S…&gt;</c> or
/// <c>entra-group:&lt;tenant&gt;:&lt;object id&gt;</c>. Never a handle or a name: those can be given to another.
/// </summary>
[JsonConverter(typeof(TextConverter<GroupSource>))]
public readonly record struct GroupSource : IParsable<GroupSource>
{
    public const string SlackPrefix = "slack-group";
    public const string EntraPrefix = "entra-group";

    private const int LengthMax = 200;
    private readonly string? _text;

    private GroupSource(string text) => _text = text;

    public static GroupSource Slack(string team, string id) =>
        Parse($"{SlackPrefix}:{team}:{id}", null);

    public Surface Surface => ToString()[0] == 's' ? Surface.Slack : Surface.Teams;

    /// <summary>The platform's id alone.</summary>
    public string Id => ToString().Split(':')[^1];

    public static GroupSource Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException("not a group: slack-group:<team>:<S…>");

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out GroupSource result
    )
    {
        result = default;
        if (s is not { Length: <= LengthMax } || s.Split(':') is not [var kind, var tenant, var id])
        {
            return false;
        }

        var isPlain = IsPlain(tenant) && IsPlain(id);
        result =
            isPlain && kind is SlackPrefix && id[0] == 'S' ? new GroupSource(s)
            : isPlain && kind is EntraPrefix ? new GroupSource(s.ToLowerInvariant())
            : default;
        return result != default;
    }

    public override string ToString() => _text ?? "?";

    private static bool IsPlain(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}

/// <summary>A group of ours has the members of a platform's group too, since then.</summary>
public sealed record Backing(GroupSource Group, DateTimeOffset At);

/// <summary>
/// What a platform said last of one of its groups: those of its members whom we know. It counts only as long
/// as it was read a short while ago (<see cref="Register.IsRead"/>).
/// </summary>
public sealed record PlatformGroup(
    GroupSource Group,
    string Name,
    ImmutableArray<PersonId> Members,
    DateTimeOffset AddedAt
)
{
    /// <summary>Since when we have seen members in it.</summary>
    public ImmutableArray<Joined> Joined
    {
        get => field.IsDefault ? [] : field;
        init;
    } = [];

    public IEnumerable<PersonId> MembersSince(DateTimeOffset at) =>
        Members.Except(Joined.Where(j => j.At > at).Select(j => j.Person));

    /// <summary>The same with these members, those who are new since now; null when nothing is different.</summary>
    public PlatformGroup? With(string name, ImmutableArray<PersonId> members, DateTimeOffset now)
    {
        if (
            members.ToHashSet().SetEquals(Members)
            && string.Equals(name, Name, StringComparison.Ordinal)
        )
        {
            return null;
        }

        return this with
        {
            Name = name,
            Members = members,
            Joined =
            [
                .. Joined.Where(j => members.Contains(j.Person)),
                .. members.Except(Members).Select(m => new Joined(m, now)),
            ],
        };
    }
}
