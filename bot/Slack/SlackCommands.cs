using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>
/// Commands: typed after <c>/approvals</c>, in a direct message, or after a mention. One grammar for all
/// (<see cref="CommandDesk"/>); answers go to the asker alone.
/// </summary>
public sealed class SlackCommands(
    SlackDoors doors,
    SlackClient client,
    SlackNotes notes,
    SlackFiles files,
    [FromKeyedServices(Surface.Slack)] Errands errands
)
{
    /// <summary>A slash command. The answer is seen by the asker alone, so it counts as private.</summary>
    public async Task<SlackOutcome> RunAsync(
        SlackCommand.Typed typed,
        string delivery,
        SlackIdentity us,
        AccountId account,
        CancellationToken cancel
    )
    {
        var asker = new Asker(account, typed.Channel, IsPrivate: true) { Delivery = delivery };
        var reply = await ReplyAsync(typed.Text, us, asker, cancel);
        Follow(reply, new SlackAsker(typed.User, typed.Channel, typed.ResponseUrl));
        var isOpen = await IsFormOpenAsync(reply, typed.TriggerId, cancel);
        var note = BlockKit.Note(reply.Title, isOpen ? ["The form is open."] : reply.Lines);
        return new SlackOutcome(
            SlackAnswer.Json(SlackNotes.Ephemeral(note)) with
            {
                IsSecret = reply.Secret,
            },
            c => LateAsync(typed, note, c)
        );
    }

    /// <summary>A message to the bot. Keys are only ever told in direct messages.</summary>
    public async Task RunAsync(
        SlackEvent.Spoken spoken,
        SlackIdentity us,
        AccountId account,
        CancellationToken cancel
    )
    {
        var asker = new Asker(account, spoken.Channel, IsPrivate: spoken.IsDirect)
        {
            Delivery = $"slack event {spoken.Envelope.EventId}",
        };
        var reply = await ReplyAsync(spoken.Text, us, asker, cancel);
        Follow(reply, new SlackAsker(spoken.User, spoken.Channel, ResponseUrl: null));
        var note =
            reply.Form is { } form && spoken.IsDirect
                ? PolicyForm.SlackOffer(reply.Title, reply.Lines, form.Name)
                : BlockKit.Note(reply.Title, reply.Lines);
        if (spoken.IsDirect || !reply.Secret)
        {
            await notes.AnswerAsync(spoken, note, cancel);
        }
        else if (!await notes.IsToldDirectlyAsync(spoken.User, note, cancel))
        {
            notes.Tell(
                spoken.Channel,
                spoken.User,
                null,
                "The answer holds a key, and no direct message could be sent to you. Rotate the key, from a direct message to the bot."
            );
        }
    }

    /// <summary>Begins what the answer announces; its end is told in the asker's direct messages.</summary>
    private void Follow(Reply reply, SlackAsker asker)
    {
        if (reply.Later is { } later)
        {
            errands.Start("the rest of an answer", c => TellAsync(later, asker, c));
        }

        if (reply.File is { } pack)
        {
            errands.Start("a file", c => files.SendAsync(pack, asker, c));
        }
    }

    private async Task TellAsync(
        Func<CancellationToken, Task<Reply>> later,
        SlackAsker asker,
        CancellationToken cancel
    )
    {
        var rest = await later(cancel);
        var note = BlockKit.Note(rest.Title, rest.Lines);
        await notes.TellAsync(channel: null, asker.User, asker.ResponseUrl, note, cancel);
    }

    private async Task<Reply> ReplyAsync(
        string text,
        SlackIdentity us,
        Asker asker,
        CancellationToken cancel
    )
    {
        try
        {
            return await doors.Run(SlackText.Parts(text, us.Team, us.BotUser), asker, cancel);
        }
        catch (UnavailableException)
        {
            return new Reply("This could not be saved, so nothing was done. Try again.", []);
        }
    }

    /// <summary>Opens the form of an answer that has a fresh one: what was sent as text is mended as text.</summary>
    private async Task<bool> IsFormOpenAsync(Reply reply, string? trigger, CancellationToken cancel)
    {
        if (
            trigger is null
            || reply.Form is not { Notes.IsEmpty: true } form
            || PolicyForm.SlackModal(form.Name, form.Yaml) is not { } view
        )
        {
            return false;
        }

        var body = new JsonObject { ["trigger_id"] = trigger, ["view"] = SlackJson.Object(view) };
        return await client.JsonAsync("views.open", body, cancel) is SlackResult.Done;
    }

    /// <summary>The command took longer than Slack waits: answer by its <c>response_url</c>.</summary>
    private async Task LateAsync(SlackCommand.Typed typed, byte[] note, CancellationToken cancel)
    {
        if (
            typed.ResponseUrl is { } url
            && await client.RespondAsync(url, SlackNotes.Ephemeral(note), cancel)
                is SlackResult.Done
        )
        {
            return;
        }

        await notes.IsToldDirectlyAsync(typed.User, note, cancel);
    }
}
