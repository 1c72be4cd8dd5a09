using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Somebody who signed in says yes or no to a request, over HTTP. <see cref="DisplayHash"/>: of the review
/// that they read. <see cref="EvidenceHash"/>: base64url(SHA-256) of what they sent.
/// </summary>
public sealed record SaidByApi(
    RequestId Request,
    Verdict Verdict,
    SignIn By,
    string? Reason,
    string DisplayHash,
    string EvidenceHash
);

/// <summary>The desk's answer to somebody who signed in and wants to read a request.</summary>
public abstract record ReviewAnswer
{
    private ReviewAnswer() { }

    public sealed record Shown(Review Review) : ReviewAnswer;

    public sealed record NotFound : ReviewAnswer;

    /// <summary>Not to this person, whatever the request: nobody vouches for them now.</summary>
    public sealed record Refused(Refusal Why, string Text) : ReviewAnswer;
}

/// <summary>The desk's answer to a decision by API. All that it says is durable.</summary>
public abstract record ApiAnswer
{
    private ApiAnswer() { }

    /// <summary>Counted (now, or the same before). <see cref="Review"/>: as it is now.</summary>
    public sealed record Counted(Review Review) : ApiAnswer;

    /// <summary>
    /// Refused, and recorded where there is such a request. <see cref="Present"/> is null for whom nobody
    /// vouches: they are shown nothing.
    /// </summary>
    public sealed record Refused(Refusal Why, string Text, Review? Present) : ApiAnswer;

    public sealed record NotFound : ApiAnswer;
}

/// <content>What people decide who signed in with their OpenID Connect issuer.</content>
public sealed partial class ApprovalDesk
{
    private readonly ReviewsRead _read = new();

    /// <summary>
    /// The request as this person may read it, who is asked about as for any look. That they were given this view of it
    /// is an entry, once, durable before they are; when they first were, is remembered: a policy's <c>dwell</c> begins.
    /// </summary>
    /// <exception cref="UnavailableException">Nothing was stored: they are shown nothing.</exception>
    public async Task<ReviewAnswer> ReviewAsync(RequestId id, SignIn who, CancellationToken cancel)
    {
        var vouching = await VouchingAsync(who, _directory.RecallAsync, cancel);
        var register = _committer.Register;
        var person = register.PersonOf(who.Account);
        var member = who.MemberOf(person, vouching, CanAsk);
        if (Duties.OfMember(member.Obstacle) is { } why)
        {
            return new ReviewAnswer.Refused(why, RefusalText.OfMember(why)!);
        }

        if (Load(id) is not { } found)
        {
            return new ReviewAnswer.NotFound();
        }

        var now = _clock.GetUtcNow();
        var first = found.IsPending ? _read.Note(who.Account, id, now) : now;
        var review = Review.Of(found, register, who.Told(person!), member, first, now);
        return new ReviewAnswer.Shown(
            review.IsRecorded
                ? review
                : await _committer.CommitAsync(commit => Give(commit, who, member, first), cancel)
        );

        Review Give(Commit commit, SignIn to, Member known, DateTimeOffset since)
        {
            var reader = commit.Register.PersonOf(to.Account);
            var given = Review.Of(
                commit.Find(id)!,
                commit.Register,
                reader is null ? null : to.Told(reader),
                known,
                since,
                commit.Now
            );
            if (!given.IsRecorded)
            {
                commit.Record(given.Displayed);
            }

            return given;
        }
    }

    /// <summary>
    /// Counts or refuses one decision. Asks the platforms whether the person's chat accounts are live, full,
    /// human members now, judges inside the commit by the same rules as a click, and answers after the
    /// decision (or the refusal) is durable. The same again by the same person changes nothing.
    /// </summary>
    public async Task<ApiAnswer> DecideByApiAsync(SaidByApi said, CancellationToken cancel)
    {
        var asked = VouchingAsync(said.By, _directory.LookUpAsync, cancel);
        if (Load(said.Request) is not { } found)
        {
            var member = MemberOf(_committer.Register, said.By, await asked);
            return Duties.OfMember(member.Obstacle) is { } why
                ? new ApiAnswer.Refused(why, RefusalText.OfMember(why)!, Present: null)
                : new ApiAnswer.NotFound();
        }

        var others = await OthersAsync(found, said.By.Account, cancel);
        var vouching = await asked;
        var prepared = Prepared.For(found, said.Verdict, _store, _committer.Register, _keys);
        var (answer, ended) = await _committer.CommitAsync(
            commit =>
            {
                var wasPending = commit.Find(found.Id)!.IsPending;
                var decided = Decide(commit, said, vouching, others, prepared);
                var after = commit.Find(found.Id)!;
                return (decided, wasPending && !after.IsPending ? after : null);
            },
            cancel
        );
        ConfirmedNote.Tell(_directory, ended, prepared.Key);
        return answer;
    }

