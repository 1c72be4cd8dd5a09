using System.Diagnostics;
using ChatApprovals.Tests.Support;

[assembly: AssemblyFixture(typeof(Standstill))]

namespace ChatApprovals.Tests.Support;

/// <summary>
/// Writes down, where <c>STANDSTILL_LOG</c> says, when this process stood still: the whole machine did, or its pool had no
/// thread to give because a test took them all. What failed in such a moment is explained by it.
/// </summary>
public sealed class Standstill : IDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(2);

    private readonly string? _log = Environment.GetEnvironmentVariable("STANDSTILL_LOG");
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;
    private TaskCompletionSource? _asked;
    private long _askedAt;

    public Standstill()
    {
        _thread = new Thread(Watch) { IsBackground = true, Priority = ThreadPriority.Highest };
        if (_log is not null)
        {
            _thread.Start();
        }
    }

    public void Dispose()
    {
        _ended.Set();
        if (_log is not null)
        {
            _thread.Join();
        }

        _ended.Dispose();
    }

    private void Watch()
    {
        for (var slept = Stopwatch.GetTimestamp(); !_ended.Wait(s_every); slept = Now())
        {
            Say("the machine", Stopwatch.GetElapsedTime(slept) - s_every);
            if (_asked is { Task.IsCompleted: false })
            {
                continue;
            }

            Say("the pool", _asked is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_askedAt));
            (_asked, _askedAt) = (new TaskCompletionSource(), Now());
            ThreadPool.UnsafeQueueUserWorkItem(a => a.SetResult(), _asked, preferLocal: false);
        }
    }

    private static long Now() => Stopwatch.GetTimestamp();

    private void Say(string what, TimeSpan stood)
    {
        if (stood > s_long)
        {
            var now = TimeProvider.System.GetUtcNow();
            var pool = $"{ThreadPool.ThreadCount} threads, {ThreadPool.PendingWorkItemCount} wait";
            File.AppendAllText(
                _log!,
                $"{now:HH:mm:ss} {what} {stood.TotalSeconds:0.0} s; {pool}\n"
            );
        }
    }
}
