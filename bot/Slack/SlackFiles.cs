using System.Globalization;
using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Cards;

namespace ChatApprovals.Slack;

/// <summary>
/// A file for one person: into their direct messages with the bot, never anywhere else (file upload v2, scope
/// <c>files:write</c>). Whatever keeps it from them, they are told.
/// </summary>
public sealed class SlackFiles(SlackClient client, SlackUpload upload, SlackNotes notes)
{
    private const string Failed = "Your file could not be delivered";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Packs and sends; answers when all of it is done or told.</summary>
    public async Task SendAsync(
        Func<Tell, CancellationToken, Task<Packed>> pack,
        SlackAsker asker,
        CancellationToken cancel
    )
    {
        if (await notes.DirectAsync(asker.User, cancel) is not { } direct)
        {
            await TellAsync(
                asker,
                Failed,
                [
                    "No direct message with you can be opened, so nothing was made and nothing left the bot.",
                ],
                cancel
            );
            return;
        }

        switch (await pack(notes.Changing(direct), cancel))
        {
            case Packed.Not { Reply: var not }:
                await TellAsync(asker, not.Title, not.Lines, cancel);
                break;
            case Packed.Done { Parcel: var parcel }:
                using (parcel)
                {
                    if (await WhyNotSentAsync(parcel, direct, cancel) is { } why)
                    {
                        await TellAsync(asker, Failed, [why], cancel);
                    }
                }

                break;
        }
    }

    private async Task<string?> WhyNotSentAsync(
        Parcel parcel,
        string direct,
        CancellationToken cancel
    )
    {
        var place = await client.FormAsync(
            "files.getUploadURLExternal",
            [
                new("filename", parcel.Name),
                new("length", parcel.Bytes.ToString(CultureInfo.InvariantCulture)),
            ],
            cancel
        );
        if (
            place is not SlackResult.Done { Body: var body }
            || body.Text("upload_url") is not { } url
            || body.Text("file_id") is not { } id
        )
        {
            return $"Slack gave no place for it: {place.Text}. Nothing left the bot.";
        }

        if (await parcel.ReleaseAsync(cancel) is { } refused)
        {
            return refused;
        }

        var sent = await upload.SendAsync(url, parcel.Path, cancel);
        return sent is SlackResult.Done
            ? await WhyNotSharedAsync(parcel, id, direct, cancel)
            : $"The upload failed: {sent.Text}. What Slack may have of it is shared with nobody. Ask again: export";
    }

    /// <summary>The words are the bot's own: a hash, numbers and a name without signs.</summary>
    private async Task<string?> WhyNotSharedAsync(
        Parcel parcel,
        string id,
        string direct,
        CancellationToken cancel
    )
    {
        var shared = await client.PatientAsync(
            "files.completeUploadExternal",
            new JsonObject
            {
                ["files"] = new JsonArray(new JsonObject { ["id"] = id, ["title"] = parcel.Name }),
                ["channel_id"] = direct,
                ["initial_comment"] = parcel.Words,
            },
            Patience,
            cancel
        );
        return shared is SlackResult.Done
            ? null
            : $"Slack has it, and may not show it to you: {shared.Text}. Ask again: export";
    }

    private Task TellAsync(
        SlackAsker asker,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    ) =>
        notes.TellAsync(
            asker.Channel,
            asker.User,
            asker.ResponseUrl,
            BlockKit.Note(title, lines),
            cancel
        );
}

/// <summary>Where to tell somebody alone: where they asked, else directly, else by what their command brought.</summary>
public sealed record SlackAsker(string User, string? Channel, string? ResponseUrl);
