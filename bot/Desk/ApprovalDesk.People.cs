using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What people decide.</content>
public sealed partial class ApprovalDesk
{
    public async partial Task<ClickAnswer> DecideAsync(Click click, CancellationToken cancel)
    {
        if (FindByToken(click.Token) is not { } found)
        {
            return new ClickAnswer.Unknown();
        }

        // At once: a platform that hangs must not take twice the time a click may take.
        var asked = _directory.LookUpAsync(click.Account, cancel);
        var others = await OthersAsync(found, click.Account, cancel);
        var member = await asked;
        var reviewMissing =
            click.Verdict == Verdict.Approved
            && !click.Reviewed
            && !CardFit.OffersApprove(found, click);
        var shown = CardFit.ShownInstead(found, _committer.Register, click, member);
        var prepared = Prepared.For(found, click.Verdict, _store, _committer.Register, _keys);
        try
        {
            var (answer, ended) = await _committer.CommitAsync(
                commit =>
                {
                    var wasPending = commit.Find(found.Id, found)!.IsPending;
                    var said = Decide(
                        commit,
                        found.Id,
                        click,
                        member,
                        others,
                        (shown, reviewMissing),
                        prepared
                    );
                    var after = commit.Find(found.Id)!;
                    return (said, wasPending && !after.IsPending ? after : null);
                },
                cancel
            );
            ConfirmedNote.Tell(_directory, ended, prepared.Key);
            return answer;
        }
        catch (UnavailableException)
        {
            return new ClickAnswer.Unavailable();
        }
    }

    public async partial Task<CardView?> ViewAsync(
        string token,
        AccountId account,
        CancellationToken cancel
    )
    {
        if (FindByToken(token) is not { } found)
        {
            return null;
        }

        var member = await _directory.RecallAsync(account, cancel);
        var register = _committer.Register;
        var viewer = register.PersonOf(account) is { } known
            ? Met(known, member)
            : Unenrolled(member);
        var copy = found.CopyOf(token)!;
        var card = ApprovalCard.For(found, register, copy, viewer, member);
        return new CardView(card, copy, found.Id);
    }

    public partial Task<IReadOnlyList<Approval>> PendingAsync(
        int limit,
        CancellationToken cancel
    ) =>
        Task.FromResult(
            Load(new RequestQuery(null, RequestStatus.Pending, null, limit, OldestFirst: true))
        );

    public partial Task<Approval?> ShowAsync(RequestId id, CancellationToken cancel) =>
        Task.FromResult(Load(id));

    /// <summary>
    /// Ends a pending request for its initiator or the agent's owner (who may not decide it).
    /// <see cref="Closed.NotFound"/> for anyone else.
    /// </summary>
    public Task<Closed> WithdrawAsync(RequestId id, Person person, CancellationToken cancel) =>
        _committer.CommitAsync<Closed>(
            commit =>
                commit.Find(id) is { } found && Duties.MayWithdraw(found, commit.Register, person)
                    ? End(commit, found, person.Id.ToString(), "withdrawn")
                    : new Closed.NotFound(),
            cancel
        );

    public partial Task<IReadOnlyList<Approval>> ByCodeAsync(
        string code,
        int limit,
        CancellationToken cancel
    ) =>
        Task.FromResult<IReadOnlyList<Approval>>([
            .. _store.ByCode(code, limit).Select(RequestState.Read),
        ]);

