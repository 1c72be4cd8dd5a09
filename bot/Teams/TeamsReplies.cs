using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Teams;

/// <summary>
/// What is said to one person: in their 1:1 chat with the bot, which is opened when there is none. In a
/// channel there is never more than a pointer.
/// </summary>
public sealed partial class TeamsReplies(
    TeamsClient client,
    TeamsPlaces places,
    TeamsPace pace,
    TimeProvider clock,
    ILogger<TeamsReplies> log
)
{
    /// <summary>Longer than this nobody waits for an answer.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    /// <summary>The card waits for what is said in its thread.</summary>
    private static readonly TimeSpan s_sayFor = TimeSpan.FromSeconds(5);
    private const int TriesMax = 3;

    /// <summary>The conversation for answers to this person alone, or null when Teams refuses one.</summary>
    public async Task<string?> ChatAsync(TeamsSource source, CancellationToken cancel)
    {
        if (source.IsPrivate)
        {
            return source.Conversation;
        }

        if (source is not { Account: { } account, Mri: { } mri })
        {
            return null;
        }

        if (places.PersonalOf(account) is { } known)
        {
            return known.Conversation;
        }

        var result = await client.OpenChatAsync(source.ServiceUrl, source.Tenant, mri, cancel);
        if (result is not TeamsResult.Done { Body: var body } || body.Text("id") is not { } chat)
        {
            NoChat(result.Text);
            return null;
        }

        var now = clock.GetUtcNow();
        await places.PutAsync(
            new Place(chat, "personal", source.Tenant, source.ServiceUrl, now)
            {
                Account = account,
                Mri = mri,
            },
            cancel
        );
        return chat;
    }

    public Task<bool> AnswerAsync(string chat, Reply reply, CancellationToken cancel) =>
        SendAsync(chat, TeamsMessages.Answer(reply), cancel);

    /// <summary>A message of a 1:1 chat that changes with every further call.</summary>
    public Tell Changing(string chat)
    {
        string? message = null;
        return async (reply, cancel) =>
        {
            while (pace.Take(chat) is { } wait)
            {
                await Task.Delay(wait, clock, cancel);
            }

            var (url, activity) = (places.ServiceUrlOf(chat), TeamsMessages.Answer(reply));
            var result = message is null
                ? await client.PostAsync(url, chat, activity, cancel)
                : await client.PutAsync(url, chat, message, activity, cancel);
            message ??= (result as TeamsResult.Done)?.Body.Text("id");
        };
    }

    /// <summary>Something for one person alone, unasked: only where they have a chat with the bot already.</summary>
    public async Task TellAsync(
        AccountId account,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    )
    {
        if (places.PersonalOf(account) is { } chat)
        {
            await AnswerAsync(chat.Conversation, new Reply(title, [.. lines]), cancel);
        }
        else
        {
            NotSaid("the person has no chat with the bot");
        }
    }

    /// <summary>A question or an answer in a card's thread. Null when it may be there, else why not.</summary>
    public Task<string?> SayAsync(string thread, CardTalk talk, CancellationToken cancel) =>
        TrySendAsync(thread, TeamsMessages.Talk(talk), s_sayFor, cancel);

    /// <summary>One line where the question was asked: no part of an answer.</summary>
    public Task<bool> PointAsync(TeamsSource source, string line, CancellationToken cancel) =>
        SendAsync(source.Conversation, TeamsMessages.Line(line), cancel);

    /// <summary>False when it was surely not delivered. An answer that may have arrived is not sent twice.</summary>
    public async Task<bool> SendAsync(
        string conversation,
        byte[] activity,
        CancellationToken cancel
    )
    {
        if (await TrySendAsync(conversation, activity, s_longestWait, cancel) is not { } why)
        {
            return true;
        }

        NotSaid(why);
        return false;
    }

    private async Task<string?> TrySendAsync(
        string conversation,
        byte[] activity,
        TimeSpan longest,
        CancellationToken cancel
    )
    {
        var url = places.ServiceUrlOf(conversation);
        for (var attempt = 1; ; attempt++)
        {
            while (pace.Take(conversation) is { } wait)
            {
                if (wait > longest)
                {
                    return "the conversation's limit is reached";
                }

                await Task.Delay(wait, clock, cancel);
            }

            var result = await client.PostAsync(url, conversation, activity, cancel);
            if (result is TeamsResult.Busy busy && attempt < TriesMax)
            {
                var pause = busy.After ?? TimeSpan.FromSeconds(attempt);
                await Task.Delay(pause < longest ? pause : longest, clock, cancel);
                continue;
            }

            return result is TeamsResult.Done or TeamsResult.Unheard ? null : result.Text;
        }
    }

    [LoggerMessage(
        EventId = 3204,
        Level = LogLevel.Warning,
        Message = "Teams: a 1:1 chat could not be opened: {Why}"
    )]
    private partial void NoChat(string why);

    [LoggerMessage(
        EventId = 3205,
        Level = LogLevel.Warning,
        Message = "Teams: an answer could not be delivered: {Why}"
    )]
    private partial void NotSaid(string why);
}
