using System.Diagnostics;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>The whole way, again and again: an agent asks, Bob clicks in Slack, the agent's long poll is answered.</summary>
internal static class Cycles
{
    /// <summary>People who click at once.</summary>
    private const int Clickers = 32;

    /// <summary>Cycles while that many requests are pending under long poll.</summary>
    public static async Task<Done> RunAsync(
        Place place,
        int pending,
        double seconds,
        CancellationToken cancel
    )
    {
        Done done;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using (
            var agents = await WaitingAgents.StartAsync(place, pending, askAgain: true, cancel)
        )
        {
            var people = Enumerable.Range(0, Clickers).Select(_ => ClickAsync(place, enough.Token));
            var clicking = Task.WhenAll(people.ToArray());
            // The first second fills the pipe.
            await Task.WhenAny(Task.Delay(500, cancel), clicking);
            var (before, meter) = (agents.Cycles, new Meter(place.Bot.Server.Process));
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(seconds), cancel), clicking);
            done = meter.Stop(agents.Cycles - before);
            await enough.CancelAsync();
            await clicking;
        }

        await ClicksAway(place, cancel);
        return done;
    }

    /// <summary>
    /// Milliseconds from a click's first byte to the waiting agent's answer, at ten decisions a second, with
    /// <paramref name="pending"/> waiting at first.
    /// </summary>
    public static async Task<List<double>> ReleasesAsync(
        Place place,
        int pending,
        double seconds,
        CancellationToken cancel
    )
    {
        List<double> took = [];
        await using (
            var agents = await WaitingAgents.StartAsync(place, pending, askAgain: true, cancel)
        )
        {
            using var wire = await Wire.OpenAsync(place.Bot.Url, cancel);
            using var tenth = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            for (var i = 0; i < seconds * 10 && await tenth.WaitForNextTickAsync(cancel); i++)
            {
                var card = await place.Tokens.TakeAsync(cancel);
                var click = place.Clicking.Slack(card);
                var started = Stopwatch.GetTimestamp();
                (await wire.SendAsync(click, cancel)).Must(200);
                long? released;
                while ((released = agents.ReleasedAt(card.Request)) is null)
                {
                    await Task.Delay(1, cancel);
                }

                took.Add(Stopwatch.GetElapsedTime(started, released.Value).TotalMilliseconds);
            }
        }

        await ClicksAway(place, cancel);
        return took;
    }

    /// <summary>Decides whatever is left, so that the next measurement begins with nothing pending.</summary>
    public static Task<Done> ClicksAway(Place place, CancellationToken cancel) =>
        ClicksAsync(place, place.Clicking.Slack, int.MaxValue, cancel);

    /// <summary>Decides at most so many, each durable when it is answered.</summary>
    public static Task<Done> ClicksAsync(
        Place place,
        Func<CardTokens, byte[]> click,
        int most,
        CancellationToken cancel
    )
    {
        place.Tokens.ReadMore();
        return Load.AllAsync(
            place.Bot.Server,
            Clickers,
            async wire =>
            {
                if (Interlocked.Decrement(ref most) < 0 || place.Tokens.Take() is not { } card)
                {
                    return false;
                }

                (await wire.SendAsync(click(card), cancel)).Must(200);
                return true;
            },
            cancel
        );
    }

    private static async Task ClickAsync(Place place, CancellationToken cancel)
    {
        using var wire = await Wire.OpenAsync(place.Bot.Url, cancel);
        try
        {
            while (true)
            {
                var card = await place.Tokens.TakeAsync(cancel);
                (await wire.SendAsync(place.Clicking.Slack(card), cancel)).Must(200);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }
}
