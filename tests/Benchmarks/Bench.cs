using System.Diagnostics;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>Runs the plan: warm-up, then rounds in which every scenario stands beside its baselines; prints the table.</summary>
internal sealed class Bench(Plan plan, Platforms platforms, Plaintext plaintext)
{
    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(Plan plan, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(plan.Folder);
        await using var platforms = await Platforms.StartAsync(cancel);
        using var plaintext = await Plaintext.StartAsync(cancel);
        var bench = new Bench(plan, platforms, plaintext);
        try
        {
            await bench.MeasureAsync(cancel);
        }
        catch (Exception error)
        {
            // Caught, so that the processes it started end with it.
            Say(cancel.IsCancellationRequested ? "stopped" : error.ToString());
            return 1;
        }

        Console.WriteLine(bench._figures.Table([.. Rows.Of(plan), .. Growth.Rows(plan)]));
        Console.WriteLine(
            $"{plan.Rounds} rounds of {plan.Seconds} s, {Repository.Configuration}, "
                + $"{(Cores.ArePinned ? "bot on one core, clients on another" : "NOT pinned to cores")}, "
                + $"{Stopwatch.GetElapsedTime(started).TotalMinutes:0.0} minutes in all."
        );
        return 0;
    }

    private async Task MeasureAsync(CancellationToken cancel)
    {
        if (plan.HasServing)
        {
            await ServingAsync(cancel);
        }

        if (plan.Has("ledger"))
        {
            Say("ledger");
            await new Growth(plan, _figures).MeasureAsync(cancel);
        }
    }

    private async Task ServingAsync(CancellationToken cancel)
    {
        using (var place = await Place.OpenAsync(platforms, plan.Folder, 100, cancel))
        {
            Say($"warm-up, {plan.WarmUp} s");
            await WarmUpAsync(place, cancel);
            for (var round = 1; round <= plan.Rounds; round++)
            {
                Say($"round {round}");
                await RoundAsync(place, cancel);
            }
        }

        if (plan.Has("guard") || plan.Has("mcp"))
        {
            await EnforcingAsync(cancel);
        }

        if (plan.Has("memory"))
        {
            Say("memory");
            await MemoryAsync(cancel);
        }

        if (plan.Has("start"))
        {
            Say("start");
            await StartsAsync(cancel);
        }
    }

    private async Task WarmUpAsync(Place place, CancellationToken cancel)
    {
        var part = plan.WarmUp / 4;
        await plaintext.MeasureAsync(16, part, cancel);
        await CreateAsync(place, 16, part, cancel);
        await Cycles.ClicksAsync(place, place.Clicking.Teams, 1_000, cancel);
        await Cycles.ClicksAway(place, cancel);
        await Cycles.RunAsync(place, 100, part, cancel);
    }

    private async Task RoundAsync(Place place, CancellationToken cancel)
    {
        if (plan.Has("creates") || plan.Has("clicks"))
        {
            await CreatesAsync(place, cancel);
        }

        await ClicksAsync(place, cancel);
        if (plan.Has("release"))
        {
            var took = await Cycles.ReleasesAsync(place, 100, plan.Seconds * 2, cancel);
            _figures.Add("release p50", Figures.Percentile(took, 0.5));
            _figures.Add("release p99", Figures.Percentile(took, 0.99));
        }

        foreach (var pending in plan.Has("cycles") ? plan.Pending : [])
        {
            var done = await Cycles.RunAsync(place, pending, plan.Seconds, cancel);
            _figures.Add($"cycles {pending}", done);
        }
    }

    private async Task CreatesAsync(Place place, CancellationToken cancel)
    {
        foreach (var clients in plan.Clients)
        {
            _figures.Add(
                $"plaintext {clients}",
                await plaintext.MeasureAsync(clients, plan.Seconds / 2, cancel)
            );
            var appends = await RawAppend.MeasureAsync(plan.Folder, plan.Seconds / 2, cancel);
            _figures.Add("append", appends);
            var creates = await CreateAsync(place, clients, plan.Seconds, cancel);
            _figures.Add($"creates {clients}", creates);
        }
    }

