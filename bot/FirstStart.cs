using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals;

/// <summary>What must be in the ledger before anything else: the keys that sign, and who administers it.</summary>
internal static class FirstStart
{
    public static Task RunAsync(
        Committer committer,
        IStore store,
        BotOptions options,
        KeyCabinet keys
    )
    {
        var named = store.Keys().Select(k => k.Txn).ToHashSet(StringComparer.Ordinal);
        return committer.CommitAsync(
            commit =>
            {
                if (commit.IsFirst)
                {
                    commit.Record(
                        new Fact.KeyCreated(KeyChain.Ledger, keys.KidOf(KeyChain.Ledger))
                    );
                }

                foreach (var (purpose, kid) in Keys(keys).Where(k => !named.Contains(k.Kid)))
                {
                    commit.Record(new Fact.KeyCreated(purpose, kid));
                }

                Configuration.Bootstrap(commit, options.Admins);
                return true;
            },
            CancellationToken.None
        );
    }

    /// <summary>Those that may come into a ledger that is there already.</summary>
    private static IEnumerable<(string Purpose, string Kid)> Keys(KeyCabinet keys) =>
        keys.Line is { } line
            ? [(KeyChain.Ed25519, line.Kid), .. keys.Tokens.All.Select(t => (t.Purpose, t.Kid))]
            : keys.Tokens.All.Select(t => (t.Purpose, t.Kid));
}
