using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>key rotate &lt;purpose&gt;</c>: another key signs from now on; what the one before signed still verifies.</summary>
internal static class KeyCommand
{
    public static CommandForm Form { get; } =
        new(
            "key rotate",
            "ledger|receipt|grant",
            Access.Admins,
            "makes a new signing key, with another administrator; what the old one signed still verifies",
            a => a.OneOf(KeyCabinet.Purposes) is { } purpose ? new Command.KeyRotate(purpose) : null
        );

    public static Reply Done(string purpose, string kid, PublicKeys keys) =>
        new(
            $"A new key signs for {purpose}",
            [
                $"Key: {kid}",
                .. purpose is "ledger"
                    ?
                    [
                        $"Verifier key: {keys.Vkey}",
                        .. keys.Line is { } line
                            ? [$"Ed25519, for the second line: {line}"]
                            : Array.Empty<string>(),
                        "Give it to auditors and witnesses. Who has an older one can follow from it: each key signed for the next, in the ledger.",
                    ]
                    : Array.Empty<string>(),
                purpose is "grant"
                    ? "Tokens under way are good until they run out, 5 minutes at most."
                    : "What was signed before still verifies: the old public key stays published.",
                "Copy Data:Directory/keys to where you keep the keys: a restored ledger needs them.",
                Proposal.Unreviewed,
            ]
        );
}

/// <content><c>key rotate</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> RotateAsync(
        Command.KeyRotate rotate,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var ruling = await keys.RotateAsync(
            rotate.Purpose,
            hearing.Self,
            await AbsentAsync(hearing, cancel),
            register => (hearing with { Register = register }).IsAdmin,
            cancel
        );
        return ruling switch
        {
            ConfigRuling.Proposed waits => ProposedReply.Answer(
                waits.Approval,
                waits.Again,
                registers.Current
            ),
            ConfigRuling.Refused no => new Reply("Refused", [no.Text, "Nothing was changed."]),
            _ => TellRoles(
                $"replaced the key for {rotate.Purpose}",
                hearing,
                KeyCommand.Done(rotate.Purpose, keys.KidOf(rotate.Purpose), keys.Public)
            ),
        };
    }
}