    /// <summary>Half of what is pending is decided in each of the apps.</summary>
    private async Task ClicksAsync(Place place, CancellationToken cancel)
    {
        place.Tokens.ReadMore();
        var half = place.Tokens.Count / 2;
        if (plan.Has("clicks"))
        {
            var pending = place.Tokens.Pending();
            var teams = await Cycles.ClicksAsync(place, place.Clicking.Teams, half, cancel);
            Counted(pending - place.Tokens.Pending(), half);
            _figures.Add("teams", teams);
        }

        var (rest, before) = (place.Tokens.Count, place.Tokens.Pending());
        var slack = await Cycles.ClicksAway(place, cancel);
        Counted(before - place.Tokens.Pending(), rest);
        if (plan.Has("clicks"))
        {
            _figures.Add("slack", slack);
        }
    }

    /// <summary>A click is answered the same when it counts and when it is refused: look into the file.</summary>
    private static void Counted(int decided, int clicked)
    {
        if (decided != clicked)
        {
            throw new InvalidOperationException($"{clicked} clicks decided {decided} requests");
        }
    }

    /// <summary>The agents take turns: a real one has 20 requests pending at most.</summary>
    private static Task<Done> CreateAsync(
        Place place,
        int clients,
        double seconds,
        CancellationToken cancel
    )
    {
        var turn = 0;
        return Load.ForAsync(
            place.Bot.Server,
            clients,
            seconds,
            async (wire, _) =>
                (
                    await wire.SendAsync(
                        place.Asking.Create(Interlocked.Increment(ref turn)),
                        cancel
                    )
                ).Must(201),
            cancel
        );
    }

    /// <summary>On data of its own: its policies allow what the others' requests wait for.</summary>
    private async Task EnforcingAsync(CancellationToken cancel)
    {
        using var place = await Place.OpenAsync(platforms, plan.Folder, 100, cancel);
        var guarding = new Guarding(place, plaintext);
        await guarding.PrepareAsync(cancel);
        await WarmUpAsync(place, cancel);
        for (var round = 0; round <= plan.Rounds; round++)
        {
            Say(round == 0 ? "guard and mcp: warm-up" : $"guard and mcp: round {round}");
            var figures = round == 0 ? new Figures() : _figures;
            if (plan.Has("guard"))
            {
                figures.Add("direct", await plaintext.MeasureAsync(16, plan.Seconds / 2, cancel));
                figures.Add("forward", await guarding.ForwardAsync(plan.Seconds, cancel));
                var appends = await RawAppend.MeasureAsync(plan.Folder, plan.Seconds / 2, cancel);
                figures.Add("append beside", appends);
                figures.Add(
                    "consume",
                    await guarding.ConsumeAsync((int)(plan.Seconds * 500), cancel)
                );
            }

            if (plan.Has("mcp"))
            {
                var (rest, mcp) = await new Reading(place).RunAsync(plan.Seconds / 2, cancel);
                figures.Add("rest", rest);
                figures.Add("mcp", mcp);
            }
        }
    }

    /// <summary>A fresh process that has 10,000 requests pending, each under long poll.</summary>
    private async Task MemoryAsync(CancellationToken cancel)
    {
        using var place = await Place.OpenAsync(platforms, plan.Folder, 100, cancel);
        _figures.Add("memory idle", place.Bot.Megabytes);
        var pending = plan.Pending[^1];
        await using var agents = await WaitingAgents.StartAsync(
            place,
            pending,
            askAgain: false,
            cancel
        );
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        _figures.Add("memory", place.Bot.Megabytes);
    }

    /// <summary>From the start of the process to the first request that is durable, on data from before.</summary>
    private async Task StartsAsync(CancellationToken cancel)
    {
        using var place = await Place.OpenAsync(platforms, plan.Folder, 1, cancel);
        for (var round = 0; round < Math.Max(plan.Rounds, 3); round++)
        {
            place.Bot.Kill();
            var started = Stopwatch.GetTimestamp();
            using var wire = await place.Bot.StartAsync(cancel);
            (await wire.SendAsync(place.Asking.Create(0), cancel)).Must(201);
            var took = Stopwatch.GetElapsedTime(started);
            _figures.Add("start", took.TotalSeconds);
            _figures.Add("start µs", place.Bot.Server.Process.TotalProcessorTime.TotalMicroseconds);
        }
    }

    private static void Say(string what) => Console.Error.WriteLine(what);
}
