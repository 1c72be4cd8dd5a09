using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>auditor …</c>: who may read everything and change nothing, and each auditor's own key for the
/// ledger over HTTP. A key works only while its holder is an auditor.
/// </summary>
public static class AuditorCommand
{
    private const string KeyArea = "auditor_key";

    internal static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "auditor add",
            "@p…",
            Access.Admins,
            "makes people auditors: they may read everything and change nothing",
            a => a.Mentions() is { } people ? new Command.AuditorAdd(people) : null
        ),
        new(
            "auditor remove",
            "@p…",
            Access.Admins,
            "takes the role away, and with it their key's power, at once",
            a => a.Mentions() is { } people ? new Command.AuditorRemove(people) : null
        ),
        new(
            "auditor key",
            "",
            Access.Auditors,
            "makes your own key for reading the ledger over HTTP, shown once; an older one stops",
            _ => new Command.AuditorKey()
        ),
        new(
            "auditor key revoke",
            "",
            Access.Auditors,
            "makes your key worthless, at once",
            _ => new Command.AuditorKeyRevoke()
        ),
    ];

    /// <summary>The one key of this person becomes the one with this hash.</summary>
    public static ConfigRuling SetKey(DateTimeOffset now, PersonId auditor, string keyHash) =>
        new ConfigRuling.Set(
            KeyArea,
            auditor.ToString(),
            new AuditorKey(auditor, keyHash, now),
            Widens: false
        );

    public static ConfigRuling RevokeKey(Register register, PersonId auditor) =>
        register.Value(KeyArea, auditor.ToString()) is null
            ? new ConfigRuling.Same()
            : new ConfigRuling.Set(KeyArea, auditor.ToString(), After: null, Widens: false);

    internal static Proposal ProposeAdd(ImmutableArray<PersonId> people, PersonId by) =>
        new(
            (register, now) => Membership.Add(register, now, Register.Auditors, people, by),
            register => new Reply(
                "Auditors added",
                [
                    $"Auditors now: {All(register)}",
                    "Each makes an own key for the ledger: auditor key. A key of theirs from an earlier time, if any, works again.",
                    Proposal.Unreviewed,
                ]
            ),
            "They are auditors already."
        );

    internal static Proposal ProposeRemove(ImmutableArray<PersonId> people) =>
        new(
            (register, _) => Membership.Remove(register, Register.Auditors, people),
            register => new Reply(
                "Auditors removed",
                [$"Auditors now: {All(register)}", "Their keys work no longer."]
            ),
            "They are not auditors."
        );

    internal static Proposal ProposeKey(PersonId by, AdminOptions options)
    {
        var key = ApiKey.New(ApiKeyKind.Auditor);
        return new Proposal(
            (_, now) => SetKey(now, by, key.Hash),
            _ => new Reply(
                "Your key for the ledger",
                [
                    $"Key: {key.Reveal()}",
                    "It is shown only now. An older key of yours, if there was one, works no longer.",
                    $"Try it: curl -sS {options.PublicUrl}/ledger/checkpoint -H 'Authorization: Bearer {key.Reveal()}'",
                    "If it gets into the wrong hands: auditor key revoke",
                ]
            )
            {
                Secret = true,
            },
            Same: ""
        );
    }

    internal static Proposal ProposeRevoke(PersonId by) =>
        new(
            (register, _) => RevokeKey(register, by),
            _ => new Reply("Key revoked", ["Your key works no longer. A new one: auditor key"]),
            "You have no key."
        );

    private static string All(Register register) =>
        Say.Names(register, register.Group(Register.Auditors)?.Members ?? []);
}