    private ClickAnswer Decide(
        Commit commit,
        RequestId id,
        Click click,
        Member member,
        Others others,
        (string? Hash, bool IsIncomplete) shown,
        Prepared prepared
    )
    {
        var approval = commit.Find(id)!;
        var copy = approval.CopyOf(click.Token)!;
        foreach (var party in others.Behind)
        {
            Enrolment.Record(commit, party, "initiator");
        }

        var clicker = Enrolment.Record(commit, member, "first_contact") ?? Unenrolled(member);
        var attempt = new Attempt(
            click.Verdict,
            clicker,
            member,
            click.Reason,
            copy.Surface,
            shown.Hash ?? copy.DisplayHash,
            click.EvidenceHash
        )
        {
            ShownAt = copy.ShownAt,
            Obstacle =
                IsElsewhere(copy, click.Conversation, click.Message) ? Refusal.WrongPlace
                : shown.IsIncomplete ? Refusal.ReviewFirst
                : null,
        };
        var ruling = Bench.Decide(
            approval,
            others.In(commit.Register, commit.Now),
            attempt,
            commit.Now
        );
        var rule = approval.Opening.Policy;
        if (WantsReason(ruling, click, rule))
        {
            var required =
                click.Verdict == Verdict.Approved
                    ? rule.ApproveNeedsReason
                    : rule.RejectNeedsReason;
            var card = ApprovalCard.For(approval, commit.Register, copy, clicker, member);
            return new ClickAnswer.ReasonWanted(click.Verdict, required, card);
        }

        return Answer(commit, ruling, approval, click, clicker, member, prepared);
    }

    private ClickAnswer Answer(
        Commit commit,
        Ruling ruling,
        Approval approval,
        Click click,
        Person clicker,
        Member member,
        Prepared prepared
    )
    {
        var after = Record(commit, ruling, approval, clicker, member.Account, prepared);
        var copy = after.CopyOf(click.Token)!;
        var card = ApprovalCard.For(after, commit.Register, copy, clicker, member);
        return ruling is Ruling.Refused { Why: var why }
            ? new ClickAnswer.Refused(why, Text(why, after, copy, commit.Now), card, copy)
            : new ClickAnswer.Counted(card, copy)
            {
                Note =
                    ruling is Ruling.Repeated
                        ? RefusalText.Of(Refusal.AlreadyCounted, after)
                        : null,
            };
    }

    private static string Text(Refusal why, Approval approval, CardCopy copy, DateTimeOffset now) =>
        why == Refusal.TooSoon
            ? RefusalText.TooSoon(Bench.DwellLeft(approval.Opening.Policy, copy.ShownAt, now))
            : RefusalText.Of(why, approval);

    /// <summary>Whoever must wait before approving is asked again in between, where that can be done.</summary>
    private static bool WantsReason(Ruling ruling, Click click, Policy policy) =>
        (click.Ask, ruling) switch
        {
            (AskReason.Never, _) => false,
            (_, Ruling.Refused { Why: Refusal.ReasonMissing }) => true,
            (AskReason.Always, Ruling.Counted) => true,
            (_, Ruling.Counted or Ruling.Refused { Why: Refusal.TooSoon }) => policy.Dwell > 0
                && click.Verdict == Verdict.Approved,
            _ => false,
        };

    /// <summary>A decision counts only from the conversation, and once it is known the message, of its card.</summary>
    private static bool IsElsewhere(CardCopy copy, string? conversation, string? message) =>
        (
            conversation is not null
            && !string.Equals(Base(conversation), Base(copy.Conversation), StringComparison.Ordinal)
        )
        || (
            message is not null
            && copy.Message is { } known
            && !string.Equals(message, known, StringComparison.Ordinal)
        );

    /// <summary>Teams names a thread of a channel <c>channel;messageid=…</c>.</summary>
    private static string Base(string conversation)
    {
        var end = conversation.IndexOf(";messageid=", StringComparison.Ordinal);
        return end < 0 ? conversation : conversation[..end];
    }

    private Approval? FindByToken(string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        return
            dot > 0
            && RequestId.TryParse(token[..dot], provider: null, out var id)
            && Load(id) is { } found
            && found.Copies.Any(c =>
                CryptographicOperations.FixedTimeEquals(
                    Encoding.UTF8.GetBytes(c.Token),
                    Encoding.UTF8.GetBytes(token)
                )
            )
            ? found
            : null;
    }
}
