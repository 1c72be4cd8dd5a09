using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Playground.Teams;

/// <summary>Universal Actions: pressing and refreshing cards, and what the answer draws for one member.</summary>
public sealed partial class TeamsPlatform
{
    /// <summary>Refreshes that run at once; the rest wait their turn.</summary>
    private readonly SemaphoreSlim _refreshes = new(16);

    /// <summary>The member's client shows the message again, and asks for the member's own view if the card
    /// names them in <c>refresh</c>. False when it does not.</summary>
    public async Task<bool> Look(
        string member,
        string conversation,
        string messageId,
        CancellationToken cancel
    )
    {
        var (account, place) = (Account(member), Place(conversation));
        if (
            place.Find(messageId) is not { Card: { } card } message
            || card.At("refresh").At("action") is not { } action
            || !card.GetProperty("refresh")
                .Items("userIds")
                .Any(id => string.Equals(id.GetString(), account.Mri, StringComparison.Ordinal))
        )
        {
            return false;
        }
        await Refresh(account, place, message, action).WaitAsync(cancel);
        return true;
    }

    private async Task<TeamsAnswer> Invoke(
        TeamsMember member,
        TeamsConversation place,
        TeamsMessage message,
        JsonObject action,
        string trigger,
        CancellationToken cancel
    )
    {
        var now = _time.GetUtcNow();
        var activity = _activities.Invoke(member, place, message, action, trigger, now);
        var body = Json.Bytes(activity);
        var answer = await _sender.Send(body, _sender.CurrentToken(), cancel);
        if (answer.Status is null && Bot is not null && Options.ResendAfterTimeout)
        {
            // The person has seen the error by now; the bot gets the very same invoke once more.
            var late = await _sender.Send(body, _sender.CurrentToken(), cancel);
            return late with { Problem = answer.Problem };
        }
        return answer;
    }

    private void Draw(
        TeamsMember member,
        TeamsConversation place,
        TeamsMessage message,
        TeamsAnswer answer
    )
    {
        var (card, note) = Read(answer);
        place.Change(
            message.Id,
            old =>
            {
                var views = old.Views;
                if (card is { } own && old.Version == message.Version)
                {
                    views = views.SetItem(member.Mri, own);
                }
                var notes = note is null
                    ? old.Notes.Remove(member.Mri)
                    : old.Notes.SetItem(member.Mri, note);
                return old with { Views = views, Notes = notes };
            }
        );
        _tenant.Changes.Tell();
    }

    /// <summary>The replacement card, or the sentence that the client shows.</summary>
    private (JsonElement? Card, string? Note) Read(TeamsAnswer answer)
    {
        const string wrong = "Something went wrong. Please try again.";
        if (!answer.Ok)
        {
            return (null, answer.Problem);
        }
        switch (answer.Type)
        {
            case CardRules.ContentType when answer.Value is { } card:
                foreach (var lint in CardRules.Lint(card))
                {
                    _lints.Add(lint);
                }
                return CardRules.Refusal(card) is { } refusal ? (null, refusal) : (card, null);
            case "application/vnd.microsoft.activity.message":
                return (null, answer.Value?.GetString());
            case "application/vnd.microsoft.error":
                return (null, answer.Value.Text("message") ?? wrong);
            default:
                return (null, wrong);
        }
    }

    private void Note(TeamsConversation place, string messageId, string mri, string? note)
    {
        place.Change(messageId, m => m with { Notes = m.Notes.SetItem(mri, note ?? "") });
        _tenant.Changes.Tell();
    }

    /// <summary>The clients of the members named in the card's <c>refresh</c> ask for their own views. At once here;
    /// real clients do so when they show the card, and not twice within a minute.</summary>
    private void RefreshSoon(string conversation, string? messageId)
    {
        if (
            !Options.AutomaticRefresh
            || messageId is null
            || Place(conversation) is not { } place
            || place.Find(messageId) is not { Card: { } card } message
            || card.At("refresh").At("action") is not { } action
        )
        {
            return;
        }
        foreach (var id in card.GetProperty("refresh").Items("userIds"))
        {
            if (id.GetString() is { } mri && place.Member(mri) is { } member)
            {
                _ = Refresh(member, place, message, action);
            }
        }
    }

    private async Task Refresh(
        TeamsMember member,
        TeamsConversation place,
        TeamsMessage message,
        JsonElement action
    )
    {
        try
        {
            await _refreshes.WaitAsync(_stopping.Token);
            try
            {
                var asked = JsonNode.Parse(action.GetRawText())!.AsObject();
                var cancel = _stopping.Token;
                var answer = await Invoke(member, place, message, asked, "automatic", cancel);
                if (answer.Ok && Read(answer).Card is not null)
                {
                    Draw(member, place, message, answer);
                }
            }
            finally
            {
                _refreshes.Release();
            }
        }
        catch (Exception stopped)
            when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            // The platform ends; nobody looks at the card any more.
        }
    }
}
