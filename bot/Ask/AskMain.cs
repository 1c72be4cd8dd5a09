using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>
/// <c>ask [options] [-- command …]</c>: asks people and runs the command only when they approved. A client over HTTP like
/// any other agent; nothing of the bot is in here.
/// </summary>
internal static class AskMain
{
    /// <summary>Answers the exit code: see <see cref="AskExit"/>.</summary>
    public static async Task<int> RunAsync(string[] words, CancellationToken cancel)
    {
        switch (AskWords.Read(words))
        {
            case AskReading.Help:
                Console.Out.Write(AskHelp.Text);
                return 0;
            case AskReading.Wrong(var sentence):
                Console.Error.WriteLine($"ask: {sentence}");
                return AskExit.NotAsked;
            case AskReading.Told(var options):
                return await AskAsync(options, cancel);
            default:
                throw new InvalidOperationException("a command line of no kind");
        }
    }

    private static async Task<int> AskAsync(AskOptions options, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        var isTerminal =
            !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        var status = new AskStatus(Console.Error, isTerminal, options.Json, clock);
        var run = default(AskRun);
        try
        {
            var program = options.Command.IsEmpty
                ? null
                : AskProgram.Find(
                    options.Command,
                    Environment.CurrentDirectory,
                    Environment.GetEnvironmentVariable("PATH") ?? ""
                );
            var initiator = Environment.GetEnvironmentVariable(AskSettings.Initiator);
            var body = AskBody.Compose(options, AskFiles.Read(options, program, initiator));
            if (options.DryRun)
            {
                Console.Out.WriteLine(body.ToJsonString(AskJson.Indented));
                return 0;
            }

            var settings = AskSettings.Read(options, Environment.GetEnvironmentVariable);
            using var signals = new AskSignals(cancel);
            using var client = new AskClient(settings.Bot, clock) { Waits = status.Trouble };
            using var proof = new AskProof(clock);
            var grants = new AskGrants(client, settings, proof);
            run = new AskRun(client, status, signals, grants, settings, options, clock);
            var exit = await run.RunAsync(body, program, signals.Stop);
            Finish(options, exit, "", run.State, problem: null);
            return exit;
        }
        catch (AskException fault)
        {
            status.Say(fault.Message);
            Finish(options, fault.Exit, fault.Message, run?.State, fault.Problem);
            return fault.Exit;
        }
    }

    /// <summary>With <c>--json</c> one line about all of it. The standard output is the command's if there is one.</summary>
    private static void Finish(
        AskOptions options,
        int exit,
        string detail,
        JsonObject? state,
        JsonObject? problem
    )
    {
        if (!options.Json)
        {
            return;
        }

        var ran = detail.Length == 0 && !options.Command.IsEmpty;
        var line = new JsonObject
        {
            ["outcome"] = ran ? "ran" : AskExit.Word(exit),
            ["exit"] = exit,
            ["detail"] = detail,
            ["request"] = state is { Count: > 0 } ? state.DeepClone() : null,
            ["problem"] = problem?.DeepClone(),
        };
        var output = options.Command.IsEmpty ? Console.Out : Console.Error;
        output.WriteLine(line.ToJsonString(AskJson.Plain));
    }
}
