using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// The exhaustive small model: every kind of three people (memberships, how their two accounts are tied,
/// which of them is behind the request), every order of stages and of clicks, with links and partings among
/// the clicks. <c>PROPERTY_RUNS</c> sets how many of the worlds are tried; from 100,000 on it is all.
/// </summary>
public sealed class SmallModelTests
{
    private const int All = 100_000;
    private const int RunsDefault = 500;

    private static readonly int[][] s_needed =
    [
        [1, 1],
        [2, 1],
        [1, 2],
    ];

    [Theory]
    [InlineData(StageOrder.Any)]
    [InlineData(StageOrder.Sequential)]
    public void Every_order_of_clicks_links_and_partings_agrees_with_a_slow_judge(StageOrder order)
    {
        var step = Math.Max(1, All / Properties.Runs(RunsDefault));
        var (number, tried, attempts, approved) = (0, 0, 0L, 0L);
        foreach (var people in ThreeOf(Kinds()))
        {
            foreach (var needed in s_needed)
            {
                if (number++ % step != 0)
                {
                    continue;
                }

                var model = new SmallModel(order, needed, people, way: number / step % 3);
                model.Try(changes: 1);
                tried++;
                attempts += model.Count.Attempts;
                approved += model.Count.Approved;
            }
        }

        Assert.True(
            approved > tried / 4,
            $"{tried} worlds, {attempts} attempts, {approved} approved"
        );
    }

    private static List<ModelPerson> Kinds() =>
        [
            .. from stages in Enumerable.Range(0, 4)
            from tie in Enum.GetValues<Tie>()
            from behind in (int?[])[null, 0, 1]
            select new ModelPerson(stages, tie, behind),
        ];

    /// <summary>Who of the three is who says nothing: each choice once.</summary>
    private static IEnumerable<ModelPerson[]> ThreeOf(List<ModelPerson> kinds)
    {
        for (var a = 0; a < kinds.Count; a++)
        {
            for (var b = a; b < kinds.Count; b++)
            {
                for (var c = b; c < kinds.Count; c++)
                {
                    yield return [kinds[a], kinds[b], kinds[c]];
                }
            }
        }
    }
}
