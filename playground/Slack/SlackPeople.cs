using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatApprovals.Playground.Slack;

/// <summary>The people's side: what they click, type and submit, sent to the bot as Slack sends it.</summary>
public sealed partial class SlackPlatform
{
    private const string Form = "application/x-www-form-urlencoded";

    /// <summary>Clicks a control of a message. Also sends a stale click: the control need not be there any more.
    /// A null value takes the one that stands in the message.</summary>
    public Task<SlackAnswer> Click(
        string user,
        string channel,
        string ts,
        string actionId,
        string? value,
        CancellationToken cancel
    )
    {
        var (account, place) = (Account(user), Conversation(channel));
        var message =
            place.Find(ts)
            ?? new SlackMessage(channel, ts, Options.BotUserId, "") { FromBot = true };
        var control = Control(message.Controls, actionId, value);
        var response = _workspace.NewResponse("actions", channel, user, ts);
        var payload = _payloads.MessageAction(
            account,
            place,
            message,
            SlackPayloads.Action(control, actionId, value, _time.GetUtcNow()),
            _workspace.NewTrigger(user, null),
            ResponseUrl(response)
        );
        return _sender.Signed("/slack/interactions", Form, PayloadForm(payload), cancel);
    }

    /// <summary>Clicks a control inside the modal that the user sees.</summary>
    public Task<SlackAnswer> ClickInModal(
        string user,
        string actionId,
        string? value,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> typed,
        CancellationToken cancel
    )
    {
        if (Modal(user) is not { } view)
        {
            return Task.FromResult(SlackAnswer.NotSent("no modal is open"));
        }
        var controls = SlackMessage.ControlsOf(view.Content.GetProperty("blocks"));
        var control = Control(controls, actionId, value);
        var action = SlackPayloads.Action(control, actionId, value, _time.GetUtcNow());
        var values = SlackInputs.Values(view, typed);
        var payload = _payloads.ViewAction(Account(user), view, values, action);
        return _sender.Signed("/slack/interactions", Form, PayloadForm(payload), cancel);
    }

    /// <summary>Submits the modal that the user sees, and does what the bot answers: close it, show errors, update, push, clear.</summary>
    public async Task<SlackAnswer> Submit(
        string user,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> typed,
        CancellationToken cancel
    )
    {
        if (Modal(user) is not { } view)
        {
            return SlackAnswer.NotSent("no modal is open");
        }
        if (SlackInputs.Refusal(view, typed) is { } refusal)
        {
            return SlackAnswer.NotSent(refusal);
        }
        var payload = _payloads.Submission(Account(user), view, SlackInputs.Values(view, typed));
        var answer = await _sender.Signed(
            "/slack/interactions",
            Form,
            PayloadForm(payload),
            cancel
        );
        if (!answer.Ok)
        {
            return answer;
        }
        var problem = Follow(_workspace.ModalsOf(user), view, answer.Body);
        _workspace.Changes.Tell();
        return answer with { Problem = problem };
    }

    /// <summary>Closes the modal that the user sees; the bot is told only if it asked for that.</summary>
    public async Task<SlackAnswer> CloseModal(string user, CancellationToken cancel)
    {
        if (Modal(user) is not { } view)
        {
            return SlackAnswer.NotSent("no modal is open");
        }
        _workspace.ModalsOf(user).Close(view.Id);
        _workspace.Changes.Tell();
        return view.Content.True("notify_on_close")
            ? await _sender.Signed(
                "/slack/interactions",
                Form,
                PayloadForm(_payloads.Closed(Account(user), view)),
                cancel
            )
            : new(200, "", null, TimeSpan.Zero);
    }

    /// <summary>Types a slash command. Names such as <c>@bob</c> and <c>#channel</c> become references, as with <c>should_escape</c>.</summary>
    public async Task<SlackAnswer> Command(
        string user,
        string channel,
        string text,
        CancellationToken cancel
    )
    {
        var (account, place) = (Account(user), Conversation(channel));
        var response = _workspace.NewResponse("commands", channel, user, null);
        var fields = _payloads.Command(account, place, Referring(text), ResponseUrl(response));
        using var form = new FormUrlEncodedContent(fields);
        var body = await form.ReadAsByteArrayAsync(cancel);
        var answer = await _sender.Signed("/slack/commands", Form, body, cancel);
        if (answer.Ok)
        {
            _hooks.AnswerInBody(new(channel, user, null, _time.GetUtcNow()), answer.Body);
        }
        else
        {
            var said = $"{Options.Command} failed with the error \"{answer.Problem}\"";
            place.Add(new(channel, _workspace.NextTs(), "USLACKBOT", said) { EphemeralFor = user });
            _workspace.Changes.Tell();
        }
        return answer;
    }

