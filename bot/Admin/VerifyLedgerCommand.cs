using ChatApprovals.Export;

namespace ChatApprovals.Admin;

/// <summary><c>verify</c>: the bot looks through its own ledger, beside its work.</summary>
internal static class VerifyLedgerCommand
{
    /// <summary>Own limit: the last ones. An export has them all.</summary>
    private const int ErasuresShown = 10;

    /// <summary>Own limit: the last ones.</summary>
    private const int EpochsShown = 10;

    public static CommandForm Form { get; } =
        new(
            "verify",
            "",
            Access.Readers,
            "rebuilds the ledger's tree from its entries and says the first thing that is wrong",
            _ => new Command.Verify()
        );

    public static Reply Running { get; } =
        new(
            "The ledger is being verified",
            ["Every entry is read again, beside the bot's work. The answer follows, to you alone."]
        );

    public static Reply Answer(LedgerFinding finding) =>
        finding switch
        {
            LedgerFinding.Sound sound => new Reply(
                "The ledger is sound",
                [
                    $"Entries: {sound.Size}, root {sound.Root}",
                    "The tree was rebuilt from the entries' bytes: its root is the signed one, and every stored hash is the tree's.",
                    $"Requests followed step by step: {sound.Requests}. Contents that have their digest: {sound.Contents}"
                        + (sound.Erased == 0 ? "." : $"; erased: {sound.Erased}."),
                    $"Approvals held against their policy and the people of then: {sound.Judged}"
                        + (
                            sound.Unjudged == 0
                                ? "."
                                : $"; not, because what was asked was erased: {sound.Unjudged}."
                        ),
                    .. sound.Epochs.TakeLast(EpochsShown).Select(e => $"Restored: {e}"),
                    .. sound.Erasures.TakeLast(ErasuresShown).Select(e => $"Erased: {e}"),
                    $"Checkpoints that anchors were given, all of this ledger: {sound.Anchored}.",
                    $"It took {Time(sound.Took)}.",
                    "This is the bot's word about itself. Independent of it: export, then the sub-command verify with a checkpoint that you kept.",
                ]
            ),
            LedgerFinding.Wrong wrong => new Reply(
                "The ledger is NOT sound",
                [
                    wrong.Sentence,
                    $"Found after {Time(wrong.Took)}. Keep the data directory as it is, compare with a checkpoint and an export from before, "
                        + "and find out who could write there.",
                ]
            ),
            _ => throw new InvalidOperationException(),
        };

    private static string Time(TimeSpan took) =>
        took < TimeSpan.FromSeconds(10) ? $"{(int)took.TotalMilliseconds} ms" : Say.Age(took);
}

/// <content><c>checkpoint</c>, <c>verify</c></content>
public sealed partial class CommandDesk
{
    /// <summary>Slack waits 3 s in all, and the asker was looked up in that time too.</summary>
    private static readonly TimeSpan s_checkWithin = TimeSpan.FromSeconds(1);

    private Reply Checkpoint() =>
        CheckpointCommand.Answer(audit.Now(), audit.Keys, options.PublicUrl);

    private async Task<Reply> VerifyAsync(CancellationToken cancel)
    {
        var check = audit.CheckAsync(cancel);
        try
        {
            return VerifyLedgerCommand.Answer(await check.WaitAsync(s_checkWithin, clock, cancel));
        }
        catch (TimeoutException)
        {
            return VerifyLedgerCommand.Running with
            {
                Later = async c => VerifyLedgerCommand.Answer(await check.WaitAsync(c)),
            };
        }
    }
}
