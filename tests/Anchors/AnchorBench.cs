using ChatApprovals.Anchors;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Anchors;

/// <summary>A desk with anchors that answer as a test says, and the loop that serves them, on a clock that is set by hand.</summary>
internal sealed class AnchorBench : IAsyncDisposable
{
    private readonly IReadOnlyList<IAnchor> _anchors;
    private AnchorLoop _loop;

    private AnchorBench(TestDesk desk, IReadOnlyList<IAnchor> anchors)
    {
        (Desk, _anchors) = (desk, anchors);
        Anchors = new AnchorDesk(
            desk.Committer,
            desk.Store,
            [.. anchors.Select(a => a.Name)],
            desk.Clock
        );
        _loop = Loop();
    }

    public TestDesk Desk { get; }

    public AnchorDesk Anchors { get; }

    public HandClock Clock => (HandClock)Desk.Clock;

    public static async Task<AnchorBench> StartAsync(params IReadOnlyList<IAnchor> anchors)
    {
        var desk = await TestDesk.OpenAsync(clock: new HandClock(Make.Noon));
        return await StartOnAsync(desk, anchors);
    }

    public static async Task<AnchorBench> StartOnAsync(
        TestDesk desk,
        params IReadOnlyList<IAnchor> anchors
    )
    {
        var bench = new AnchorBench(desk, anchors);
        await bench._loop.StartAsync(TestDesk.Cancel);
        return bench;
    }

    public AnchorState State(string anchor) =>
        Anchors.States().Single(s => s.Anchor.Equals(anchor, StringComparison.Ordinal));

    /// <summary>Until an anchor stands so.</summary>
    public Task UntilAsync(string anchor, Func<AnchorState, bool> isSo) =>
        Eventually.TrueAsync(
            () =>
            {
                Anchors.Wake();
                return isSo(State(anchor));
            },
            $"how {anchor} stands"
        );

    public Task HasNewestAsync(string anchor) =>
        UntilAsync(anchor, s => s.Size == Anchors.Newest()!.Checkpoint.Size && !s.IsLate);

    /// <summary>The loop of before ends, and another begins with what is stored.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _loop = Loop();
        await _loop.StartAsync(TestDesk.Cancel);
    }

    public async Task StopAsync()
    {
        await _loop.StopAsync(CancellationToken.None);
        _loop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Desk.DisposeAsync();
    }

    private AnchorLoop Loop() =>
        new(Anchors, _anchors, Desk.Clock, NullLogger<AnchorLoop>.Instance);
}

/// <summary>An anchor that answers what it is told to, and remembers what it was given.</summary>
internal sealed class ToldAnchor(string name) : IAnchor
{
    private readonly Lock _gate = new();
    private readonly List<long> _given = [];

    public string Name => name;

    public bool Remembers { get; init; }

    /// <summary>What it was given, in order: sizes.</summary>
    public IReadOnlyList<long> Given
    {
        get
        {
            lock (_gate)
            {
                return [.. _given];
            }
        }
    }

    public Func<CancellationToken, Task<Anchored>> Answer { get; set; } =
        _ => Task.FromResult<Anchored>(new Anchored.Done([]));

    public void Says(Anchored answer) => Answer = _ => Task.FromResult(answer);

    public Task<Anchored> PutAsync(SignedCheckpoint checkpoint, CancellationToken cancel)
    {
        lock (_gate)
        {
            _given.Add(checkpoint.Checkpoint.Size);
        }

        return Answer(cancel);
    }
}
