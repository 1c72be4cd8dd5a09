using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// The whole column over real HTTP: the real bot as a process of its own, the playground's Slack and Teams,
/// an agent with its key. One place per story; the bot is killed without warning between the steps.
/// </summary>
public sealed class ColumnJourneys
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bob_approves_in_Slack_and_the_Teams_card_and_the_agent_know()
    {
        await using var place = await Place.OpenAsync();
        var id = await place.AskAsync("admin-role");
        await place.ShownAsync();

        await place.ClickAsync(People.Erin.Slack!, "approve");
        Assert.Equal("pending", (await place.ReadAsync(id)).GetProperty("status").GetString());
        await Eventually.TrueAsync(
            () => place.Cards(People.Erin.Slack!).Any(),
            "Erin is told, alone, why she may not decide"
        );

        await place.ClickAsync(People.Bob.Slack!, "approve");
        Assert.Equal("approved", (await place.ReadAsync(id, 30)).GetProperty("status").GetString());
        await Eventually.TrueAsync(
            () => place.IsFinal,
            "no copy of the card has a button any more"
        );
        await place.LedgerIsSoundAsync();
    }

    [Fact]
    public async Task Whatever_was_acknowledged_survives_a_kill_after_every_step_and_nothing_is_doubled()
    {
        await using var place = await Place.OpenAsync();
        var id = await place.AskAsync("rotate-password");
        await place.KillAndStartAsync();
        Assert.Equal("pending", (await place.ReadAsync(id)).GetProperty("status").GetString());

        await place.ShownAsync();
        // A post that was heard and not yet stored is KillWhileAsking's: Teams cannot list what it has.
        await place.StoredAsync();
        await place.KillAndStartAsync();
        Assert.Equal(id, await place.AskAsync("rotate-password"));

        await place.ClickAsync(People.Bob.Slack!, "approve");
        await place.KillAndStartAsync();
        Assert.Equal("approved", (await place.ReadAsync(id)).GetProperty("status").GetString());
        await Eventually.TrueAsync(
            () => place.IsFinal,
            "every copy shows the end after the restart"
        );

        await place.ReportAsync(id);
        await place.KillAndStartAsync();
        var execution = (await place.ReadAsync(id)).GetProperty("execution");
        Assert.Equal("succeeded", execution.GetProperty("outcome").GetString());
        Assert.Single(place.Cards(null));
        await place.LedgerIsSoundAsync();
    }

    /// <summary>One playground on ports and data of its own.</summary>
    private sealed class Place(PlaygroundHost host, string directory) : IAsyncDisposable
    {
        private readonly HttpClient _agent = new();

        /// <summary>
        /// Of Teams the newest copy: a kill between a post and its stored id leaves an older one there that
        /// decides nothing, as Teams cannot list what it has (<see cref="KillWhileAsking"/>).
        /// </summary>
        public bool IsFinal =>
            Cards(null).All(m => !m.Controls.Any())
            && !TeamsCards.Last().GetRawText().Contains("\"approve\"", StringComparison.Ordinal);

        private IEnumerable<JsonElement> TeamsCards =>
            host
                .Teams.Conversation(Acme.TeamsChannel)!
                .Messages.Where(m => m.Card is not null)
                .Select(m => m.Card!.Value);

        public static async Task<Place> OpenAsync()
        {
            var directory = System.IO.Directory.CreateTempSubdirectory("journey-").FullName;
            var options = new PlaygroundOptions
            {
                Url = "http://127.0.0.1:0",
                DataDirectory = Path.Combine(directory, "data"),
            };
            var host = await PlaygroundHost.StartAsync(options, PatientClock.Shared, Cancel);
            Assert.Null(host.Problem);
            var place = new Place(host, directory);
            place._agent.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                host.Agent.Key
            );
            return place;
        }

        /// <summary>What the channel shows to everybody, or to one person alone.</summary>
        public IEnumerable<SlackMessage> Cards(string? onlyFor) =>
            host
                .Slack.Channel(Acme.SlackChannel)!
                .Messages.Where(m =>
                    string.Equals(m.EphemeralFor, onlyFor, StringComparison.Ordinal)
                );

        public async Task<string> AskAsync(string scenario)
        {
            using var answer = await _agent.PostAsJsonAsync(
                At("/v1/requests"),
                Scenarios.Find(scenario)!.Body,
                Cancel
            );
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            return body.GetProperty("id").GetString()!;
        }

        public Task<JsonElement> ReadAsync(string id, int wait = 0) =>
            _agent.GetFromJsonAsync<JsonElement>(At($"/v1/requests/{id}?wait={wait}"), Cancel);

        public async Task ReportAsync(string id)
        {
            using var answer = await _agent.PostAsJsonAsync(
                At($"/v1/requests/{id}/result"),
                new { outcome = "succeeded" },
                Cancel
            );
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        }

        /// <summary>Both copies are there; a posted copy of Slack's can be clicked.</summary>
        public Task ShownAsync() =>
            Eventually.TrueAsync(
                () => Cards(null).Any() && TeamsCards.Any(),
                "the card is in Slack and in Teams"
            );

        /// <summary>The ledger has both copies' messages.</summary>
        public async Task StoredAsync()
        {
            while (host.Ledger.Entries.Count(IsDisplayed) < 2)
            {
                await Task.Delay(20, Cancel);
                await host.Ledger.RefreshAsync(Cancel);
            }

            static bool IsDisplayed(JsonElement entry) =>
                entry.GetProperty("kind").GetString() is "request.displayed";
        }

        public async Task ClickAsync(string user, string action)
        {
            var card = Cards(null).Last();
            var answer = await host.Slack.Click(
                user,
                Acme.SlackChannel,
                card.Ts,
                action,
                value: null,
                Cancel
            );
            Assert.Null(answer.Problem);
        }

        public async Task KillAndStartAsync()
        {
            Assert.Null(await host.Bot!.KillAsync(Cancel));
            Assert.Null(await host.RunBotAsync(Cancel));
        }

        public async Task LedgerIsSoundAsync()
        {
            Assert.Null(await host.Ledger.VerifyAsync(Cancel));
            Assert.True(host.Ledger.Verified!.Ok, host.Ledger.Verified.Detail);
        }

        public async ValueTask DisposeAsync()
        {
            _agent.Dispose();
            await host.DisposeAsync();
            System.IO.Directory.Delete(directory, recursive: true);
        }

        private Uri At(string path) => new(host.Bot!.Url, path);
    }
}
