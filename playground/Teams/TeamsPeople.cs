using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChatApprovals.Playground.Teams;

/// <summary>The people's side: what they click and write, sent to the bot as Teams sends it, and what they see then.</summary>
public sealed partial class TeamsPlatform
{
    /// <summary>Presses an <c>Action.Execute</c> of the card that this member sees; also sends a stale press. What the bot
    /// answers is drawn for this member alone. <c>typed</c> is merged into the action's data as Teams does with inputs.</summary>
    public async Task<TeamsAnswer> Click(
        string member,
        string conversation,
        string messageId,
        string verb,
        JsonElement? typed,
        CancellationToken cancel
    )
    {
        var (account, place) = (Account(member), Place(conversation));
        var message =
            place.Find(messageId)
            ?? new TeamsMessage(messageId, Options.BotMri) { Thread = conversation };
        var action = TeamsActivities.Action(message.CardFor(account.Mri), verb, typed);
        var answer = await Invoke(account, place, message, action, "manual", cancel);
        Draw(account, place, message, answer);
        return answer;
    }

    /// <summary>Writes a message. The bot hears everything 1:1, and in a channel what mentions it (<c>@ChatApprovals</c>).
    /// Mentions of people become Teams mentions too. Not named Message because that is a thing, not an act.</summary>
    public async Task<TeamsAnswer> Write(
        string member,
        string conversation,
        string text,
        CancellationToken cancel
    )
    {
        var (account, place) = (Account(member), Place(conversation));
        var (tagged, mentions) = Mentions(text);
        var id = _tenant.NextId();
        var inThread = place.IsPersonal || conversation.Contains(';', StringComparison.Ordinal);
        var thread = inThread ? conversation : $"{conversation};messageid={id}";
        place.Add(new(id, account.Mri) { Thread = thread, Text = text });
        _tenant.Changes.Tell();
        var toBot = place.IsPersonal || mentions.Any(m => IsBot(m.Id));
        if (!toBot)
        {
            return new(200, null, null, TimeSpan.Zero);
        }
        var activity = _activities.Message(
            account,
            place,
            thread,
            id,
            tagged,
            mentions,
            _time.GetUtcNow()
        );
        var answer = await _sender.Send(activity, cancel);
        if (!answer.Ok)
        {
            Note(place, id, account.Mri, answer.Problem);
        }
        return answer;
    }

    /// <summary>Accepts or declines the file that a message of the member's own chat offers.</summary>
    public Task<TeamsAnswer> AnswerFile(
        string member,
        string messageId,
        bool accept,
        CancellationToken cancel
    ) => _sender.Send(FileActivity(member, messageId, accept), cancel);

    /// <summary>The same as an activity, for tests that spoil or repeat it.</summary>
    public JsonObject FileActivity(string member, string messageId, bool accept)
    {
        var place = Personal(member);
        var consent =
            place.Find(messageId)?.Consent
            ?? throw new ArgumentException($"it offers no file: {messageId}", nameof(messageId));
        var content = consent.At("content");
        return _activities.FileConsent(
            Account(member),
            place,
            messageId,
            content.At(accept ? "acceptContext" : "declineContext")!.Value,
            accept
                ? _files.Open(
                    consent.Text("name")!,
                    content.At("sizeInBytes")!.Value.GetInt64(),
                    path => At("/" + path)
                )
                : null,
            _time.GetUtcNow()
        );
    }

    /// <summary>Installs the bot: in a channel, or in the member's own chat with it. Both messages that Teams sends.</summary>
    public async Task<TeamsAnswer> Install(
        string member,
        string conversation,
        CancellationToken cancel
    )
    {
        var (account, place) = (Account(member), Place(conversation));
        place.BotMayWrite = true;
        var now = _time.GetUtcNow();
        var added = _activities.MembersAdded(account, place, Options.BotMri, now);
        var answer = await _sender.Send(added, cancel);
        return answer.Ok
            ? await _sender.Send(_activities.Installation(account, place, "add", now), cancel)
            : answer;
    }

    /// <summary>From now on the bot may not write there, and is told so.</summary>
    public Task<TeamsAnswer> Uninstall(string member, string conversation, CancellationToken cancel)
    {
        var (account, place) = (Account(member), Place(conversation));
        place.BotMayWrite = false;
        var now = _time.GetUtcNow();
        return _sender.Send(_activities.Installation(account, place, "remove", now), cancel);
    }

    /// <summary>What a true token to the bot says now; change it and <see cref="Send"/> it to see it refused.</summary>
    public TeamsToken Claims() => _sender.Claims();

    /// <summary>Sends exactly this body with exactly this token (none when null).</summary>
    public Task<TeamsAnswer> Send(byte[] body, string? token, CancellationToken cancel) =>
        _sender.Send(body, token, cancel);

    /// <summary>A true message activity, for tests that spoil it before <see cref="Send"/>.</summary>
    public JsonObject MessageActivity(string member, string conversation, string text)
    {
        var (tagged, mentions) = Mentions(text);
        var id = _tenant.NextId();
        var place = Place(conversation);
        return _activities.Message(
            Account(member),
            place,
            conversation,
            id,
            tagged,
            mentions,
            _time.GetUtcNow()
        );
    }

    /// <summary>A true invoke activity, for tests that spoil or repeat it.</summary>
    public JsonObject InvokeActivity(
        string member,
        string conversation,
        string messageId,
        string verb,
        JsonElement? typed
    )
    {
        var (account, place) = (Account(member), Place(conversation));
        var message =
            place.Find(messageId)
            ?? new TeamsMessage(messageId, Options.BotMri) { Thread = conversation };
        var action = TeamsActivities.Action(message.CardFor(account.Mri), verb, typed);
        return _activities.Invoke(account, place, message, action, "manual", _time.GetUtcNow());
    }

    private bool IsBot(string id) =>
        string.Equals(id, Options.BotMri, StringComparison.OrdinalIgnoreCase);

    /// <summary><c>@First</c> or <c>@ChatApprovals</c> at the start of a word becomes <c>&lt;at&gt;…&lt;/at&gt;</c>.</summary>
    private (string Text, List<(string Tag, string Id, string Name)> Mentions) Mentions(string text)
    {
        var mentions = new List<(string, string, string)>();
        var tagged = Names()
            .Replace(
                text,
                match =>
                {
                    var (id, name) = Named(match.Value[1..]);
                    if (id is null)
                    {
                        return match.Value;
                    }
                    var tag = $"<at>{name}</at>";
                    mentions.Add((tag, id, name));
                    return tag;
                }
            );
        return (tagged, mentions);
    }

    private (string? Id, string Name) Named(string word)
    {
        if (string.Equals(word, Options.BotName, StringComparison.OrdinalIgnoreCase))
        {
            return (Options.BotMri, Options.BotName);
        }
        var member = _tenant.Members.Values.FirstOrDefault(m =>
            m.Name.StartsWith(word + " ", StringComparison.OrdinalIgnoreCase)
        );
        return (member?.Mri, member?.Name ?? word);
    }

    [GeneratedRegex(@"(?<=^|\s)@[a-zA-Z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}
