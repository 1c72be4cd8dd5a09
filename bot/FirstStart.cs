using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals;

/// <summary>What must be in the ledger before anything else: the key it is signed with, and who administers it.</summary>
internal static class FirstStart
{
    public static Task RunAsync(Committer committer, BotOptions options, LedgerKey key) =>
        committer.CommitAsync(
            commit =>
            {
                if (commit.IsFirst)
                {
                    commit.Record(new Fact.KeyCreated("ledger", key.Kid));
                }

                Configuration.Bootstrap(commit, options.Admins);
                return true;
            },
            CancellationToken.None
        );
}
