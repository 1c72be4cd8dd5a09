namespace ChatApprovals.Admin;

/// <summary>
/// How many letters must be put in, taken out, replaced or swapped with their neighbour to make one text
/// of another (optimal string alignment).
/// </summary>
public static class EditDistance
{
    /// <summary>No command is as long: what is longer is cut, so that the work stays bounded.</summary>
    private const int LengthMax = 64;

    public static int Between(string left, string right)
    {
        var a = left.AsSpan(0, Math.Min(left.Length, LengthMax));
        var b = right.AsSpan(0, Math.Min(right.Length, LengthMax));
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Cheapest(rows, a, b, i, j);
            }
        }

        return rows[a.Length, b.Length];
    }

    private static int Cheapest(
        int[,] rows,
        ReadOnlySpan<char> a,
        ReadOnlySpan<char> b,
        int i,
        int j
    )
    {
        var replaced = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        var best = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
        var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
    }
}
