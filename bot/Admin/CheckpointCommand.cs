using ChatApprovals.Desk;
using ChatApprovals.Export;

namespace ChatApprovals.Admin;

/// <summary><c>checkpoint</c>: the ledger's signed head, for keeping where the bot's operators cannot write.</summary>
internal static class CheckpointCommand
{
    public static CommandForm Form { get; } =
        new(
            "checkpoint",
            "",
            Access.Readers,
            "shows the ledger's signed head, to keep and compare later",
            _ => new Command.Checkpoint()
        );

    public static Reply Answer(LedgerNow? now, PublicKeys keys, string publicUrl) =>
        now is null
            ? new Reply("No entry yet", ["The ledger is empty."])
            : new Reply(
                $"Checkpoint of {now.Size} entries",
                [
                    $"The last entry is of {Say.Time(now.LastAt)}. The signed note, line by line:",
                    .. now.Note.TrimEnd('\n').Split('\n').Select(l => l.Length == 0 ? " " : l),
                    $"Verifier key: {keys.Vkey}",
                    keys.Line is { } line
                        ? $"Ed25519, for the second line: {line}"
                        : "There is no Ed25519 line: the bot's platform has no Ed25519.",
                    "Keep it where the operators of the bot cannot write; this message, with the time that the platform gave it, is such a place. "
                        + "Get the verifier key once by another way (the operator has it in data/keys) and compare.",
                    $"The same bytes for a file: {publicUrl}/ledger/checkpoint with your key (auditor key). "
                        + "Later: verify BUNDLE --known-checkpoint FILE --key FILE.vkey says whether anything before it was cut or changed.",
                ]
            );
}
