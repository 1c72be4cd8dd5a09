namespace ChatApprovals.Tests.Support;

/// <summary>
/// The system's clock for a test in which both sides of a call are in this process. A machine may stand still for
/// twenty seconds, and then everybody's patience is over at once; here that uses up a sixteenth of it.
/// </summary>
public class PatientClock : TimeProvider
{
    public static readonly PatientClock Shared = new();

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => new InParts(callback, state, dueTime, period);

    /// <summary>A timer that waits for its time in parts, one after the other.</summary>
    private sealed class InParts : ITimer
    {
        private const int Parts = 16;
        private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(20);

        private readonly Lock _gate = new();
        private readonly Action _due;
        private readonly ITimer _part;
        private TimeSpan _left;
        private TimeSpan _period;
        private TimeSpan _step;
        private bool _isDisposed;

        public InParts(TimerCallback callback, object? state, TimeSpan due, TimeSpan period)
        {
            _due = () => callback(state);
            _part = System.CreateTimer(
                static self => ((InParts)self!).Over(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
            Change(due, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _period = period;
                return Begin(dueTime);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isDisposed = true;
                _part.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (_gate)
            {
                _isDisposed = true;
                return _part.DisposeAsync();
            }
        }

        private bool Begin(TimeSpan time)
        {
            (_left, _step) = (time, time / Parts < s_shortest ? s_shortest : time / Parts);
            return Next();
        }

        private bool Next() =>
            !_isDisposed
            && _part.Change(
                _left == Timeout.InfiniteTimeSpan || _left < _step ? _left : _step,
                Timeout.InfiniteTimeSpan
            );

        private void Over()
        {
            lock (_gate)
            {
                if (_isDisposed || _left == Timeout.InfiniteTimeSpan)
                {
                    return;
                }

                _left -= _step;
                if (_left > TimeSpan.Zero)
                {
                    Next();
                    return;
                }

                Begin(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);
            }

            _due();
        }
    }
}
