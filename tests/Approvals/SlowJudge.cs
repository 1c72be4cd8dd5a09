using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

/// <summary>How the two accounts of one of the model's people are related when the request is made.</summary>
internal enum Tie
{
    /// <summary>Linked long ago: each has the power of the other.</summary>
    Linked,

    /// <summary>Linked too lately to lend power.</summary>
    Fresh,

    /// <summary>Not linked; the directories report one address of both.</summary>
    SharedAddress,

    /// <summary>Nothing ties them: for all that is known they are two people.</summary>
    Apart,
}

/// <summary>
/// One of the model's people: account 0 is in the groups of <c>Stages</c> (bits); account <c>Behind</c>
/// is behind the request (null: neither).
/// </summary>
internal sealed record ModelPerson(int Stages, Tie Tie, int? Behind);

/// <summary>
/// The rules again, slowly, by trying everything: an oracle that shares no code and no idea with them.
/// Accounts are numbers: 2p and 2p+1 are those of person p.
/// </summary>
internal sealed class SlowJudge(StageOrder order, int[] needed, ModelPerson[] people)
{
    private readonly List<(int Account, int Stage)> _approvals = [];
    private readonly List<int> _linkedLater = [];
    private readonly List<int> _partedLater = [];

    public RequestStatus Status { get; private set; } = RequestStatus.Pending;

    public SlowJudge Copy()
    {
        var copy = new SlowJudge(order, needed, people) { Status = Status };
        copy._approvals.AddRange(_approvals);
        copy._linkedLater.AddRange(_linkedLater);
        copy._partedLater.AddRange(_partedLater);
        return copy;
    }

    public bool IsLinked(int person) =>
        !_partedLater.Contains(person)
        && (people[person].Tie is Tie.Linked or Tie.Fresh || _linkedLater.Contains(person));

    public void LinkOrPart(int person) =>
        (IsLinked(person) ? _partedLater : _linkedLater).Add(person);

    /// <summary>Somebody clicks; whether it counts.</summary>
    public bool Says(int account, Verdict verdict)
    {
        var open = Open();
        if (
            Status != RequestStatus.Pending
            || IsBehind(account)
            || _approvals.Exists(a => AreOne(a.Account, account))
            || !BringsFurther(account, open)
            || (verdict == Verdict.Approved && IsNeededLater(account, open))
        )
        {
            return false;
        }

        if (verdict == Verdict.Rejected)
        {
            Status = RequestStatus.Denied;
            return true;
        }

        _approvals.Add((account, open));
        Status = Taken(_approvals).Sum() == needed.Sum() ? RequestStatus.Approved : Status;
        return true;
    }

    /// <summary>
    /// One after the other: those who are left could fill what is left, and could not any more if this one
    /// were used up now.
    /// </summary>
    private bool IsNeededLater(int account, int open)
    {
        if (order != StageOrder.Sequential)
        {
            return false;
        }

        var taken = Taken(_approvals);
        int[] left = [.. needed.Select((n, s) => n - taken[s])];
        int[] then = [.. left.Select((n, s) => s == open ? n - 1 : n)];
        return IsEnough(left, Left(_ => true)) && !IsEnough(then, Left(a => !AreOne(a, account)));
    }

    private static bool IsEnough(int[] places, List<List<int>> humans) =>
        BruteForce.Fullest(places, humans).Sum() == places.Sum();

    /// <summary>The stages of each human who has not approved, may, and is asked for.</summary>
    private List<List<int>> Left(Func<int, bool> wanted) =>
        [
            .. Enumerable
                .Range(0, people.Length)
                .Select(p => 2 * p) // the other account has nothing that this one has not
                .Where(a => !IsBehind(a) && wanted(a))
                .Where(a => !_approvals.Exists(b => AreOne(b.Account, a)))
                .Select(a => StagesOf(a).ToList()),
        ];

    private bool BringsFurther(int account, int open) =>
        order == StageOrder.Sequential
            ? open < needed.Length && StagesOf(account).Contains(open)
            : Taken([.. _approvals, (account, open)]).Sum() > Taken(_approvals).Sum();

    /// <summary>The first stage that is not full; behind the last if all are.</summary>
    private int Open()
    {
        var taken = Taken(_approvals);
        return Enumerable
            .Range(0, needed.Length)
            .FirstOrDefault(s => taken[s] < needed[s], needed.Length);
    }

    private int[] Taken(List<(int Account, int Stage)> approvals) =>
        BruteForce.Fullest(needed, Humans(approvals));

    /// <summary>Whose approvals count, as the stages that each may fill.</summary>
    private List<List<int>> Humans(List<(int Account, int Stage)> approvals)
    {
        List<List<int>> humans = [];
        for (var i = 0; i < approvals.Count; i++)
        {
            var account = approvals[i].Account;
            if (IsBehind(account) || approvals[..i].Exists(a => AreOne(a.Account, account)))
            {
                continue; // told of with the first account of that human
            }

            humans.Add([
                .. approvals
                    .Where(a => AreOne(a.Account, account))
                    .SelectMany(a =>
                        StagesOf(a.Account).Where(s => order == StageOrder.Any || s == a.Stage)
                    )
                    .Distinct(),
            ]);
        }

        return humans;
    }

    private static int Twin(int account) => account ^ 1;

    /// <summary>For this request: tied now, or were when it was made.</summary>
    private bool AreOne(int a, int b) =>
        a == b
        || (b == Twin(a) && (people[a / 2].Tie != Tie.Apart || _linkedLater.Contains(a / 2)));

    private bool IsBehind(int account) =>
        people[account / 2].Behind is { } behind && AreOne((account / 2 * 2) + behind, account);

    private IEnumerable<int> StagesOf(int account)
    {
        var person = people[account / 2];
        var lends = account % 2 == 0 || (person.Tie == Tie.Linked && IsLinked(account / 2));
        return lends
            ? Enumerable.Range(0, needed.Length).Where(s => (person.Stages >> s & 1) == 1)
            : [];
    }
}
