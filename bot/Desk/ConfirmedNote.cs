using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Tells whoever proposed a change what became of it, in their own chat, and the key if one was made. That
/// message is the only place where the key ever is: what cannot be delivered is replaced.
/// </summary>
internal static class ConfirmedNote
{
    /// <param name="directory">Where people are told things.</param>
    /// <param name="ended">The request, if this click ended it.</param>
    /// <param name="key">The key whose hash was recorded, if the change was applied.</param>
    public static void Tell(Directory directory, Approval? ended, ApiKey? key)
    {
        if (ended?.Change is not { } change)
        {
            return;
        }

        var what = $"{change.Area.Replace('_', ' ')} {change.Name}";
        var code = ended.Opening.Code;
        if (ended.Status != RequestStatus.Approved)
        {
            directory.Tell(
                change.Account,
                $"{code} was not applied",
                $"Your change of {what} has no effect.",
                ended.EndReason
                    ?? (
                        ended.Status == RequestStatus.Expired
                            ? "Nobody confirmed it in time. Propose it again."
                            : "It was rejected."
                    )
            );
        }
        else if (key is null)
        {
            directory.Tell(change.Account, $"{code} is applied", Applied(change, what));
        }
        else
        {
            directory.Tell(
                change.Account,
                $"{code} is applied: {what}",
                $"Key: {key.Reveal()}",
                "It is shown only now, and only to you. Keep it where the secrets are, then delete this message.",
                $"A lost key is replaced by: {change.Area} rotate {change.Name}",
                "You received it, so you cannot decide what is asked with it."
            );
        }
    }

    private static string[] Applied(ProposedChange change, string what) =>
        change.Area switch
        {
            "callback" =>
            [
                $"Your change of {what} applies.",
                $"The secret that signs is shown by: agent callback {change.Name} rotate",
            ],
            Rotating.Area =>
            [
                $"A new key signs for {change.Name} from now on; what the old one signed still verifies.",
                "Copy Data:Directory/keys to where you keep the keys, and give auditors the new verifier key: checkpoint",
            ],
            Erasing.Area =>
            [
                $"{change.Name} is erased: the entries stay, what was beside them is gone.",
                "Backups and exports from before still hold it: whoever keeps them must erase it there.",
            ],
            _ => [$"Your change of {what} applies."],
        };
}
