using System.Collections.Immutable;
using System.Security.Cryptography;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Stores;
using ChatApprovals.Teams;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Directory = ChatApprovals.Desk.Directory;
using Seen = ChatApprovals.Playground.Teams.TeamsAnswer;
using Settings = ChatApprovals.Teams.TeamsOptions;

namespace ChatApprovals.Tests.Teams;

/// <summary>
/// The real desk, ledger and outbox behind the real Teams side, in the played Teams: Carol may approve, Erin
/// owns the agent, Dan is a guest who was put into the group all the same.
/// </summary>
public sealed class TeamsJourneyTests : IAsyncLifetime
{
    private static readonly string Carol = People.Carol.Mri!;
    private static readonly string Dan = People.Dan.Mri!;
    private static readonly string Erin = People.Erin.Mri!;

    private readonly string _directory = System
        .IO.Directory.CreateTempSubdirectory("chatapprovals-teams-")
        .FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private LocalPlatforms _platforms = null!;
    private WebApplication _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private TeamsPlatform Teams => _platforms.Teams;
    private ApprovalDesk Desk => _app.Services.GetRequiredService<ApprovalDesk>();

    [Fact]
    public async Task A_request_is_shown_approved_by_who_may_and_drawn_to_its_end()
    {
        Assert.Equal(200, (await Teams.Install(Erin, Acme.TeamsChannel, Cancel)).Status);
        var (request, card) = await AskAsync();

        // Their own view has no button any more: what they send is made by hand.
        var token = (await Desk.ShowAsync(request, Cancel))!.Copies[0].Token;
        var forged = System.Text.Json.JsonSerializer.SerializeToElement(new { id = token });
        var owner = await Teams.Click(Erin, card.Thread, card.Id, "approve", forged, Cancel);
        Assert.Contains("You own the agent", Text(owner), StringComparison.Ordinal);
        var guest = await Teams.Click(Dan, card.Thread, card.Id, "approve", forged, Cancel);
        Assert.Contains("You are a guest here", Text(guest), StringComparison.Ordinal);
        Assert.True((await Desk.ShowAsync(request, Cancel))!.IsPending);

        var answer = await Teams.Click(Carol, card.Thread, card.Id, "approve", null, Cancel);
        Assert.Equal(200, answer.StatusCode);
        var approved = await Desk.ShowAsync(request, Cancel);
        Assert.Equal(RequestStatus.Approved, approved!.Status);
        var decision = Assert.Single(approved.Decisions);
        Assert.Equal("Carol Diaz", decision.Name);

        var final = await Teams.WaitForMessage(
            m => Is(m, card.Id) && m.Edited && !Offers(m),
            Cancel
        );
        Assert.Contains("Carol Diaz", final.Card!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Single(Teams.Conversation(Acme.TeamsChannel)!.Messages);
        Assert.Empty(Teams.Lints);
    }

    [Fact]
    public async Task A_forwarded_button_decides_nothing()
    {
        var (request, card) = await AskAsync();
        var activity = Teams.InvokeActivity(Carol, card.Thread, card.Id, "approve", null);
        activity["conversation"]!["id"] = Teams.Personal(Carol).Id;
        await SendAsync(activity);
        activity["conversation"]!["id"] = card.Thread;
        activity["replyToId"] = "1795168000000";
        await SendAsync(activity);
        activity.Remove("replyToId");
        await SendAsync(activity);
        Assert.True((await Desk.ShowAsync(request, Cancel))!.IsPending);
    }

    [Fact]
    public async Task An_unheard_post_shows_one_card_and_not_two()
    {
        Teams.Faults.Next("activities.post", new Fault.DoneButUnheard());
        var (request, card) = await AskAsync();
        await Eventually.TrueAsync(() => Shown(request) is not null, "the copy has a message");
        Assert.Equal(card.Id, Shown(request));
        Assert.Single(Teams.Conversation(Acme.TeamsChannel)!.Messages);
    }

    public async ValueTask InitializeAsync()
    {
        _platforms = await LocalPlatforms.Start(new(), new(), PatientClock.Shared, Cancel);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        Register(builder.Services);
        _app = builder.Build();
        await MoveInAsync(_app.Services.GetRequiredService<Committer>());
        _app.MapTeams();
        await _app.StartAsync(Cancel);
        _platforms.Bot = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _platforms.DisposeAsync();
        _key.Dispose();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private void Register(IServiceCollection services)
    {
        var options = new Settings
        {
            Enabled = true,
            AppId = Teams.Options.AppId,
            AppPassword = Teams.Options.AppPassword,
            TenantId = Teams.Options.TenantId,
            OpenIdMetadataUrl = Teams.OpenIdMetadataUrl,
            TokenUrl = Teams.TokenUrl,
            AllowedServiceUrls = [Teams.ServiceUrl],
        };
        services
            .AddSingleton<TimeProvider>(PatientClock.Shared)
            .AddSingleton(new DeskOptions { Teams = true, TeamsDefault = Acme.TeamsChannel })
            .AddSingleton<IStore>(_ => SqliteStore.Open(_directory))
            .AddSingleton(p => new Committer(
                p.GetRequiredService<IStore>(),
                _key,
                "test/ledger",
                PatientClock.Shared,
                NullLogger<Committer>.Instance
            ))
            .AddSingleton(
                new KeyCabinet(
                    Path.Combine(_directory, "keys"),
                    "test/ledger",
                    SigningKey.Of("ledger", _key),
                    KeyRing.Of(),
                    [NoteKey.FromEcdsa("test/ledger", _key).ToString()],
                    line: null,
                    []
                )
            )
            .AddSingleton<Waiters>()
            .AddSingleton<Directory>()
            .AddSingleton<Departed>()
            .AddSingleton<ApprovalDesk>()
            .AddSingleton<RegisterDesk>()
            .AddSingleton<Undrawn>()
            .AddHostedService<Outbox>()
            .AddTeams(options)
            .AddSingleton(p => Doors(p.GetRequiredService<ApprovalDesk>()));
    }

    /// <summary>As the host's, but for commands.</summary>
    private static TeamsDoors Doors(ApprovalDesk desk) =>
        new(
            desk.DecideAsync,
            desk.AskAsync,
            desk.ViewAsync,
            (_, _, _) => Task.FromResult(new Reply("", ImmutableArray<string>.Empty)),
            _ => { }
        );

    private static Task<bool> MoveInAsync(Committer committer)
    {
        var now = TimeProvider.System.GetUtcNow();
        PersonId[] ids = [PersonId.New(now), PersonId.New(now), PersonId.New(now)];
        return committer.CommitAsync(
            commit =>
            {
                commit.Record(Linked(ids[0], People.Carol));
                commit.Record(Linked(ids[1], People.Dan));
                commit.Record(Linked(ids[2], People.Erin));
                commit.Record(Make.OwnedAgent(ids[2], ids[2]));
                commit.Record(Make.Group("approvers", ids));
                return true;
            },
            Cancel
        );
    }

    private static Fact Linked(PersonId id, ChatApprovals.Playground.Person person) =>
        Make.Linked(id, AccountId.Teams(People.Tenant, person.Teams!), person.Email);

    private async Task<(RequestId Id, TeamsMessage Card)> AskAsync()
    {
        var opened = await Desk.OpenAsync(
            Make.Agent,
            Make.Request(),
            "body",
            idempotencyKey: null,
            Cancel
        );
        var id = Assert.IsType<Opened.Created>(opened).Approval.Id;
        return (id, await Teams.WaitForMessage(m => m.FromBot && Offers(m), Cancel));
    }

    private Task<Seen> SendAsync(System.Text.Json.Nodes.JsonObject activity) =>
        Teams.Send(
            System.Text.Encoding.UTF8.GetBytes(activity.ToJsonString()),
            Teams.Keys.Sign(Teams.Claims()),
            Cancel
        );

    private string? Shown(RequestId id) =>
        _app.Services.GetRequiredService<Committer>().Recent.Find(id)?.Copies[0].Message;

    private static bool Is(TeamsMessage message, string id) =>
        string.Equals(message.Id, id, StringComparison.Ordinal);

    private static bool Offers(TeamsMessage message) =>
        message.Card?.GetRawText().Contains("\"approve\"", StringComparison.Ordinal) == true;

    private static string Text(Seen answer) => answer.Value?.GetRawText() ?? "";
}
