using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;

namespace ChatApprovals.Admin;

/// <summary><c>export …</c>: the ledger, or a part of it, as a file in the asker's own chat.</summary>
internal static class ExportCommand
{
    private const string ADate = "a day of UTC as 2026-11-21, or a time as 2026-11-21T08:00:00Z";

    public static CommandForm Form { get; } =
        new(
            "export",
            "[from <date>] [to <date>] [as bundle|jsonl|csv|html|ocsf]",
            Access.Readers,
            "sends you the ledger, or a part of it, as a file, to you alone",
            Read
        );

    /// <summary>As it would be typed.</summary>
    public static string Typed(Command.Export export) =>
        "export"
        + (export.From is null ? "" : $" from {export.From}")
        + (export.To is null ? "" : $" to {export.To}")
        + $" as {export.As}";

    public static ExportAsked Asked(Command.Export export) =>
        new(
            export.As,
            export.From is { } from ? ExportAsked.Time(from, isEnd: false) : null,
            export.To is { } to ? ExportAsked.Time(to, isEnd: true) : null
        );

    public static Reply Begun(Command.Export export) =>
        new(
            "Your export is being made",
            [
                $"Understood: {Typed(export)}. A large ledger takes minutes; the bot goes on with its work meanwhile.",
                "The file arrives in your own chat with ChatApprovals, for you alone. That you get it is an entry of the ledger.",
            ]
        );

    /// <summary>Between 0 and 1; 1: it is made.</summary>
    public static Reply HowFar(double share) =>
        share >= 1
            ? new Reply("✓ Your export is made", ["The file follows."])
            : new Reply(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"⏳ Your export is being made: {Math.Floor(share * 100):0} %"
                ),
                ["This message changes as it goes on."]
            );

    /// <summary>Without the file's name, which chats may take for an address.</summary>
    public static string Words(ExportFile file) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Your export: {file.Entries} of the ledger's {file.Size} entries, {file.Bytes} bytes, SHA-256 {file.Sha256}"
        );

    public static Reply NotMade(string why) =>
        new("Your export was not made", [why, "Nothing left the bot."]);

    private static Command.Export? Read(Arguments arguments)
    {
        var export = new Command.Export("bundle", From: null, To: null);
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (!arguments.AtEnd)
        {
            if (arguments.OneOf(["from", "to", "as"]) is not { } word)
            {
                return null;
            }

            if (!seen.Add(word))
            {
                return arguments.Fail<Command.Export>($"\"{word}\" is there twice.");
            }

            if (Read(arguments, export, word) is not { } more)
            {
                return null;
            }

            export = more;
        }

        return Asked(export).IsOrdered
            ? export
            : arguments.Fail<Command.Export>("It would begin after its end.");
    }

    private static Command.Export? Read(Arguments arguments, Command.Export export, string word)
    {
        if (word is "as")
        {
            return arguments.OneOf(ExportAsked.Forms) is { } form
                ? export with
                {
                    As = form,
                }
                : null;
        }

        if (arguments.Word(ADate) is not { } date)
        {
            return null;
        }

        return ExportAsked.Time(date, isEnd: word is "to") is null
                ? arguments.Fail<Command.Export>($"\"{Say.Text(date)}\" is not {ADate}.")
            : word is "to" ? export with { To = date }
            : export with { From = date };
    }
}

/// <content><c>export</c></content>
public sealed partial class CommandDesk
{
    /// <summary>Seldom enough for either platform's limits on a chat.</summary>
    private static readonly TimeSpan s_progressEvery = TimeSpan.FromSeconds(5);

    private Reply Export(Command.Export export, Hearing hearing) =>
        ExportCommand.Begun(export) with
        {
            File = (tell, c) => PackAsync(ExportCommand.Asked(export), hearing, tell, c),
        };

    private async Task<Packed> PackAsync(
        ExportAsked asked,
        Hearing hearing,
        Tell tell,
        CancellationToken cancel
    )
    {
        var progress = new ExportProgress();
        var making = files.MakeAsync(asked, progress, cancel);
        var made = await LongWork.TellAsync(
            making,
            () => ExportCommand.HowFar(making.IsCompleted ? 1 : progress.Share),
            tell,
            s_progressEvery,
            clock,
            cancel
        );
        return made switch
        {
            ExportMade.Done { File: var file } => new Packed.Done(
                new Parcel(
                    file.Path,
                    file.Name,
                    file.Bytes,
                    ExportCommand.Words(file),
                    c => ReleaseAsync(file, asked, hearing, c)
                )
            ),
            ExportMade.Not not => new Packed.Not(ExportCommand.NotMade(not.Why)),
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>Judged again: between asking and sending somebody may have lost the role, or left.</summary>
    private async Task<string?> ReleaseAsync(
        ExportFile file,
        ExportAsked asked,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var member = await directory.LookUpAsync(hearing.Asker.Account, cancel);
        if (member.Obstacle is { } obstacle)
        {
            return ObstacleText.ForAsker(obstacle);
        }

        var now = hearing with { Register = registers.Current, Now = clock.GetUtcNow() };
        if (!now.May(ExportCommand.Form.Who))
        {
            return $"It is for {Hearing.Wants(ExportCommand.Form.Who)}, and you are none any more.";
        }

        try
        {
            await files.RecordAsync(file, asked, hearing.Self, cancel);
            return null;
        }
        catch (UnavailableException)
        {
            return "The ledger cannot be written now, so nothing is given away. Try again in a minute.";
        }
    }
}
