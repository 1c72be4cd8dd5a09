using ChatApprovals.Desk;

namespace ChatApprovals;

/// <summary>
/// The first line of every checkpoint, by which auditors know the ledger: as set; else a ledger keeps the
/// one it began with, wherever the bot listens today; else made of <c>PublicUrl</c>.
/// </summary>
public sealed record LedgerOrigin(string Name)
{
    /// <exception cref="LedgerMismatchException">Set to another than the ledger began with.</exception>
    public static LedgerOrigin Of(BotOptions options, IStore store)
    {
        if (
            store.Head() is not { } head
            || head.Checkpoint.Split('\n')[0] is not { Length: > 0 } first
        )
        {
            return new LedgerOrigin(options.Origin);
        }

        if (options.IsOriginSet && !string.Equals(first, options.Origin, StringComparison.Ordinal))
        {
            throw new LedgerMismatchException(
                $"Ledger:Origin is '{options.Origin}', but this ledger is '{first}': leave the setting out, or use the data of that other ledger"
            );
        }

        return new LedgerOrigin(first);
    }
}
