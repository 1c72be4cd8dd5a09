using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>Which cards are to be drawn anew.</content>
public sealed partial class Committer
{
    private static void Redraw(IStoreTransaction store, Approval approval, DateTimeOffset now)
    {
        foreach (var copy in approval.Copies)
        {
            store.PutOutbox(copy, OutboxTurn.Of(approval, copy), approval.Id, now);
        }
    }

    /// <summary>The requests whose cards no longer show what is: every copy is drawn again.</summary>
    private static IEnumerable<Approval> Outdated(Commit commit)
    {
        var ids = commit
            .Facts.Where(f =>
                f
                    is Fact.RequestCreated
                        or Fact.DecisionMade
                        or Fact.RequestEnded
                        or Fact.GrantConsumed
                        or Fact.GrantRevoked
                        or Fact.ExecutionReported
                        or Fact.QuestionAsked
                        or Fact.QuestionAnswered
                        or Fact.RequestReminded
                        or Fact.RequestEscalated
            )
            .Select(LedgerNotes.TxnOf)
            .ToHashSet(StringComparer.Ordinal);
        return commit.Changed.Where(a => ids.Contains(a.Id.ToString()));
    }

    /// <summary>
    /// The pending requests of which another number has approved than before, as somebody left a group, became an
    /// owner or turned out to be somebody else.
    /// </summary>
    private IEnumerable<Approval> Recounted(Commit commit, Register before) =>
        commit.Facts.Any(f => f is Fact.ConfigChanged or Fact.PersonLinked or Fact.PersonUnlinked)
            ? _pending
                .Decided(commit.Find)
                .Where(a =>
                    !Quorum.FilledOf(a, before).SequenceEqual(Quorum.FilledOf(a, commit.Register))
                )
            : [];
}