    /// <summary>Writes a message. The bot hears it in a direct message, and in a channel when it is mentioned.</summary>
    public Task<SlackAnswer> Message(
        string user,
        string channel,
        string text,
        CancellationToken cancel
    )
    {
        var place = Conversation(channel);
        var written = Mentioning(text);
        var message = new SlackMessage(channel, _workspace.NextTs(), user, written);
        place.Add(message);
        _workspace.Changes.Tell();
        var mentioned = written.Contains($"<@{Options.BotUserId}>", StringComparison.Ordinal);
        if (!place.IsIm && !mentioned)
        {
            return Task.FromResult(new SlackAnswer(200, "", null, TimeSpan.Zero));
        }
        var type = place.IsIm ? "message" : "app_mention";
        return Event(_payloads.MessageEvent(type, message, place), cancel);
    }

    /// <summary>Changes an account and tells the bot by <c>user_change</c>.</summary>
    public Task<SlackAnswer> ChangeUser(SlackUser user, CancellationToken cancel)
    {
        SetUser(user);
        var ts = _workspace.NextTs();
        var change = new
        {
            type = "user_change",
            user = user.Shown(),
            event_ts = ts,
        };
        return Event(change, cancel);
    }

    private static (JsonElement, JsonElement)? Control(
        IEnumerable<(JsonElement Block, JsonElement Element)> controls,
        string actionId,
        string? value
    )
    {
        foreach (var control in controls)
        {
            var same = string.Equals(
                control.Element.Text("action_id"),
                actionId,
                StringComparison.Ordinal
            );
            var its = control.Element.Text("value");
            if (
                same
                && (
                    value is null
                    || its is null
                    || string.Equals(its, value, StringComparison.Ordinal)
                )
            )
            {
                return control;
            }
        }
        return null;
    }

    /// <summary>Does to the modals what the bot answered to a submission; says what Slack would not understand.</summary>
    private static string? Follow(ModalStack modals, SlackView view, string body)
    {
        if (body.Trim().Length is 0)
        {
            modals.Close(view.Id);
            return null;
        }
        if (Json.TryParse(body) is not { } answer)
        {
            return "the answer is neither empty nor JSON";
        }
        switch (answer.Text("response_action"))
        {
            case null:
                modals.Close(view.Id);
                return null;
            case "clear":
                modals.Clear();
                return null;
            case "errors" when answer.At("errors") is { ValueKind: JsonValueKind.Object } errors:
                modals.ShowErrors(
                    view.Id,
                    errors
                        .EnumerateObject()
                        .ToImmutableSortedDictionary(
                            e => e.Name,
                            e => e.Value.ToString(),
                            StringComparer.Ordinal
                        )
                );
                return null;
            case "update" when SlackViews.Valid(answer.At("view")) is { } content:
                return modals.Update(view.Id, null, content).Error;
            case "push" when SlackViews.Valid(answer.At("view")) is { } content:
                return modals.Push(content) is null ? "push_limit_reached" : null;
            case var other:
                return $"invalid response_action {other}";
        }
    }

    private string Referring(string text) =>
        Names()
            .Replace(
                text,
                match =>
                    match.Value[0] is '@' ? Mention(match.Value, withName: true)
                    : ChannelNamed(match.Value[1..]) is { } c ? $"<#{c.Id}|{c.Name}>"
                    : match.Value
            );

    private string Mentioning(string text) =>
        Names().Replace(text, match => Mention(match.Value, withName: false));

    private string Mention(string typed, bool withName)
    {
        var group = _workspace.UserGroups.Values.FirstOrDefault(g =>
            !g.Disabled && string.Equals(g.Handle, typed[1..], StringComparison.Ordinal)
        );
        return typed[0] is not '@' ? typed
            : UserNamed(typed[1..]) is { } user
                ? withName ? $"<@{user.Id}|{user.Name}>"
                    : $"<@{user.Id}>"
            : group is not null
                ? withName ? $"<!subteam^{group.Id}|@{group.Handle}>"
                    : $"<!subteam^{group.Id}>"
            : typed;
    }

    private SlackUser? UserNamed(string name) =>
        _workspace.Users.Values.FirstOrDefault(u =>
            string.Equals(u.Name, name, StringComparison.OrdinalIgnoreCase)
        );

    private SlackChannel? ChannelNamed(string name) =>
        _workspace.Channels.Values.FirstOrDefault(c =>
            !c.IsIm && string.Equals(c.Name, name, StringComparison.Ordinal)
        );

    /// <summary>At the start of a word only: no e-mail address is a mention.</summary>
    [GeneratedRegex(
        @"(?<=^|\s)[@#][a-zA-Z0-9_-]+",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Names();
}