    private ApiAnswer Decide(
        Commit commit,
        SaidByApi said,
        IReadOnlyList<Member> vouching,
        Others others,
        Prepared prepared
    )
    {
        var approval = commit.Find(said.Request)!;
        var first = _read.FirstAt(said.By.Account, approval.Id);
        var person = commit.Register.PersonOf(said.By.Account);
        var member = said.By.MemberOf(person, vouching, CanAsk);
        Review ReviewOf(Approval now) =>
            Review.Of(now, commit.Register, person, member, first, commit.Now);

        // Before what the directories say now is recorded: they were shown what was known until then.
        var present = ReviewOf(approval);
        foreach (var party in others.Behind.Concat(vouching))
        {
            Enrolment.Record(commit, party, "initiator");
        }

        person = Enrolment.Record(commit, said.By);
        var clicker = person ?? Unenrolled(member);
        var attempt = AttemptOf(said, clicker, member, present, first);
        var ruling = Bench.Decide(
            approval,
            others.In(commit.Register, commit.Now),
            attempt,
            commit.Now
        );
        var after = Record(commit, ruling, approval, clicker, member.Account, prepared);
        return (ruling, Duties.OfMember(member.Obstacle)) switch
        {
            (_, { } who) => new ApiAnswer.Refused(who, RefusalText.OfMember(who)!, Present: null),
            (Ruling.Refused { Why: var why }, _) => new ApiAnswer.Refused(
                why,
                why == Refusal.TooSoon
                    ? RefusalText.TooSoon(present.DwellLeft)
                    : RefusalText.Of(why, after),
                ReviewOf(after)
            ),
            _ => new ApiAnswer.Counted(ReviewOf(after)),
        };
    }

    private static Attempt AttemptOf(
        SaidByApi said,
        Person clicker,
        Member member,
        Review present,
        DateTimeOffset? first
    )
    {
        // Also whoever was told the right hash by somebody else: nobody decides on what they were not shown.
        var isOther =
            !string.Equals(said.DisplayHash, present.DisplayHash, StringComparison.Ordinal)
            || !present.IsRecorded;
        return new Attempt(
            said.Verdict,
            clicker,
            member,
            said.Reason,
            Surface.Api,
            present.DisplayHash,
            said.EvidenceHash
        )
        {
            ShownAt = first,
            // Whom nobody vouches for is told that, and nothing of the request.
            Obstacle = member.Obstacle is null && isOther ? Refusal.ReviewChanged : null,
        };
    }

    /// <summary>Records what a ruling says, and what a confirmed change does; answers the request as it is then.</summary>
    private Approval Record(
        Commit commit,
        Ruling ruling,
        Approval approval,
        Person clicker,
        AccountId account,
        Prepared prepared
    )
    {
        var self = clicker.Account(account)?.Self ?? clicker.Id;
        var facts = ruling switch
        {
            Ruling.Counted counted => Confirming.Facts(
                commit,
                approval,
                counted.Facts,
                self,
                prepared,
                _options
            ),
            Ruling.Refused refused => refused.Facts,
            _ => [],
        };
        foreach (var fact in Unsaid(approval, facts).Concat(facts))
        {
            commit.Record(fact);
        }

        return commit.Find(approval.Id)!;
    }

    /// <summary>
    /// That whoever decides was shown what they decide on, where no entry says so yet: all of a long request in the app,
    /// or a card whose platform has not answered yet that it is there.
    /// </summary>
    private static IEnumerable<Fact> Unsaid(Approval approval, IEnumerable<Fact> facts) =>
        from made in facts.OfType<Fact.DecisionMade>()
        let decision = made.Decision
        where
            decision.DisplayHash is { } hash
            && !approval.Copies.Any(c =>
                string.Equals(c.DisplayHash, hash, StringComparison.Ordinal)
            )
            && !approval.Readings.Contains(new Reading(decision.Account.ToString()!, hash))
        select new Fact.RequestDisplayed(
            approval.Id,
            Copy: null,
            decision.Surface,
            decision.Account.ToString()!,
            Message: "",
            decision.DisplayHash!
        )
        {
            Person = decision.Person,
        };

    /// <summary>What the platforms say of the chat accounts of whose sign-in it is, all asked at once.</summary>
    private Task<Member[]> VouchingAsync(
        SignIn who,
        Func<AccountId, CancellationToken, Task<Member>> ask,
        CancellationToken cancel
    ) =>
        Task.WhenAll(
            SignIn
                .VouchingAccounts(_committer.Register.PersonOf(who.Account), CanAsk)
                .Select(a => ask(a.Id, cancel))
        );

    private Member MemberOf(Register register, SignIn who, IReadOnlyList<Member> vouching) =>
        who.MemberOf(register.PersonOf(who.Account), vouching, CanAsk);

    private bool CanAsk(Surface surface) =>
        surface switch
        {
            Surface.Slack => _options.Slack,
            Surface.Teams => _options.Teams,
            _ => false,
        };
}
