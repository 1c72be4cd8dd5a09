using ChatApprovals.Playground;
using ChatApprovals.Playground.Page;

var (options, problem) = PlaygroundOptions.Parse(args);
if (options is null)
{
    await Console.Error.WriteLineAsync(problem);
    return 64;
}

using var ending = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    ending.Cancel();
};

try
{
    Console.WriteLine("Starting the bot…");
    await using var host = await PlaygroundHost.StartAsync(
        options,
        TimeProvider.System,
        ending.Token
    );
    Console.WriteLine($"ChatApprovals playground: open {host.Url} (Ctrl+C ends it)");
    foreach (var trouble in new[] { host.Problem, PageFiles.Problem }.OfType<string>())
    {
        await Console.Error.WriteLineAsync(trouble);
    }
    await host.WaitForShutdownAsync(ending.Token);
    return 0;
}
catch (OperationCanceledException)
{
    return 0;
}
catch (IOException taken)
{
    await Console.Error.WriteLineAsync($"{taken.Message} Use --urls to take another address.");
    return 1;
}
