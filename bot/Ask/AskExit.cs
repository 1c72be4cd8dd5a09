namespace ChatApprovals.Ask;

/// <summary>
/// What <c>ask</c> ends with when its command did not run. Out of the way of the codes that commands use
/// themselves; 125 to 127 and 128 + n as in <c>env</c>, <c>timeout</c> and the shell.
/// </summary>
public static class AskExit
{
    public const int Approved = 0;
    public const int Denied = 110;
    public const int Expired = 111;
    public const int Cancelled = 112;

    /// <summary>The bot said no, before or after the people: its problem is on the error output.</summary>
    public const int Refused = 113;

    /// <summary>No answer of the bot for too long.</summary>
    public const int Unreachable = 114;

    /// <summary>What was approved is not what would run any more.</summary>
    public const int Changed = 115;

    /// <summary>Nothing was asked: wrong words, a setting is missing, a file cannot be read.</summary>
    public const int NotAsked = 125;

    public const int CannotRun = 126;
    public const int NotFound = 127;

    /// <summary>Plus the signal's number.</summary>
    public const int Signal = 128;

    /// <summary>One word for machines.</summary>
    public static string Word(int exit) =>
        exit switch
        {
            Approved => "approved",
            Denied => "denied",
            Expired => "expired",
            Cancelled => "cancelled",
            Refused => "refused",
            Unreachable => "unreachable",
            Changed => "changed",
            CannotRun or NotFound => "cannot_run",
            > Signal => "interrupted",
            _ => "not_asked",
        };
}
