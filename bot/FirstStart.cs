using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals;

/// <summary>What must be in the ledger before anything else: the keys that sign, and who administers it.</summary>
internal static class FirstStart
{
    public static Task RunAsync(
        Committer committer,
        IStore store,
        BotOptions options,
        KeyCabinet keys
    ) =>
        committer.CommitAsync(
            commit =>
            {
                if (commit.IsFirst)
                {
                    commit.Record(new Fact.KeyCreated("ledger", keys.KidOf("ledger")));
                }

                foreach (var token in keys.Tokens.All)
                {
                    if (!store.Has(EntryKinds.KeyCreated, token.Kid))
                    {
                        commit.Record(new Fact.KeyCreated(token.Purpose, token.Kid));
                    }
                }

                Configuration.Bootstrap(commit, options.Admins);
                return true;
            },
            CancellationToken.None
        );
}
