using System.Globalization;
using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>Says something to one person alone. Never in a channel where others read it.</summary>
public sealed partial class SlackNotes(
    SlackClient client,
    [FromKeyedServices(Surface.Slack)] Errands errands,
    ILogger<SlackNotes> log
)
{
    /// <summary>A note that comes later than this helps nobody.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Begins telling: an ephemeral message where they acted, else a direct message, else by the
    /// <c>response_url</c>. Delivery is not promised; what is told is also in the ledger or on the card.
    /// </summary>
    public void Tell(
        string? channel,
        string user,
        string? responseUrl,
        string title,
        params IReadOnlyList<string> lines
    ) =>
        errands.Start(
            "a note to one person",
            c => TellAsync(channel, user, responseUrl, BlockKit.Note(title, lines), c)
        );

    /// <summary>As <see cref="Tell"/>, with a message of our own making.</summary>
    public async Task TellAsync(
        string? channel,
        string user,
        string? responseUrl,
        byte[] note,
        CancellationToken cancel
    )
    {
        if (
            channel is not null
            && await IsToldThereAsync(channel, thread: null, user, note, cancel)
        )
        {
            return;
        }

        if (await IsToldDirectlyAsync(user, note, cancel))
        {
            return;
        }

        var last = responseUrl is null
            ? new SlackResult.NotSent("no response URL")
            : await client.RespondAsync(responseUrl, Ephemeral(note), cancel);
        if (last is not SlackResult.Done)
        {
            NotTold(last.Text);
        }
    }

    /// <summary>Answers where they wrote, in the thread if it was in one: to them alone in a channel.</summary>
    public async Task AnswerAsync(SlackEvent.Spoken spoken, byte[] note, CancellationToken cancel)
    {
        var (channel, thread) = (spoken.Channel, spoken.Thread);
        if (spoken.IsDirect)
        {
            await IsPostedAsync(channel, thread, note, cancel);
        }
        else if (!await IsToldThereAsync(channel, thread, spoken.User, note, cancel))
        {
            await TellAsync(channel: null, spoken.User, responseUrl: null, note, cancel);
        }
    }

    /// <summary>In the person's direct messages with the bot. True when Slack took it.</summary>
    public async Task<bool> IsToldDirectlyAsync(
        string user,
        byte[] note,
        CancellationToken cancel
    ) =>
        await DirectAsync(user, cancel) is { } direct
        && await IsPostedAsync(direct, thread: null, note, cancel);

    /// <summary>The person's direct messages with the bot; null when Slack does not open them.</summary>
    public async Task<string?> DirectAsync(string user, CancellationToken cancel) =>
        await client.PatientAsync(
            "conversations.open",
            new JsonObject { ["users"] = user },
            Patience,
            cancel
        )
            is SlackResult.Done done
            ? done.Body.Text("channel", "id")
            : null;

    /// <summary>As an ordinary message of a conversation: only for direct messages.</summary>
    private async Task<bool> IsPostedAsync(
        string direct,
        string? thread,
        byte[] note,
        CancellationToken cancel
    )
    {
        var body = SlackCopies.Inert(SlackJson.Object(note));
        body["channel"] = direct;
        PutInto(body, thread);
        return await client.PatientAsync("chat.postMessage", body, Patience, cancel)
            is SlackResult.Done;
    }

    /// <summary>A message in somebody's direct messages that changes with every further call.</summary>
    public Tell Changing(string direct)
    {
        string? ts = null;
        return async (reply, cancel) =>
        {
            var body = SlackCopies.Inert(SlackJson.Object(BlockKit.Note(reply.Title, reply.Lines)));
            body["text"] = reply.Title;
            body["channel"] = direct;
            if (ts is not null)
            {
                body["ts"] = ts;
            }

            var method = ts is null ? "chat.postMessage" : "chat.update";
            var result = await client.PatientAsync(method, body, Patience, cancel);
            ts ??= (result as SlackResult.Done)?.Body.Text("ts");
        };
    }

    /// <summary>As an ordinary message of a channel, with its permanent link (<c>chat.getPermalink</c>) where Slack gives one.</summary>
    public async Task<Noted> PostAsync(
        string channel,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    )
    {
        var body = SlackCopies.Inert(SlackJson.Object(BlockKit.Note(title, lines)));
        // What notifications show.
        body["text"] = title;
        body["channel"] = channel;
        var result = await client.JsonAsync("chat.postMessage", body, cancel);
        if (result is not SlackResult.Done done)
        {
            return new Noted.Not(result.Text, (result as SlackResult.Throttled)?.After);
        }

        if (done.Body.Text("ts") is not { } ts)
        {
            return new Noted.Not("Slack posted it but did not say its ts", After: null);
        }

        var link = await client.FormAsync(
            "chat.getPermalink",
            [new("channel", channel), new("message_ts", ts)],
            cancel
        );
        return new Noted.Posted(
            ts,
            TimeOf(ts),
            link is SlackResult.Done found ? found.Body.Text("permalink") : null
        );
    }

    /// <summary>A message's <c>ts</c> is when Slack took it: seconds since 1970, a dot, and a counter.</summary>
    private static DateTimeOffset? TimeOf(string ts) =>
        long.TryParse(
            ts.Split('.')[0],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seconds
        )
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>The note as the body of a command's answer or of a <c>response_url</c>.</summary>
    public static JsonObject Ephemeral(byte[] note)
    {
        var body = SlackCopies.Inert(SlackJson.Object(note));
        body["response_type"] = "ephemeral";
        body["replace_original"] = false;
        return body;
    }

    private async Task<bool> IsToldThereAsync(
        string channel,
        string? thread,
        string user,
        byte[] note,
        CancellationToken cancel
    )
    {
        var body = SlackCopies.Inert(SlackJson.Object(note));
        body["channel"] = channel;
        body["user"] = user;
        PutInto(body, thread);
        return await client.PatientAsync("chat.postEphemeral", body, Patience, cancel)
            is SlackResult.Done;
    }

    private static void PutInto(JsonObject body, string? thread)
    {
        if (thread is not null)
        {
            body["thread_ts"] = thread;
        }
    }

    [LoggerMessage(
        EventId = 3102,
        Level = LogLevel.Warning,
        Message = "Slack: a note could not be delivered to the person it is for: {Why}"
    )]
    private partial void NotTold(string why);
}
