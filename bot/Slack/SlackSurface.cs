using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>Slack as the desk sees it: who somebody is, and where cards are drawn.</summary>
public sealed class SlackSurface : ISurface
{
    /// <summary>A click must be answered within Slack's 3 seconds, and a person who is unknown is refused.</summary>
    private static readonly TimeSpan LookUpFor = TimeSpan.FromSeconds(2);

    /// <summary>Longer than this is the outbox's to wait.</summary>
    private static readonly TimeSpan PaceFor = TimeSpan.FromSeconds(2);

    /// <summary>The card waits for what is said in its thread: not for long.</summary>
    private static readonly TimeSpan SayFor = TimeSpan.FromSeconds(5);

    /// <summary>
    /// So often a card is looked for where Slack refuses to show the channel's messages; by the outbox's
    /// times, a quarter of a minute in all.
    /// </summary>
    private const int LooksMax = 4;

    private readonly ConcurrentDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private readonly SlackClient _client;
    private readonly SlackNotes _notes;
    private readonly SlackInstall _install;
    private readonly SlackCopies _copies;
    private readonly SlackPace _pace;
    private readonly TimeProvider _clock;

    public SlackSurface(
        SlackClient client,
        SlackInstall install,
        SlackNotes notes,
        TimeProvider clock
    )
    {
        (_client, _install, _notes, _clock) = (client, install, notes, clock);
        _copies = new SlackCopies(client);
        _pace = new SlackPace(clock);
    }

    public Surface Kind => Surface.Slack;

