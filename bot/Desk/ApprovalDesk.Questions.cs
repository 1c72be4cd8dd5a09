using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What people ask the agent, and what it answers.</content>
public sealed partial class ApprovalDesk
{
    /// <summary>
    /// Somebody asks the agent. Asks the directory who it is, judges it inside the commit, and answers after
    /// the question (or the refusal) is durable. Told in the cards' threads by the outbox.
    /// </summary>
    public async Task<ClickAnswer> AskAsync(QuestionClick click, CancellationToken cancel)
    {
        if (FindByToken(click.Token) is not { } found)
        {
            return new ClickAnswer.Unknown();
        }

        var member = await _directory.LookUpAsync(click.Account, cancel);
        try
        {
            return await _committer.CommitAsync(
                commit => Ask(commit, found.Id, click, member),
                cancel
            );
        }
        catch (UnavailableException)
        {
            return new ClickAnswer.Unavailable();
        }
    }

    /// <summary>
    /// The agent answers the question named, or the one that has waited longest (null).
    /// <see cref="Closed.Unasked"/> when there is none; the same answer again changes nothing.
    /// </summary>
    public Task<Closed> AnswerAsync(
        AgentName agent,
        RequestId id,
        QuestionId? question,
        string text,
        CancellationToken cancel
    ) =>
        _committer.CommitAsync<Closed>(
            commit =>
            {
                if (commit.Find(id) is not { } found || found.Opening.Agent != agent)
                {
                    return new Closed.NotFound();
                }

                foreach (var fact in Bench.Expire(found, commit.Now))
                {
                    commit.Record(fact);
                }

                return Answer(commit, commit.Find(id)!, question, text);
            },
            cancel
        );

    private static Closed Answer(
        Commit commit,
        Approval approval,
        QuestionId? question,
        string text
    )
    {
        switch (Asking.Answer(approval, question, text))
        {
            case Ruling.Counted counted:
                Record(commit, counted);
                return new Closed.Done(commit.Find(approval.Id)!);
            case Ruling.Repeated:
                return new Closed.Done(approval);
            default:
                return approval.IsPending
                    ? new Closed.Unasked(approval)
                    : new Closed.NotNow(approval);
        }
    }

    /// <summary>
    /// The same without a card: by command, about a request that <see cref="ShowAsync"/> shows. Null when it
    /// was asked, else why not.
    /// </summary>
    public async Task<string?> AskAboutAsync(
        RequestId id,
        AccountId account,
        string text,
        CancellationToken cancel
    )
    {
        var member = await _directory.LookUpAsync(account, cancel);
        return await _committer.CommitAsync(
            commit =>
            {
                var (asker, question) = (AskerOf(commit, member), QuestionId.New(commit.Now));
                var ruling = Asking.Ask(
                    commit.Find(id)!,
                    new Inquiry(question, asker, member, text, account.Surface, null),
                    commit.Now
                );
                Record(commit, ruling);
                return ruling is Ruling.Refused { Why: var why }
                    ? RefusalText.OfQuestion(why, commit.Find(id)!)
                    : null;
            },
            cancel
        );
    }

    private static ClickAnswer Ask(Commit commit, RequestId id, QuestionClick click, Member member)
    {
        var approval = commit.Find(id)!;
        var copy = approval.CopyOf(click.Token)!;
        var asker = AskerOf(commit, member);
        var inquiry = new Inquiry(
            QuestionId.New(commit.Now),
            asker,
            member,
            click.Text,
            copy.Surface,
            click.EvidenceHash
        )
        {
            Obstacle = IsElsewhere(copy, click.Conversation, click.Message)
                ? Refusal.WrongPlace
                : null,
        };
        var ruling = Asking.Ask(approval, inquiry, commit.Now);
        if (click.CanAsk && ruling is Ruling.Refused { Why: Refusal.QuestionMissing })
        {
            return new ClickAnswer.QuestionWanted(
                ApprovalCard.For(approval, commit.Register, copy, asker, member)
            );
        }

        Record(commit, ruling);
        var after = commit.Find(id)!;
        var card = ApprovalCard.For(after, commit.Register, copy, asker, member);
        return ruling is Ruling.Refused { Why: var why }
            ? new ClickAnswer.Refused(why, RefusalText.OfQuestion(why, after), card, copy)
            : new ClickAnswer.Counted(card, copy);
    }

    private static Person AskerOf(Commit commit, Member member) =>
        Enrolment.Record(commit, member, "first_contact") ?? Unenrolled(member);

    private static void Record(Commit commit, Ruling ruling)
    {
        IReadOnlyList<Fact> facts = ruling switch
        {
            Ruling.Counted counted => counted.Facts,
            Ruling.Refused refused => refused.Facts,
            _ => [],
        };
        foreach (var fact in facts)
        {
            commit.Record(fact);
        }
    }
}
