using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Where people are enrolled and configuration is changed. Same shape and the same promise as
/// <see cref="ApprovalDesk"/>: what is answered is durable and in the ledger.
/// </summary>
public sealed class RegisterDesk(Committer committer, IStore store, DeskOptions options)
{
    /// <summary>Own limit: entries read at once.</summary>
    private const int HistoryPage = 200;

    /// <summary>The register as of the last commit. A snapshot: take it once per question.</summary>
    public Register Current => committer.Register;

    /// <summary>
    /// What people and the settings changed, the latest first, at most <paramref name="limit"/>: the
    /// configuration, links and partings. Not what the directories report, nor where the bot was added.
    /// </summary>
    public IReadOnlyList<RegisterChange> History(int limit) => History(IsChange, limit);

    /// <summary>Changes of one thing of the configuration, the latest first, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<RegisterChange> History(string area, string name, int limit) =>
        History(
            fact =>
                fact is Fact.ConfigChanged changed
                && string.Equals(changed.Area, area, StringComparison.Ordinal)
                && string.Equals(changed.Name, name, StringComparison.Ordinal),
            limit
        );

    private IReadOnlyList<RegisterChange> History(Func<Fact, bool> isWanted, int limit)
    {
        List<RegisterChange> found = [];
        var before = long.MaxValue;
        while (
            found.Count < limit && store.Configurations(before, HistoryPage) is { Count: > 0 } page
        )
        {
            found.AddRange(
                page.Select(e => new RegisterChange(e.Seq, e.At, LedgerNotes.Read(e)!))
                    .Where(c => isWanted(c.Fact))
            );
            before = page[^1].Seq;
        }

        return [.. found.Take(limit)];
    }

    private static bool IsChange(Fact fact) =>
        fact switch
        {
            Fact.ConfigChanged f => !(
                f.By is null && f.Area is "place" or Register.PlatformGroupArea
            ),
            Fact.PersonLinked f => f.From is not null,
            _ => true,
        };

    /// <summary>
    /// The person of an account, enrolled on first contact and brought up to date with what the directory
    /// says. Writes only when something is new.
    /// </summary>
    /// <exception cref="InvalidOperationException">The directory does not vouch for the member.</exception>
    public Task<Person> EnrolAsync(Member member, string how, CancellationToken cancel) =>
        committer.CommitAsync(
            commit =>
                Enrolment.Record(commit, member, how)
                ?? throw new InvalidOperationException($"{member.Account} is not a live member"),
            cancel
        );

    /// <summary>
    /// True the first time that this delivery of a platform's message is told, false for a day after.
    /// Durable on return, so that a captured message has no effect after a restart either.
    /// </summary>
    public Task<bool> IsFirstAsync(string delivery, CancellationToken cancel) =>
        committer.CommitAsync(commit => commit.Once(delivery), cancel);

    /// <summary>
    /// Links or parts accounts. <paramref name="decide"/> is pure, may run more than once, and is judged
    /// against the register inside the commit.
    /// </summary>
    public Task<LinkRuling> LinkAsync(
        Func<Register, DateTimeOffset, LinkRuling> decide,
        CancellationToken cancel
    ) =>
        committer.CommitAsync(
            commit =>
            {
                var ruling = decide(commit.Register, commit.Now);
                foreach (var fact in ruling is LinkRuling.Done done ? done.Facts : [])
                {
                    commit.Record(fact);
                }

                return ruling;
            },
            cancel
        );

    /// <summary>
    /// The same, wished by an administrator: waits for another one where there is one.
    /// <paramref name="accounts"/>: the two to be linked, or the one to be parted, separated by spaces.
    /// </summary>
    public Task<LinkRuling> LinkAsync(
        PersonId by,
        ImmutableHashSet<PersonId> absent,
        string accounts,
        Func<Register, DateTimeOffset, LinkRuling> decide,
        CancellationToken cancel
    ) =>
        committer.CommitAsync(
            commit =>
            {
                var ruling = decide(commit.Register, commit.Now);
                if (ruling is not LinkRuling.Done done)
                {
                    return ruling;
                }

                if (Proposing.Link(commit, accounts, done, by, absent, options) is { } waits)
                {
                    return waits;
                }

                foreach (var fact in done.Facts)
                {
                    commit.Record(
                        Configuration.Reviewed(fact, Configuration.Unreviewed, request: null)
                    );
                }

                return ruling;
            },
            cancel
        );

    /// <summary>
    /// Changes one thing of the configuration. <paramref name="decide"/> is pure and may run more than
    /// once; it is judged against the register inside the commit. What a person changes so that somebody has
    /// more power waits for another administrator, where there is one: <see cref="ConfigRuling.Proposed"/>.
    /// </summary>
    public Task<ConfigRuling> ChangeAsync(
        PersonId? by,
        Func<Register, DateTimeOffset, ConfigRuling> decide,
        CancellationToken cancel
    ) => ChangeAsync(by, absent: [], decide, cancel);

    /// <summary>
    /// The same, where <paramref name="absent"/> are administrators of whom the directories say that they can
    /// decide nothing: nobody waits for them.
    /// </summary>
    public Task<ConfigRuling> ChangeAsync(
        PersonId? by,
        ImmutableHashSet<PersonId> absent,
        Func<Register, DateTimeOffset, ConfigRuling> decide,
        CancellationToken cancel
    ) =>
        committer.CommitAsync(
            commit =>
            {
                var ruling = decide(commit.Register, commit.Now);
                if (ruling is not ConfigRuling.Set set)
                {
                    return ruling;
                }

                if (
                    by is { } who
                    && set.Widens
                    && Proposing.Open(commit, set, who, absent, options) is { } waits
                )
                {
                    return waits;
                }

                if (set.NeedsTwo)
                {
                    return new ConfigRuling.Refused(
                        "This needs a second administrator, and there is none who could confirm it: admin add @somebody"
                    );
                }

                commit.Record(Configuration.Change(commit, set, by));
                return ruling;
            },
            cancel
        );
}

/// <summary>One change of the register, as the ledger has it.</summary>
public sealed record RegisterChange(long Seq, DateTimeOffset At, Fact Fact);

/// <summary>What a configuration command comes to.</summary>
public abstract record ConfigRuling
{
    private ConfigRuling() { }

    /// <summary>
    /// The thing called <see cref="Name"/> in <see cref="Area"/> (<c>agent</c>, <c>group</c>, <c>route</c>,
    /// <c>place</c>) becomes <see cref="After"/> (null: removed). <see cref="Widens"/>: gives somebody more power.
    /// </summary>
    public sealed record Set(string Area, string Name, object? After, bool Widens) : ConfigRuling
    {
        /// <summary>Never at once, also where there is no other administrator.</summary>
        public bool NeedsTwo { get; init; }

        /// <summary>How it was reviewed, where nobody has to: of somebody's own doing.</summary>
        public string? Review { get; init; }
    }

    /// <summary>
    /// Nothing is changed yet: another administrator must approve <see cref="Approval"/>.
    /// <see cref="Again"/>: the same was proposed before, and waits.
    /// </summary>
    public sealed record Proposed(Approval Approval, bool Again) : ConfigRuling;

    /// <summary>It is so already: nothing is written.</summary>
    public sealed record Same : ConfigRuling;

    /// <summary>Not allowed or not possible; <see cref="Text"/> says what to do.</summary>
    public sealed record Refused(string Text) : ConfigRuling;
}
