using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Teams;
using ChatApprovals.Tests.Cards;
using ChatApprovals.Tests.Playground;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Person = ChatApprovals.Playground.Person;
using Played = ChatApprovals.Playground.Teams;
using TeamsSettings = ChatApprovals.Teams.TeamsOptions;

namespace ChatApprovals.Tests.Teams;

/// <summary>
/// The bot's whole Teams side on Kestrel against the played Teams; behind it, instead of the desk, answers
/// that the test chooses. Places are kept in a real register.
/// </summary>
public abstract class TeamsBench : IAsyncLifetime
{
    protected const string Token = MakeCard.Token;
    protected static readonly string Carol = People.Carol.Mri!;
    protected static readonly string Dan = People.Dan.Mri!;
    protected static readonly string Erin = People.Erin.Mri!;

    private readonly Lock _gate = new();
    private LocalPlatforms? _platforms;
    private WebApplication? _app;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;
    protected StoppedClock Clock { get; } = new();
    protected TeamsPlatform Teams => _platforms!.Teams;
    protected Register Register { get; private set; } = Register.Empty;
    protected ConcurrentQueue<Click> Clicks { get; } = new();
    protected ConcurrentQueue<AccountId> Views { get; } = new();
    protected ConcurrentQueue<(string Text, Asker Asker)> Commands { get; } = new();
    protected Func<Click, Task<ClickAnswer>> Decide { get; set; } =
        _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unknown());
    protected ConcurrentQueue<QuestionClick> Questions { get; } = new();
    protected Func<QuestionClick, Task<ClickAnswer>> Ask { get; set; } =
        _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unknown());
    protected Func<AccountId, CardView?> View { get; set; } = _ => null;
    protected Reply Reply { get; set; } = new("Title", ["a line"]);
    protected bool IsLedgerBroken { get; set; }

    protected virtual void Change(TeamsSettings options) { }

    protected virtual Played.TeamsOptions PlayedOptions => new() { AutomaticRefresh = false };

    protected T Get<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    protected Uri BotUrl => new(_app!.Urls.First());

    protected static AccountId AccountOf(Person person) =>
        AccountId.Teams(People.Tenant, person.Teams!);

    protected static Card Card => MakeCard.In(CardState.Pending);

    protected static CardCopy Copy(string? message, string conversation = Acme.TeamsChannel) =>
        new(Token, Surface.Teams, conversation) { Message = message };

    protected static CopyToDraw ToDraw(string? message = null, params AccountId[] viewers) =>
        new(Token, Acme.TeamsChannel, message, MaybePosted: false, Card, MakeCard.Now, viewers);

    /// <summary>A card in the channel, drawn by the surface; its message's id.</summary>
    protected async Task<string> PostedAsync()
    {
        var drawing = await Get<TeamsSurface>().DrawAsync(ToDraw(), Cancel);
        return Assert.IsType<Drawing.Drawn>(drawing).Message;
    }

    /// <summary>Waits until the bot has done all that it began.</summary>
    protected Task IdleAsync() =>
        _app!.Services.GetRequiredKeyedService<Errands>(Surface.Teams).IdleAsync(Cancel);

    protected static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);

    public async ValueTask InitializeAsync()
    {
        _platforms = await LocalPlatforms.Start(new(), PlayedOptions, Clock, Cancel);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        var options = Options();
        Change(options);
        Assert.Empty(options.Problems());
        builder.Services.AddTeamsCore(options);
        builder.Services.AddSingleton(Places(options));
        builder.Services.AddSingleton(Doors());
        _app = builder.Build();
        _app.MapTeams();
        await _app.StartAsync(Cancel);
        _platforms.Bot = BotUrl;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _app!.DisposeAsync();
        await _platforms!.DisposeAsync();
    }

    private TeamsSettings Options() =>
        new()
        {
            Enabled = true,
            AppId = Teams.Options.AppId,
            AppPassword = Teams.Options.AppPassword,
            TenantId = Teams.Options.TenantId,
            OpenIdMetadataUrl = Teams.OpenIdMetadataUrl,
            TokenUrl = Teams.TokenUrl,
            AllowedServiceUrls = [Teams.ServiceUrl],
            DefaultConversation = Acme.TeamsChannel,
        };

    private TeamsPlaces Places(TeamsSettings options) =>
        new(
            options,
            () => Register,
            (decide, _) =>
            {
                lock (_gate)
                {
                    if (IsLedgerBroken)
                    {
                        throw new UnavailableException("the disk is full");
                    }

                    var ruling = decide(Register, Clock.GetUtcNow());
                    if (ruling is ConfigRuling.Set set)
                    {
                        Register = Register.With(
                            set.Area,
                            set.Name,
                            set.After is Place place ? ConfigJson.ToElement(place) : null
                        );
                    }

                    return Task.FromResult(ruling);
                }
            },
            Clock
        );

    /// <summary>A token as the played Teams signs it.</summary>
    protected string TrueToken => Teams.Keys.Sign(Teams.Claims());

    protected Task<Played.TeamsAnswer> SendAsync(JsonObject activity) =>
        Teams.Send(Encoding.UTF8.GetBytes(activity.ToJsonString()), TrueToken, Cancel);

    private TeamsDoors Doors() =>
        new(
            (click, _) =>
            {
                Clicks.Enqueue(click);
                return Decide(click);
            },
            (click, _) =>
            {
                Questions.Enqueue(click);
                return Ask(click);
            },
            (_, account, _) =>
            {
                Views.Enqueue(account);
                return Task.FromResult(View(account));
            },
            (parts, asker, _) =>
            {
                Commands.Enqueue((Shown(parts), asker));
                return Task.FromResult(Reply);
            },
            _ => { }
        );

    private static string Shown(ImmutableArray<CommandPart> parts) =>
        string.Concat(
            parts.Select(p =>
                p is CommandPart.Mention m ? $"[{m.Account}]" : ((CommandPart.Text)p).Value
            )
        );
}
