using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>Turns a change of the configuration into its fact.</summary>
internal static class Configuration
{
    private const int IdBytes = 16;

    /// <summary>How what gives more power was reviewed where there is one administrator.</summary>
    public const string Unreviewed = "unreviewed";

    /// <summary>The change, with how it was reviewed: a widening that nobody else saw is <c>unreviewed</c>.</summary>
    public static Fact.ConfigChanged Change(Commit commit, ConfigRuling.Set set, PersonId? by)
    {
        var after = set.After is null ? (JsonElement?)null : ToElement(set.After);
        return new Fact.ConfigChanged(
            "cfg_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)),
            set.Area,
            set.Name,
            commit.Register.Value(set.Area, set.Name),
            after,
            by,
            set.Review is { } own ? own
                : by is null ? "system"
                : set.Widens ? Unreviewed
                : "narrowing"
        );
    }

    /// <summary>A link or a parting, with who looked at it; other facts as they are.</summary>
    public static Fact Reviewed(Fact fact, string review, RequestId? request) =>
        fact switch
        {
            Fact.PersonLinked { From: not null } f => f with { Review = review, Change = request },
            Fact.PersonUnlinked f => f with { Review = review, Change = request },
            _ => fact,
        };

    /// <summary>What one administrator changes alone, with the others of then; other facts as they are.</summary>
    public static Fact Alone(Fact fact, Register register, DateTimeOffset now)
    {
        ImmutableArray<PersonId> Without(PersonId? by) => [.. register.AdminsBeside(by, now)];
        return fact switch
        {
            Fact.ConfigChanged { Review: Unreviewed } f => f with { Without = Without(f.By) },
            Fact.KeyRotated { Review: Unreviewed } f => f with { Without = Without(f.By) },
            Fact.PersonLinked { Review: Unreviewed } f => f with { Without = Without(f.By) },
            Fact.PersonUnlinked { Review: Unreviewed } f => f with { Without = Without(f.By) },
            _ => fact,
        };
    }

    /// <summary>The first administrators, from the settings: they may change everything after that.</summary>
    public static void Bootstrap(Commit commit, IReadOnlyList<AccountId> accounts)
    {
        if (commit.Register.Group(Register.Admins) is not null || accounts.Count == 0)
        {
            return;
        }

        var people = accounts.Select(a => Enrol(commit, a)).Distinct().ToImmutableArray();
        foreach (var name in (string[])[Register.Admins, "approvers"])
        {
            var group = new Group(name, people, []);
            commit.Record(
                Change(commit, new ConfigRuling.Set("group", name, group, Widens: true), by: null)
            );
        }
    }

    private static PersonId Enrol(Commit commit, AccountId account)
    {
        if (commit.Register.PersonOf(account) is { } known)
        {
            return known.Id;
        }

        var person = PersonId.New(commit.Now);
        commit.Record(new Fact.PersonLinked(person, account, "bootstrap", account.User, []));
        return person;
    }

    public static JsonElement ToElement(object value) =>
        JsonSerializer.SerializeToElement(value, value.GetType(), ConfigJson.Options);
}
