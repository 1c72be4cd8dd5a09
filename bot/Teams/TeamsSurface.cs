using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Teams;

/// <summary>Teams, as the desk knows it: who people are, and cards in conversations.</summary>
public sealed class TeamsSurface(
    TeamsClient client,
    TeamsLogin login,
    TeamsPeople people,
    TeamsPlaces places,
    TeamsCopies copies,
    TeamsPace pace,
    TeamsReplies replies,
    [FromKeyedServices(Surface.Teams)] Errands errands
) : ISurface
{
    /// <summary>After a post that nobody answered: time for a client to show the card and tell its message.</summary>
    private static readonly TimeSpan s_clientsAskWithin = TimeSpan.FromSeconds(5);

    /// <summary>How Teams says that there is no such message in a conversation (teams.md 1.4).</summary>
    private const string MessageGone = "ActivityNotFoundInConversation";

    public Surface Kind => Surface.Teams;

    public Task<Member> LookUpAsync(AccountId account, CancellationToken cancel) =>
        people.LookUpAsync(account, cancel);

    /// <summary>
    /// Not in this version: a bot's own credentials do not read groups. It takes Microsoft Graph with the
    /// application permission <c>GroupMember.Read.All</c>, which an administrator of the tenant must grant.
    /// </summary>
    public Task<GroupsAnswer> GroupsAsync(CancellationToken cancel) =>
        Task.FromResult<GroupsAnswer>(
            new GroupsAnswer.Unknown(
                "groups of Microsoft Entra cannot be read in this version (that needs Microsoft Graph with "
                    + "GroupMember.Read.All): name the people instead",
                After: null
            )
        );

    public async Task<Drawing> DrawAsync(CopyToDraw copy, CancellationToken cancel)
    {
        var message = copy.Message ?? copies.MessageOf(copy.Token);
        if (message is null && copy.MaybePosted && copies.IsToWait(copy.Token))
        {
            return Unsure("an earlier process may have posted the card");
        }

        if (message is null && copy.MaybePosted && !copy.Card.Actions.Any && IsOver(copy.Card))
        {
            return new Drawing.Never(
                "the request is over, and Teams does not say whether its card was posted; "
                    + "it may stand there with buttons that decide nothing"
            );
        }

        if (pace.Take(copy.Conversation) is { } wait)
        {
            return new Drawing.Later("Teams' limit for one conversation", wait, copy.MaybePosted)
            {
                IsFull = true,
            };
        }

        var rendering = await RenderAsync(copy, cancel);
        var activity = TeamsMessages.Card(rendering.Json);
        var serviceUrl = places.ServiceUrlOf(copy.Conversation);
        var result = message is null
            ? await client.PostAsync(serviceUrl, copy.Conversation, activity, cancel)
            : await client.PutAsync(serviceUrl, copy.Conversation, message, activity, cancel);
        var drawing = Read(result, message, rendering, copy);
        if (drawing is Drawing.Drawn drawn)
        {
            copies.Drawn(copy.Token, drawn.Message);
        }

        return drawing;
    }

    public Task<string?> SayAsync(
        string conversation,
        string message,
        CardTalk talk,
        CancellationToken cancel
    ) => replies.SayAsync(places.ThreadOf(conversation, message), talk, cancel);

    /// <summary>Teams has no permanent links for bots to ask for; a message's id is when Teams took it.</summary>
    public async Task<Noted> NoteAsync(
        string conversation,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    )
    {
        if (pace.Take(conversation) is { } wait)
        {
            return new Noted.Not("Teams' limit for one conversation", wait);
        }

        var result = await client.PostAsync(
            places.ServiceUrlOf(conversation),
            conversation,
            TeamsMessages.Note(title, lines),
            cancel
        );
        return result switch
        {
            TeamsResult.Done done when done.Body.Text("id") is { } id => new Noted.Posted(
                id,
                TeamsMessages.TimeOf(id),
                places.LinkOf(conversation, id)
            ),
            TeamsResult.Done => new Noted.Not("Teams gave no id", After: null),
            TeamsResult.Busy busy => new Noted.Not(busy.Text, busy.After),
            _ => new Noted.Not(result.Text, After: null),
        };
    }

    public void Tell(AccountId account, string title, IReadOnlyList<string> lines) =>
        errands.Start("a note to one person", c => replies.TellAsync(account, title, lines, c));

    /// <summary>Only chats that the bot was added to: Teams lets a bot open none with strangers.</summary>
    public Task<string?> ChatOfAsync(AccountId account, CancellationToken cancel) =>
        Task.FromResult(places.PersonalOf(account)?.Conversation);

    public async Task<string?> CheckAsync(CancellationToken cancel) =>
        (await login.GetAsync(cancel)).Problem;

    private async Task<Rendering> RenderAsync(CopyToDraw copy, CancellationToken cancel)
    {
        IReadOnlyList<string> viewers = copy.Card.Actions.Any
            ? await people.MrisAsync(
                copy.Conversation,
                copy.Viewers,
                CardLimits.RefreshUsers,
                cancel
            )
            : [];
        return AdaptiveCard.Message(copy.Card, viewers);
    }

    private static bool IsOver(Card card) =>
        card.State is not (CardState.Pending or CardState.PartlyApproved);

    private Drawing Read(
        TeamsResult result,
        string? message,
        Rendering rendering,
        CopyToDraw copy
    ) =>
        result switch
        {
            TeamsResult.Done done when (message ?? done.Body.Text("id")) is { } id =>
                new Drawing.Drawn(id, rendering.DisplayHash),
            TeamsResult.Done => Posted(copy, "Teams gave no id"),
            TeamsResult.Unheard unheard when message is null => Posted(copy, unheard.Why),
            TeamsResult.Unheard unheard => new Drawing.Later(unheard.Why, null, copy.MaybePosted),
            TeamsResult.Busy { After: { } wait } => Full(copy, result.Text, wait),
            TeamsResult.Busy => new Drawing.Later(result.Text, null, copy.MaybePosted),
            TeamsResult.NotSent held => new Drawing.Later(held.Why, null, copy.MaybePosted),
            // The secret may be replaced while cards wait; everything else stays as it is.
            TeamsResult.Refused { Status: 401 } refused => new Drawing.Later(
                refused.Text,
                null,
                copy.MaybePosted
            ),
            TeamsResult.Refused { Status: 404, Code: MessageGone } when message is not null =>
                new Drawing.Never($"the card's message was deleted ({result.Text})"),
            // A card that is there shows buttons until it is drawn again, also when its request is over.
            TeamsResult.Refused { Status: 403 or 404 } refused
                when message is not null || !IsOver(copy.Card) => ToMend(
                copy,
                Unreachable(refused)
            ),
            _ => new Drawing.Never(result.Text),
        };

    private static string Unreachable(TeamsResult.Refused refused) =>
        refused.Status == 403
            ? $"the bot may not write there: add the app to that team or chat ({refused.Text})"
            : "Teams knows no such conversation, or the bot is not in it: correct the route or add the "
                + $"app there ({refused.Text})";

    private Drawing.Later Full(CopyToDraw copy, string why, TimeSpan wait)
    {
        pace.Rest(copy.Conversation, wait);
        return new Drawing.Later(why, wait, copy.MaybePosted) { IsFull = true };
    }

    private static Drawing.Later ToMend(CopyToDraw copy, string why) =>
        new(why, null, copy.MaybePosted) { IsToMend = true };

    /// <summary>Time for the clients the first time; after that ever longer, for each may be one more message.</summary>
    private Drawing.Later Posted(CopyToDraw copy, string why) =>
        copies.IsToWait(copy.Token) ? Unsure(why) : new Drawing.Later(why, null, MaybePosted: true);

    private static Drawing.Later Unsure(string why) =>
        new(why, s_clientsAskWithin, MaybePosted: true);
}
