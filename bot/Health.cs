using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ChatApprovals;

/// <summary>
/// Whether the process can do its work: the ledger takes a write, the platforms accept our credentials.
/// The platforms, the issuer of those who decide by API, and the store whether it takes a row, are asked at most
/// every half minute, every five seconds while they fail, and never twice at once: anybody may look.
/// </summary>
public sealed class Health(
    Committer committer,
    IEnumerable<ISurface> surfaces,
    IEnumerable<HealthPart> others,
    TimeProvider clock
)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_rememberedFor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_faultRememberedFor = TimeSpan.FromSeconds(5);

    private readonly HealthPart[] _parts =
    [
        .. surfaces.Select(s => new HealthPart(WireNames.Of(s.Kind), s.CheckAsync)),
        .. others,
    ];

    private readonly HealthPart _probe = new("store", c => ProbeAsync(committer, clock, c));

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Asked> _asked = new(StringComparer.Ordinal);

    private sealed record Asked(Task<string?> Answer, DateTimeOffset At)
    {
        public bool IsGood(DateTimeOffset now) =>
            !Answer.IsCompleted
            || (
                Answer.IsCompletedSuccessfully
                && now - At < (Answer.Result is null ? s_rememberedFor : s_faultRememberedFor)
            );
    }

    /// <summary>The failing parts with what is wrong; none when ready.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FaultsAsync(CancellationToken cancel)
    {
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if ((await StoreFaultAsync(cancel) ?? await CheckAsync(_probe, cancel)) is { } fault)
        {
            faults["store"] = fault;
        }

        foreach (var part in _parts)
        {
            if (await CheckAsync(part, cancel) is { } wrong)
            {
                faults[part.Name] = wrong;
            }
        }

        return faults;
    }

    /// <summary>Whether there is a committer that answers: nothing is written.</summary>
    private async Task<string?> StoreFaultAsync(CancellationToken cancel)
    {
        try
        {
            await committer.CommitAsync(_ => true, cancel).WaitAsync(s_patience, clock, cancel);
            return null;
        }
        catch (UnavailableException error)
        {
            return error.Message;
        }
        catch (TimeoutException)
        {
            return $"the ledger does not take a write within {s_patience.TotalSeconds:0} s";
        }
    }

    /// <summary>Writes a row that nobody reads: a full disk takes an empty transaction.</summary>
    private static async Task<string?> ProbeAsync(
        Committer committer,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        try
        {
            var key = $"readyz {clock.GetUtcNow().Ticks}";
            return await committer.CommitAsync(commit => commit.Try(key), cancel);
        }
        catch (UnavailableException error)
        {
            return error.Message;
        }
    }

    /// <summary>Whoever asks while it is being asked shares the answer.</summary>
    private Task<string?> CheckAsync(HealthPart part, CancellationToken cancel)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (!_asked.TryGetValue(part.Name, out var asked) || !asked.IsGood(now))
            {
                asked = _asked[part.Name] = new Asked(
                    Task.Run(() => AskAsync(part, CancellationToken.None), CancellationToken.None),
                    now
                );
            }

            return asked.Answer.WaitAsync(cancel);
        }
    }

    private async Task<string?> AskAsync(HealthPart part, CancellationToken cancel)
    {
        using var enough = new CancellationTokenSource(s_patience, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel, enough.Token);
        try
        {
            return await part.CheckAsync(patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            return $"does not answer within {s_patience.TotalSeconds:0} s";
        }
    }
}

/// <summary>Something outside that the process needs: null when it can be used, else what is wrong.</summary>
public sealed record HealthPart(string Name, Func<CancellationToken, Task<string?>> CheckAsync);

/// <summary><c>GET /healthz</c>: the process is up. <c>GET /readyz</c>: it can work; 503 names what cannot.</summary>
internal static class HealthEndpoints
{
    private const int WhysMax = 5;

    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods(
            "/healthz",
            s_methods,
            (HttpContext http) =>
            {
                Answer.NotKept(http.Response);
                return Results.Json(new { status = "up" });
            }
        );
        app.MapMethods(
            "/readyz",
            s_methods,
            async (
                HttpContext http,
                Health health,
                Undrawn undrawn,
                AnchorDesk anchors,
                CancellationToken cancel
            ) =>
            {
                Answer.NotKept(http.Response);
                var faults = await health.FaultsAsync(cancel);
                return faults.Count == 0
                    ? Results.Json(
                        new
                        {
                            status = "ready",
                            cards = Cards(undrawn.All),
                            anchors = Anchors(anchors.States()),
                        }
                    )
                    : Results.Json(
                        new { status = "not ready", failing = faults },
                        statusCode: StatusCodes.Status503ServiceUnavailable
                    );
            }
        );
    }

    /// <summary>Nobody waits for an anchor, so the bot is ready all the same; without the channels: anyone may ask.</summary>
    private static object Anchors(IReadOnlyList<AnchorState> states) =>
        new
        {
            late = states.Where(s => s.IsLate).Select(s => s.Kind),
            contradicted = states.Where(s => s.IsContradicted).Select(s => s.Kind),
        };

    /// <summary>Cards that wait or were given up, with the reasons but without the requests: anyone may ask.</summary>
    private static object Cards(IReadOnlyList<UndrawnCopy> undrawn) =>
        new
        {
            waiting = undrawn.Count(c => !c.GivenUp),
            given_up = undrawn.Count(c => c.GivenUp),
            why = undrawn.Select(c => c.Why).Distinct(StringComparer.Ordinal).Take(WhysMax),
        };
}
