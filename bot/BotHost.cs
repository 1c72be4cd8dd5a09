using System.Net.Sockets;
using System.Runtime.InteropServices;
using ChatApprovals.Admin;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Ask;
using ChatApprovals.Callbacks;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Guard;
using ChatApprovals.Http;
using ChatApprovals.Inbox;
using ChatApprovals.Jose;
using ChatApprovals.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ChatApprovals;

/// <summary>
/// Starts the process: with <see cref="Composition"/> what knows every folder. Refuses to start, in one line that
/// says how to mend it, rather than run with something missing: exit 78 for settings, 2 for words that are no command, 1 for the rest.
/// </summary>
public static class BotHost
{
    private const int ExitConfiguration = 78;
    private const int ExitFailure = 1;
    private const int ExitUsage = 2;

    private const string Usage =
        "Usage: ChatApprovals [rebuild | verify BUNDLE | export --out FILE | backup FILE | restore FILE | ask … | version | help] [--Setting:Name=value]…   without a command it serves; settings: README.md, appsettings.json";

    /// <summary>Never let go: a signal that is under way would else end the process between its last line and its exit code.</summary>
    private static PosixSignalRegistration? s_tooLarge;

    /// <summary>Runs the program until it is told to stop; answers its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        SurviveFileLimit();
        try
        {
            return args switch
            {
                ["rebuild", .. var rest] => await RebuildAsync(rest),
                ["backup", .. var rest] => await StoppableAsync(c =>
                    BackupCommand.RunAsync(rest, c)
                ),
                ["export", .. var rest] => await StoppableAsync(c =>
                    ExportCommand.RunAsync(rest, c)
                ),
                ["restore", .. var rest] => await StoppableAsync(c =>
                    RestoreCommand.RunAsync(rest, c)
                ),
                ["verify", .. var rest] => VerifyCommand.Run(rest),
                ["ask", .. var rest] => await AskMain.RunAsync(rest, CancellationToken.None),
                ["--help" or "-h" or "-?" or "help", ..] => Say(Usage),
                ["--version" or "version", ..] => Say(Version),
                [var word, ..] when IsWord(word) => Misuse($"there is no command '{word}'."),
                [.., var last] when IsWithoutValue(last) => Misuse(
                    $"'{last}' has no value: write {last}=value."
                ),
                _ => await ServeAsync(args),
            };
        }
        catch (SettingsException error)
        {
            return Refuse(ExitConfiguration, error);
        }
        catch (Exception error)
            when (error
                    is IOException
                        or SocketException
                        or UnauthorizedAccessException
                        or KeyFileException
                        or LedgerMismatchException
                        or UnavailableException
            )
        {
            return Refuse(ExitFailure, error);
        }
    }

    /// <summary>
    /// A file that may not grow any more (RLIMIT_FSIZE) is a failed write, which is answered as unavailable,
    /// and no reason to die: SIGXFSZ is 25 on Linux and macOS.
    /// </summary>
    private static void SurviveFileLimit() =>
        s_tooLarge ??= OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create((PosixSignal)25, signal => signal.Cancel = true);

    private static async Task<int> ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        builder.WebHost.UseKestrelHttpsConfiguration();
        var options = CommandSettings.Checked(BotOptions.Read(builder.Configuration));
        var surfaces = Surfaces.Read(builder.Configuration);
        builder.WebHost.UseUrls(options.Urls.Split(';')).ConfigureKestrel(Limit);
        var started = false;
        ConfigureLogging(builder.Logging, () => started);
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = TimeSpan.FromSeconds(20));
        Composition.AddDesk(builder.Services, options, surfaces);
        surfaces.Add(builder.Services);

        await using var app = builder.Build();
        var committer = app.Services.GetRequiredService<Committer>();
        // The directory is this process's own from here on.
        ExportFiles.Clear(options.DataDirectory);
        await FirstStart.RunAsync(
            committer,
            app.Services.GetRequiredService<IStore>(),
            options,
            app.Services.GetRequiredService<KeyCabinet>()
        );
        app.Services.GetRequiredService<AnchorDesk>().RequireRecorded();
        await app.Services.GetRequiredService<ForwardDesk>().SettleAsync(CancellationToken.None);
        var waiters = app.Services.GetRequiredService<Waiters>();
        app.Lifetime.ApplicationStopping.Register(waiters.Close);
        app.Lifetime.ApplicationStarted.Register(() => started = true);
        app.UseProblems();
        surfaces.Map(app);
        HealthEndpoints.Map(app);
        WellKnown.Map(
            app,
            app.Services.GetRequiredService<KeyRing>(),
            app.Services.GetRequiredService<TimeProvider>()
        );
        Banner.Print(
            app,
            options,
            app.Services.GetRequiredService<LedgerOrigin>(),
            surfaces,
            app.Services.GetRequiredService<PublicKeys>()
        );
        await app.RunAsync();
        return 0;
    }

    /// <summary>A command that tidies up when it is told to stop.</summary>
    private static async Task<int> StoppableAsync(Func<CancellationToken, Task<int>> run)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await run(stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RebuildAsync(string[] args)
    {
        if (args is [var word, ..] && IsWord(word))
        {
            throw new SettingsException(["Usage: rebuild [--Setting:Name=value]…"]);
        }

        var options = CommandSettings.Read(args);
        await using var store = SqliteStore.Open(options.DataDirectory, options.SqliteLibrary);
        var entries = Rebuild.Run(store);
        Console.WriteLine($"Rebuilt from {entries} ledger entries.");
        return 0;
    }

    /// <summary>Bounds on what a client may cost before it is known who it is.</summary>
    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // No endpoint takes more than 1 MiB (BoundedBody, JsonBody). Up to here Kestrel reads the rest away after the
        // refusal: else it would reset the connection, and whoever still sends never reads the 413.
        kestrel.Limits.MaxRequestBodySize = 16 << 20;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.MaxRequestHeaderCount = 60;
        kestrel.Limits.MaxRequestLineSize = 4 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(500, TimeSpan.FromSeconds(3));
    }

    /// <summary>Why it does not start is said once, by <see cref="Refuse"/>.</summary>
    private static void ConfigureLogging(ILoggingBuilder logging, Func<bool> isStarted) =>
        logging
            .ClearProviders()
            .AddFilter(
                "Microsoft.Extensions.Hosting.Internal.Host",
                level => isStarted() && level >= LogLevel.Warning
            )
            .AddSimpleConsole(c =>
            {
                c.SingleLine = true;
                c.UseUtcTimestamp = true;
                c.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                c.ColorBehavior = LoggerColorBehavior.Disabled;
            });

    /// <summary>A command, not a setting (<c>--A=b</c>, <c>/A=b</c>, <c>A=b</c>).</summary>
    private static bool IsWord(string arg) =>
        arg.Length > 0
        && arg[0] is not ('-' or '/')
        && !arg.Contains('=', StringComparison.Ordinal);

    /// <summary>The configuration would leave it out without a word.</summary>
    private static bool IsWithoutValue(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal)
        && !arg.Contains('=', StringComparison.Ordinal);

    private static string Version =>
        $"ChatApprovals {typeof(BotHost).Assembly.GetName().Version?.ToString(3)}";

    private static int Misuse(string sentence)
    {
        Console.Error.WriteLine($"ChatApprovals: {sentence}");
        Console.Error.WriteLine(Usage);
        return ExitUsage;
    }

    private static int Say(string text)
    {
        Console.WriteLine(text);
        return 0;
    }

    private static int Refuse(int code, Exception error)
    {
        var line = error.Message.ReplaceLineEndings(" ");
        Console.Error.WriteLine($"ChatApprovals does not start: {line}");
        return code;
    }
}

/// <summary>The settings do not allow a start.</summary>
public sealed class SettingsException(IEnumerable<string> problems)
    : Exception(string.Join("; ", problems));
