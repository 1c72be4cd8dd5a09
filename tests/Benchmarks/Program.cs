using System.Runtime.InteropServices;
using ChatApprovals.Tests.Benchmarks;

// The first word says which of the processes this is: see Cores.
using var stop = new CancellationTokenSource();
using var told = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => stop.Cancel());
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return args switch
{
    ["plaintext"] => await Plaintext.ServeAsync(stop.Token),
    ["append", var file, var seconds] => RawAppend.Measure(file, double.Parse(seconds)),
    ["grow", var data, var entries, var timed] => await Growth.GrowAsync(
        data,
        long.Parse(entries),
        long.Parse(timed),
        stop.Token
    ),
    ["client", .. var rest] => await Bench.RunAsync(Plan.Read(rest), stop.Token),
    _ => await Cores.RunClientAsync(args, stop.Token),
};
