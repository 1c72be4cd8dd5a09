using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChatApprovals.Ask;

/// <summary>
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT: before the command runs they end the asking, and a second one, while we tidy up,
/// ends the process at once. From its start on they are the command's, until this process is gone: on a busy machine
/// the command may have ended by one before we are told of it, and its exit code is the exit code then too.
/// </summary>
internal sealed class AskSignals : IDisposable
{
    /// <summary>For the report, when one comes after the command has ended.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Never let go: without a registration a signal that is under way ends the process by itself, between its last
    /// line and its exit code.
    /// </summary>
    private static readonly List<PosixSignalRegistration> s_registered = [];

    private readonly Lock _turn = new();
    private readonly CancellationTokenSource _stop;
    private Process? _child;
    private bool _isOver;

    public AskSignals(CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        PosixSignal[] all =
        [
            PosixSignal.SIGINT,
            PosixSignal.SIGTERM,
            PosixSignal.SIGHUP,
            PosixSignal.SIGQUIT,
        ];
        s_registered.AddRange(all.Select(s => PosixSignalRegistration.Create(s, Caught)));
    }

    /// <summary>
    /// Ends when a signal comes before the command was started; afterwards soon after one that is not its own any more.
    /// </summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Which came before the command was started; null while none did.</summary>
    public int? Number { get; private set; }

    /// <summary>Starts the command unless a signal came first: there is no moment between.</summary>
    public Process? Start(ProcessStartInfo start)
    {
        lock (_turn)
        {
            return Number is null ? _child = Process.Start(start) : null;
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _isOver = true;
            _child?.Dispose();
            _stop.Dispose();
        }
    }

    private void Caught(PosixSignalContext signal)
    {
        lock (_turn)
        {
            signal.Cancel = _child is not null || (Number is null && !_isOver);
            if (_isOver)
            {
                return;
            }

            var number = NumberOf(signal.Signal);
            if (_child is null)
            {
                Number ??= number;
                // Not here: whoever waits for it goes on in another thread, and may want its turn.
                _ = _stop.CancelAsync();
            }
            else if (_child.HasExited)
            {
                _stop.CancelAfter(s_grace);
            }
            else
            {
                Pass(_child, number);
            }
        }
    }

    private static void Pass(Process child, int number)
    {
        if (!IsTypedToBoth(number) && !OperatingSystem.IsWindows())
        {
            _ = kill(child.Id, number);
        }
    }

    /// <summary>
    /// Keys at a terminal reach everything in its foreground, so the command too: sending it again would be twice, and
    /// some programs take two of them for "at once, without tidying up".
    /// </summary>
    private static bool IsTypedToBoth(int number) =>
        number is 2 or 3 && !(Console.IsInputRedirected && Console.IsErrorRedirected);

    /// <summary>The numbers are the same on Linux and macOS.</summary>
    private static int NumberOf(PosixSignal signal) =>
        signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGQUIT => 3,
            _ => 15,
        };

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
