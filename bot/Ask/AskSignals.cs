using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChatApprovals.Ask;

/// <summary>
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT: before the command runs they end the asking; then they are the command's. A second
/// one, while we tidy up, ends the process at once.
/// </summary>
internal sealed class AskSignals : IDisposable
{
    private readonly Lock _turn = new();
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registered;
    private Process? _child;

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
        _registered = [.. all.Select(s => PosixSignalRegistration.Create(s, Caught))];
    }

    /// <summary>Ends when a signal comes before the command was started.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Which it was; null while none came.</summary>
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
        foreach (var one in _registered)
        {
            one.Dispose();
        }

        _child?.Dispose();
        _stop.Dispose();
    }

    private void Caught(PosixSignalContext signal)
    {
        var number = NumberOf(signal.Signal);
        lock (_turn)
        {
            if (_child is { HasExited: false })
            {
                signal.Cancel = true;
                Pass(_child, number);
                return;
            }

            signal.Cancel = !_stop.IsCancellationRequested;
            Number ??= number;
        }

        _stop.Cancel();
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
