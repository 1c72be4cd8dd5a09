namespace ChatApprovals.Tests.Benchmarks;

/// <summary>What to measure and for how long, from the command line.</summary>
/// <param name="Only">Names of scenarios; empty: all.</param>
/// <param name="Rounds">How often each is measured; the table has medians.</param>
/// <param name="Seconds">Of one measurement.</param>
/// <param name="WarmUp">Seconds before the first measurement.</param>
/// <param name="Folder">Where data goes: on the disk that is to be measured.</param>
internal sealed record Plan(
    IReadOnlyList<string> Only,
    int Rounds,
    double Seconds,
    double WarmUp,
    string Folder
)
{
    public const string Usage = """
        dotnet run -c Release --project tests/Benchmarks -- [--quick] [--only a,b] [--clients n,m] [--entries n] [--rounds n] [--seconds s] [--folder path]
          --quick    one short round: says whether all works, not how fast
          --only     of: creates, clicks, cycles, release, guard, mcp, memory, start, ledger
          --clients  how many create at once (1,16,128)
          --entries  of the ledger that is grown, exported and verified (20,000)
          --rounds   how often each is measured (5); the table has medians
          --seconds  of one measurement (4)
          --folder   where data is written (.benchmarks in the repository)
        """;

    public static readonly IReadOnlyList<string> Scenarios =
    [
        "creates",
        "clicks",
        "cycles",
        "release",
        "guard",
        "mcp",
        "memory",
        "start",
        "ledger",
    ];

    /// <summary>How many requests are pending under long poll while cycles are counted.</summary>
    public IReadOnlyList<int> Pending { get; } = [100, 1_000, 10_000];

    public IReadOnlyList<int> Clients { get; private init; } = [1, 16, 128];

    /// <summary>How large a ledger is grown.</summary>
    public long Entries { get; private init; } = 20_000;

    /// <summary>Whether any of it is measured on a bot that serves clients.</summary>
    public bool HasServing => Only.Count == 0 || Only.Any(o => o is not "ledger");

    public bool Has(string scenario) =>
        Only.Count == 0 || Only.Contains(scenario, StringComparer.Ordinal);

    /// <exception cref="ArgumentException">An unknown word.</exception>
    public static Plan Read(string[] args)
    {
        var plan = new Plan([], 5, 4, 10, Path.Combine(Repository.Root, ".benchmarks"));
        var words = new Queue<string>(args);
        while (words.TryDequeue(out var word))
        {
            plan = word switch
            {
                "--quick" => plan with { Rounds = 1, Seconds = 1.5, WarmUp = 2 },
                "--only" => plan with { Only = Names(words.Dequeue()) },
                "--clients" => plan with
                {
                    Clients = [.. words.Dequeue().Split(',').Select(int.Parse)],
                },
                "--entries" => plan with { Entries = long.Parse(words.Dequeue()) },
                "--rounds" => plan with { Rounds = int.Parse(words.Dequeue()) },
                "--seconds" => plan with { Seconds = double.Parse(words.Dequeue()) },
                "--folder" => plan with { Folder = Path.GetFullPath(words.Dequeue()) },
                _ => throw new ArgumentException($"{word}?\n{Usage}", nameof(args)),
            };
        }

        return plan;
    }

    private static string[] Names(string text) =>
        text.Split(',') is var names && names.All(Scenarios.Contains)
            ? names
            : throw new ArgumentException($"{text}?\n{Usage}", nameof(text));
}
