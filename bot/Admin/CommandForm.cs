namespace ChatApprovals.Admin;

/// <summary>Who may give a command. Whoever is not a live member of the enrolled place may give none.</summary>
public enum Access
{
    /// <summary>Anyone enrolled.</summary>
    Anyone,

    /// <summary>Who is in a group that a policy names.</summary>
    Approvers,

    /// <summary>Administrators and auditors: it only reads.</summary>
    Readers,

    Auditors,

    Admins,
}

/// <summary>
/// One line of the grammar: <see cref="Words"/> (<c>agent add</c>), what follows them
/// (<see cref="Usage"/>), who may, what it does in a sentence, and how the rest is read.
/// <see cref="Read"/> answers null and leaves the problem with the arguments when it does not fit.
/// </summary>
public sealed record CommandForm(
    string Words,
    string Usage,
    Access Who,
    string Help,
    Func<Arguments, Command?> Read
)
{
    public string Topic => Words.Split(' ')[0];

    public string Whole => Usage.Length == 0 ? Words : $"{Words} {Usage}";
}
