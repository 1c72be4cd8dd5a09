using System.Text;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>What was measured, by name; each as often as there were rounds.</summary>
internal sealed class Figures
{
    private const string CostName = " µs";

    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);

    public void Add(string name, double value)
    {
        if (!_values.TryGetValue(name, out var all))
        {
            _values[name] = all = [];
        }

        all.Add(value);
        Console.Error.WriteLine($"  {name}: {Show(value)}");
    }

    /// <summary>A rate, and what each cost the server's processor.</summary>
    public void Add(string name, Done done)
    {
        Add(name, done.PerSecond);
        Add(name + CostName, done.Cost);
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public double Median(string name)
    {
        var sorted = _values[name].Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value that this share of the samples does not exceed.</summary>
    public static double Percentile(IReadOnlyCollection<double> samples, double share) =>
        samples.Order().ElementAt((int)Math.Ceiling(samples.Count * share) - 1);

    /// <summary>Markdown: median, smallest and largest of the rounds, and what it is compared with.</summary>
    public string Table(IEnumerable<Row> rows)
    {
        var text = new StringBuilder(
            "| measured | median | rounds | compared | processor, each |\n|---|---|---|---|---|\n"
        );
        foreach (var row in rows.Where(r => Has(r.Name)))
        {
            var all = _values[row.Name];
            var ratio =
                row.Against is { } against && Has(against)
                    ? $"{Median(row.Name) / Median(against):0.00} of {row.AgainstShown}"
                    : "";
            text.Append("| ").Append(row.Shown);
            text.Append(" | ").Append(Show(Median(row.Name))).Append(row.Unit);
            text.Append(" | ").Append(Show(all.Min())).Append(" to ").Append(Show(all.Max()));
            text.Append(" | ").Append(ratio).Append(" | ").Append(CostOf(row)).Append(" |\n");
        }

        return text.ToString();
    }

    private string CostOf(Row row) =>
        Has(row.Name + CostName) ? $"{Show(Median(row.Name + CostName))} µs" : "";

    private static string Show(double value) =>
        value >= 100 ? $"{value:#,0}"
        : value >= 10 ? $"{value:0.0}"
        : $"{value:0.00}";

    /// <summary>One line of the table, and the baseline that its ratio is of.</summary>
    internal sealed record Row(
        string Name,
        string Shown,
        string Unit = "",
        string? Against = null,
        string? AgainstShown = null
    );
}
