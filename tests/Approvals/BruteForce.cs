namespace ChatApprovals.Tests.Approvals;

/// <summary>Seats in stages by trying everything: shares no idea with the rules' matching.</summary>
internal static class BruteForce
{
    /// <summary>
    /// Every way to send each human (told as the stages they may fill) to a stage or to none: the places
    /// taken by the fullest; of several, by the one that fills the first stage more.
    /// </summary>
    public static int[] Fullest(IReadOnlyList<int> needed, IReadOnlyList<List<int>> humans)
    {
        var best = new int[needed.Count];
        for (var way = 0; way < Math.Pow(needed.Count + 1, humans.Count); way++)
        {
            var (rest, taken, fits) = (way, new int[needed.Count], true);
            foreach (var stages in humans)
            {
                var stage = rest % (needed.Count + 1);
                rest /= needed.Count + 1;
                if (stage < needed.Count)
                {
                    fits &= stages.Contains(stage) && ++taken[stage] <= needed[stage];
                }
            }

            best = fits && IsFuller(taken, best) ? taken : best;
        }

        return best;
    }

    private static bool IsFuller(int[] taken, int[] best) =>
        taken.Sum() > best.Sum() || (taken.Sum() == best.Sum() && taken[0] > best[0]);
}
