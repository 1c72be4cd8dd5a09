using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Four eyes on the configuration: what gives somebody more power is a request like any other, to the
/// administrators who are not the one who wants it. Same cards, same duties, same ledger.
/// </summary>
internal static class Proposing
{
    /// <summary>Own limit: more proposals at once are not read.</summary>
    private const int PendingMax = 100;

    /// <summary>
    /// Opens the request inside the commit. Null when nobody else could confirm: then the change applies at
    /// once and is <c>unreviewed</c>.
    /// </summary>
    public static ConfigRuling? Open(
        Commit commit,
        ConfigRuling.Set set,
        PersonId by,
        ImmutableHashSet<PersonId> absent,
        DeskOptions options
    )
    {
        if (Proposer(commit, by, absent, options) is not { } account)
        {
            return null;
        }

        var register = commit.Register;
        var after = set.After is { } value ? Configuration.ToElement(value) : (JsonElement?)null;
        var before = register.Value(set.Area, set.Name);
        return Open(
            commit,
            ProposedChange.Of(set.Area, set.Name, before, after, by, account),
            options
        );
    }

    /// <summary>
    /// The same for a wish to link or part accounts. An account nobody knew becomes known at once: that gives
    /// it nothing.
    /// </summary>
    public static LinkRuling? Link(
        Commit commit,
        string accounts,
        LinkRuling.Done done,
        PersonId by,
        ImmutableHashSet<PersonId> absent,
        DeskOptions options
    )
    {
        if (Proposer(commit, by, absent, options) is not { } account)
        {
            return null;
        }

        foreach (var named in done.Facts.Where(f => f is Fact.PersonLinked { From: null }))
        {
            commit.Record(named);
        }

        var area = done.Facts.Any(f => f is Fact.PersonUnlinked)
            ? Linking.PartArea
            : Linking.LinkArea;
        var register = commit.Register;
        var then = done.Facts.Aggregate(register, (r, f) => r.Apply(f, commit.Now));
        var change = ProposedChange.Of(
            area,
            accounts,
            register.Value(area, accounts),
            then.Value(area, accounts),
            by,
            account
        );
        return Open(commit, change, options) switch
        {
            ConfigRuling.Proposed waits => new LinkRuling.Proposed(waits.Approval, waits.Again),
            ConfigRuling.Refused no => new LinkRuling.Refused(no.Text),
            var other => throw new InvalidOperationException($"{other} is no answer to a wish"),
        };
    }

    /// <summary>The account of whoever proposes, if somebody else can confirm; else null.</summary>
    private static AccountId? Proposer(
        Commit commit,
        PersonId by,
        ImmutableHashSet<PersonId> absent,
        DeskOptions options
    ) =>
        commit.Register.Person(by) is { } person
        && HasOthers(commit.Register, person, absent, commit.Now, options)
            ? (person.Accounts.FirstOrDefault(a => a.Self == by) ?? person.Accounts[0]).Id
            : null;

    private static ConfigRuling Open(Commit commit, ProposedChange change, DeskOptions options)
    {
        var hash = change.Hash(commit.Now);
        if (Waiting(commit, hash) is { } waits)
        {
            return new ConfigRuling.Proposed(waits, Again: true);
        }

        if (commit.PendingOf(ProposedChange.Asks) >= PendingMax)
        {
            return new ConfigRuling.Refused($"{PendingMax} changes wait for confirmation already.");
        }

        var draft = Draft(commit, change, hash, options);
        if (draft.Copies.IsEmpty)
        {
            return new ConfigRuling.Refused(
                "Another administrator must confirm this, and there is no conversation to ask in: set "
                    + "Slack:DefaultChannel, or add the bot to a Teams channel."
            );
        }

        commit.Record(new Fact.RequestCreated(draft.Id, draft.Opening));
        commit.Record(new Fact.ConfigProposed(draft.Id, change));
        return new ConfigRuling.Proposed(commit.Find(draft.Id)!, Again: false);
    }

    /// <summary>Administrators, for long enough, who are not the same human.</summary>
    private static bool HasOthers(
        Register register,
        Person person,
        ImmutableHashSet<PersonId> absent,
        DateTimeOffset now,
        DeskOptions options
    ) =>
        register
            .AdminsBeside(person.Id, now)
            .Except(absent)
            .Intersect(register.MembersOf(Register.Admins, now - options.GroupWait))
            .Any();

    /// <summary>The same, while it waits and somebody can still confirm it; one that nobody can is ended.</summary>
    private static Approval? Waiting(Commit commit, string hash)
    {
        if (commit.FindPendingByBody(ProposedChange.Asks, hash) is not { } earlier)
        {
            return null;
        }

        var expired = Bench.Expire(earlier, commit.Now).ToList();
        if (expired.Count == 0 && Forecast.Now(earlier, commit.Register).IsPossible)
        {
            return earlier;
        }

        expired.ForEach(commit.Record);
        if (expired.Count == 0)
        {
            const string Why = "Nobody could confirm it any more; it was proposed again.";
            commit.Record(Confirming.Ended(earlier, Why));
        }

        return null;
    }

    private static Approval Draft(
        Commit commit,
        ProposedChange change,
        string hash,
        DeskOptions options
    )
    {
        var register = commit.Register;
        var bot = new Agent(
            ProposedChange.Asks,
            [change.By],
            [],
            KeyHash: "",
            KeyCreator: change.By,
            commit.Now,
            Disabled: false
        );
        var request = new ActionRequest
        {
            Action = new NamedAction("config.change", Object([])),
            Resource = new Resource($"config.{change.Area}", change.Name, Object([])),
            Context = Object(new JsonObject { ["change"] = hash }),
            Initiator = new Party(
                "human",
                change.Account.ToString(),
                register.Person(change.By)?.Name
            ),
            Risk = Risk.High,
            Diff = ChangeShown.Diff(change, register),
        };
        var draft = Opener.Draft(register, commit.Now, bot, request, ProposedChange.Rule, options);
        return new Approval(draft.Id, draft.CreatedAt, draft.Opening with { BodyHash = hash });
    }

    private static JsonElement Object(JsonObject members) =>
        JsonSerializer.SerializeToElement(members);
}
