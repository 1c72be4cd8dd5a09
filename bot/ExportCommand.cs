using System.Globalization;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Stores;

namespace ChatApprovals;

/// <summary>
/// <c>export --out FILE</c>: what chat and HTTP give, from the data directory of a bot that does not run. It writes to
/// the ledger, as they do, that it was given and to whom; so while a bot runs, which alone may write, it refuses.
/// </summary>
internal static class ExportCommand
{
    public const string Usage =
        "export [--from DATE] [--to DATE] [--as bundle|jsonl|csv|html|ocsf] --out FILE [--Setting:Name=value]…";

    private static readonly TimeSpan s_tellEvery = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var wanted = Wanted.Read(args) ?? throw new SettingsException([$"Usage: {Usage}"]);
        var options = CommandSettings.Read(wanted.Settings);
        var anchors = CommandSettings.Anchors(wanted.Settings);
        try
        {
            return await SaveAsync(options, anchors, wanted, cancel);
        }
        catch (DirectoryHeldException)
        {
            return CommandFault.Say(
                $"Nothing was exported: a bot runs on {options.DataDirectory}. Ask it, with export in chat or an auditor's key: curl -H \"Authorization: Bearer $AUDITOR_KEY\" '{options.PublicUrl}/ledger/export?as={wanted.Export.As}'; or stop it."
            );
        }
        catch (Exception error) when (CommandFault.Is(error))
        {
            return CommandFault.Say($"Nothing was exported: {error.Message}");
        }
    }

    private static async Task<int> SaveAsync(
        BotOptions options,
        AnchorOptions anchors,
        Wanted wanted,
        CancellationToken cancel
    )
    {
        var path = Path.GetFullPath(wanted.Out);
        var partial = NewFile.PartialOf(path);
        var ledger = Path.Combine(options.DataDirectory, "ledger.db");
        if (!File.Exists(ledger))
        {
            throw new IOException($"there is no file {ledger}");
        }

        var services = new ServiceCollection().AddLogging();
        var surfaces = new Surfaces(new(), new(), new(), new(), anchors);
        Composition.AddDesk(services, options, surfaces);
        await using var all = services.BuildServiceProvider();
        await OpenAsync(all, options, cancel);
        try
        {
            var file = await ToldAsync(
                all.GetRequiredService<ExportFiles>(),
                partial,
                wanted.Export,
                cancel
            );
            var created = Created(wanted.Export, file);
            await all.GetRequiredService<Exports>().RecordAsync(created, cancel);
            NewFile.Publish(partial, path);
            Say(path, all.GetRequiredService<LedgerOrigin>(), file);
        }
        finally
        {
            File.Delete(partial);
        }

        return 0;
    }

    /// <summary>As at a start of the bot: nothing is written to a ledger that is not the one that was signed.</summary>
    private static async Task OpenAsync(
        IServiceProvider all,
        BotOptions options,
        CancellationToken cancel
    )
    {
        cancel.ThrowIfCancellationRequested();
        var store = all.GetRequiredService<IStore>();
        if (store.Head() is null)
        {
            throw new IOException("the ledger has no entry yet");
        }

        await FirstStart.RunAsync(
            all.GetRequiredService<Committer>(),
            store,
            options,
            all.GetRequiredService<KeyCabinet>()
        );
        all.GetRequiredService<AnchorDesk>().RequireRecorded();
    }

    /// <summary>Written, with a line every few seconds that says how far it is.</summary>
    private static async Task<ExportFile> ToldAsync(
        ExportFiles files,
        string partial,
        ExportAsked asked,
        CancellationToken cancel
    )
    {
        var progress = new ExportProgress();
        var writing = Task.Run(() => files.WriteAsync(partial, asked, progress, cancel), cancel);
        while (await Task.WhenAny(writing, Task.Delay(s_tellEvery, cancel)) != writing)
        {
            cancel.ThrowIfCancellationRequested();
            if (new FileInfo(partial) is { Exists: true } file)
            {
                await Console.Error.WriteLineAsync(
                    $"written {Number(file.Length)} bytes, {Math.Floor(progress.Share * 100)} %"
                );
            }
        }

        return await writing;
    }

    /// <summary>The operator is who the operating system says; a shell's variables are not asked.</summary>
    private static Fact.ExportCreated Created(ExportAsked asked, ExportFile file) =>
        new(By: null, asked.As, asked.From, asked.To)
        {
            Operator = Environment.UserName is { Length: > 0 } name ? name : "unknown",
            Sha256 = file.Sha256,
            Size = file.Size,
        };

    private static void Say(string path, LedgerOrigin origin, ExportFile file)
    {
        Console.WriteLine(
            $"EXPORT: {path}, {Number(file.Bytes)} bytes, SHA-256 {file.Sha256}; {origin.Name}, {file.Entries} of {file.Size} entries."
        );
        Console.WriteLine(
            "That you took it is an entry now; the anchors get a checkpoint that covers it when the bot starts."
        );
    }

    private static string Number(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The words of the command, read.</summary>
    private sealed record Wanted(ExportAsked Export, string Out, string[] Settings)
    {
        /// <summary>Null: these are not its words.</summary>
        public static Wanted? Read(string[] args)
        {
            var wanted = new Wanted(new ExportAsked("bundle", null, null), "", []);
            for (var i = 0; i < args.Length; i++)
            {
                var next =
                    CommandSettings.IsSetting(args[i])
                        ? wanted with
                        {
                            Settings = [.. wanted.Settings, args[i]],
                        }
                    : i + 1 < args.Length ? wanted.With(args[i], args[++i])
                    : null;
                if (next is null)
                {
                    return null;
                }

                wanted = next;
            }

            return wanted.Out.Length > 0 && wanted.Export.IsOrdered ? wanted : null;
        }

        private Wanted? With(string option, string text) =>
            option switch
            {
                "--as" when ExportAsked.Forms.Contains(text, StringComparer.Ordinal) => this with
                {
                    Export = Export with { As = text },
                },
                "--from" when ExportAsked.Time(text, isEnd: false) is { } from => this with
                {
                    Export = Export with { From = from },
                },
                "--to" when ExportAsked.Time(text, isEnd: true) is { } to => this with
                {
                    Export = Export with { To = to },
                },
                "--out" when text is [not '-', ..] => this with { Out = text },
                _ => null,
            };
    }
}
