using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>key rotate &lt;purpose&gt;</c>: another key signs from now on; what the one before signed still verifies.</summary>
internal static class KeyCommand
{
    public static CommandForm Form { get; } =
        new(
            "key rotate",
            "ledger|receipt|grant|callback",
            Access.Admins,
            "makes a new key, with another administrator; what the old one signed still verifies",
            a => a.OneOf(KeyCabinet.Purposes) is { } purpose ? new Command.KeyRotate(purpose) : null
        );

    /// <param name="purpose">What the key is for.</param>
    /// <param name="kid">Its thumbprint.</param>
    /// <param name="keys">Those that there are now.</param>
    /// <param name="outdated">Agents whose callbacks' secret is made from a key that was replaced.</param>
    public static Reply Done(
        string purpose,
        string kid,
        PublicKeys keys,
        ImmutableArray<AgentName> outdated
    ) =>
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
                .. purpose switch
                {
                    "grant" => ["Tokens under way are good until they run out, 5 minutes at most."],
                    "callback" => Callbacks(outdated),
                    _ => (string[])
                        [
                            "What was signed before still verifies: the old public key stays published.",
                        ],
                },
                "Copy Data:Directory/keys to where you keep the keys: a restored ledger needs them.",
                Proposal.Unreviewed,
            ]
        );

    private static string[] Callbacks(ImmutableArray<AgentName> outdated) =>
        outdated.IsEmpty
            ? ["No agent has a secret that was made from the old one."]
            :
            [
                "Secrets made from the old one sign on, as their receivers have no other: give each a new one, and the one before signs too for 24 hours.",
                .. outdated.Select(name => $"agent callback {name} rotate"),
            ];
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
                KeyCommand.Done(
                    rotate.Purpose,
                    keys.KidOf(rotate.Purpose),
                    keys.Public,
                    options.Callbacks.Outdated(registers.Current)
                )
            ),
        };
    }
}