    /// <inheritdoc/>
    public async Task<Member> LookUpAsync(AccountId account, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(LookUpFor, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            return await AskAsync(account, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return SlackMember.Unknown(account);
        }
    }

    /// <inheritdoc/>
    public Task<GroupsAnswer> GroupsAsync(CancellationToken cancel) =>
        SlackGroups.ReadAsync(_client, _install, cancel);

    /// <inheritdoc/>
    public async Task<Drawing> DrawAsync(CopyToDraw copy, CancellationToken cancel)
    {
        var rendering = BlockKit.Message(copy.Card);
        if (copy.Message is { } known)
        {
            return await UpdateAsync(copy, known, rendering, cancel);
        }

        // A message to a user's id lands in another conversation than the copy names: its clicks would
        // never count.
        if (copy.Conversation is not ['C' or 'D' or 'G', ..])
        {
            return new Drawing.Never("a card's route in Slack must be a channel's id (C…)");
        }

        if (copy.MaybePosted)
        {
            var us = await _install.GetAsync(cancel);
            if (us is null)
            {
                return Unsure("Slack does not say who we are, so the card cannot be looked for");
            }

            switch (await _copies.FindAsync(copy, us, cancel))
            {
                case SlackCopies.Found.Here here:
                    return await UpdateAsync(copy, here.Message, rendering, cancel);
                case SlackCopies.Found.Unclear { Lasting: true } refused:
                    if (GiveUp(copy, refused.Why) is { } verdict)
                    {
                        return verdict;
                    }

                    break;
                case SlackCopies.Found.Unclear unclear:
                    return Unsure(unclear.Why);
                default:
                    break;
            }
        }

        return await PostAsync(copy, rendering, cancel);
    }

    /// <inheritdoc/>
    public async Task<string?> SayAsync(
        string conversation,
        string message,
        CardTalk talk,
        CancellationToken cancel
    )
    {
        var wait = _pace.Take(conversation, SayFor);
        if (wait > SayFor)
        {
            return "one message a second in a channel";
        }

        await Task.Delay(wait, _clock, cancel);
        var body = SlackCopies.Inert(SlackJson.Object(BlockKit.Talk(talk)));
        body["channel"] = conversation;
        body["thread_ts"] = message;
        return await _client.PatientAsync("chat.postMessage", body, SayFor, cancel) switch
        {
            SlackResult.Done or SlackResult.Unsure => null,
            var no => no.Text,
        };
    }

    /// <inheritdoc/>
    public async Task<Noted> NoteAsync(
        string conversation,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    )
    {
        var wait = _pace.Take(conversation, SayFor);
        if (wait > SayFor)
        {
            return new Noted.Not("one message a second in a channel", wait);
        }

        await Task.Delay(wait, _clock, cancel);
        return await _notes.PostAsync(conversation, title, lines, cancel);
    }

    /// <inheritdoc/>
    public void Tell(AccountId account, string title, IReadOnlyList<string> lines) =>
        _notes.Tell(channel: null, account.User, responseUrl: null, title, lines);

    /// <inheritdoc/>
    public async Task<string?> ChatOfAsync(AccountId account, CancellationToken cancel)
    {
        if (
            await _install.GetAsync(cancel) is not { } us
            || !us.IsOurTeam(account.Tenant)
            || account.Surface != Surface.Slack
        )
        {
            return null;
        }

        var body = new JsonObject { ["users"] = account.User };
        return await _client.JsonAsync("conversations.open", body, cancel) is SlackResult.Done done
            ? done.Body.Text("channel", "id")
            : null;
    }

    /// <inheritdoc/>
    public Task<string?> CheckAsync(CancellationToken cancel) => _install.CheckAsync(cancel);

    private async Task<Member> AskAsync(AccountId account, CancellationToken cancel)
    {
        if (await _install.GetAsync(cancel) is not { } us)
        {
            return SlackMember.Unknown(account);
        }

        if (!us.IsOurTeam(account.Tenant))
        {
            return new Member(account, account.User, []) { Obstacle = MemberObstacle.Stranger };
        }

        var result = await _client.FormAsync("users.info", [new("user", account.User)], cancel);
        return result switch
        {
            SlackResult.Done done when done.Body.At("user") is { } user => SlackMember.Read(
                account,
                us.Team,
                user
            ),
            SlackResult.Refused { Error: "user_not_found" } => SlackMember.Nobody(account),
            _ => SlackMember.Unknown(account),
        };
    }

    private async Task<Drawing> PostAsync(
        CopyToDraw copy,
        Rendering rendering,
        CancellationToken cancel
    )
    {
        var wait = _pace.Take(copy.Conversation, PaceFor);
        if (wait > PaceFor)
        {
            return new Drawing.Later("one message a second in a channel", wait, copy.MaybePosted)
            {
                IsFull = true,
            };
        }

        await Task.Delay(wait, _clock, cancel);
        var body = SlackCopies.Body(copy, rendering);
        var result = await _client.JsonAsync("chat.postMessage", body, cancel);
        if (result is not SlackResult.Done done)
        {
            if (result is SlackResult.Throttled slow)
            {
                _pace.Rest(copy.Conversation, slow.After);
            }

            return SlackErrors.ToDrawing(result, posting: true, IsOpen(copy));
        }

        _install.Learn(done.Body);
        return done.Body.Text("ts") is { } ts
            ? new Drawing.Drawn(ts, rendering.DisplayHash)
            : Unsure("Slack posted the card but did not say its ts");
    }

    /// <summary>
    /// A card that may be there, but that Slack will not let us look for. After <see cref="LooksMax"/>
    /// refusals (null) an open request is posted, perhaps for a second time: one that nobody sees is worse,
    /// and a click on the other message is refused, because the card's message is then known. A request that
    /// is over is left as it is: the buttons that may stand there decide nothing.
    /// </summary>
    private Drawing? GiveUp(CopyToDraw copy, string why)
    {
        if (_refused.AddOrUpdate(copy.Token, 1, (_, n) => n + 1) < LooksMax)
        {
            return Unsure(why);
        }

        _refused.TryRemove(copy.Token, out _);
        return IsOpen(copy)
            ? null
            : new Drawing.Never($"{why}; it may stand there with buttons that decide nothing");
    }

    private async Task<Drawing> UpdateAsync(
        CopyToDraw copy,
        string message,
        Rendering rendering,
        CancellationToken cancel
    )
    {
        var body = SlackCopies.Body(copy, rendering);
        body["ts"] = message;
        var result = await _client.JsonAsync("chat.update", body, cancel);
        return result is SlackResult.Done
            ? new Drawing.Drawn(message, rendering.DisplayHash)
            : SlackErrors.ToDrawing(result, posting: copy.Message is null, IsOpen(copy));
    }

    private static bool IsOpen(CopyToDraw copy) =>
        copy.Card.State is CardState.Pending or CardState.PartlyApproved;

    private static Drawing.Later Unsure(string why) => new(why, null, MaybePosted: true);
}
