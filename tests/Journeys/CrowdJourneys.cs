using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// Two hundred people press a button of one request at the same moment, half of them in Slack, half in Teams,
/// over real HTTP. One end, and everybody is told what became of their click.
/// </summary>
public sealed class CrowdJourneys(CrowdJourneys.Place place) : IClassFixture<CrowdJourneys.Place>
{
    public sealed class Place : IAsyncLifetime
    {
        internal Site Site { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Site = await Site.OpenAsync();
            await Crowd.GatherAsync(Site, 1, 5);
        }

        public ValueTask DisposeAsync() => Site.DisposeAsync();
    }

    private readonly Site _site = place.Site;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(5, 0)]
    [InlineData(5, 7)]
    public async Task Of_two_hundred_who_click_at_once_each_is_told_the_truth(
        int quorum,
        int everySoManyRejects
    )
    {
        var asked = await AskAsync($"crowd.{quorum}");
        var clicks = Crowd
            .All.Select(p => new CrowdClick(
                _site,
                asked,
                p,
                everySoManyRejects > 0 && p.Number % everySoManyRejects == 0
            ))
            .ToList();
        await Task.WhenAll(clicks.Select(c => c.PrepareAsync()));
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = clicks.ConvertAll(c => c.PressAsync(go.Task));
        go.SetResult();
        await Task.WhenAll(all);

        var entries = await AllSaidAsync(asked.Id);
        var status = await _site.StatusAsync(asked.Id);
        string[] ends = ["request.approved", "request.denied", "request.expired"];
        Assert.Equal($"request.{status}", Assert.Single(entries, e => Is(e, ends)).Kind());
        var said = entries.Where(IsSaid);
        var byAccount = said.ToDictionary(e => e.Text("account"), StringComparer.Ordinal);
        Assert.Equal(Crowd.All.Count, byAccount.Count);
        var approved = byAccount.Values.Count(e => Is(e, "decision.approved"));
        var rejected = byAccount.Values.Count(e => Is(e, "decision.rejected"));
        Assert.Equal(status is "approved" ? (quorum, 0) : (approved, 1), (approved, rejected));
        Assert.True(approved <= quorum - rejected, $"{approved} and then {rejected}");
        var winners = clicks
            .Where(c => Is(byAccount[c.Person.Account], Decisive(status)))
            .Select(c => c.Person.Name)
            .ToList();
        foreach (var click in clicks)
        {
            await click.IsToldAsync(byAccount[click.Person.Account], status, winners);
        }

        await _site.EndsAsync(asked, status is "approved" ? "Approved" : "Denied");
        await _site.IsSoundAsync();
    }

    private static string Decisive(string status) =>
        status is "approved" ? "decision.approved" : "decision.rejected";

    private async Task<Asked> AskAsync(string action)
    {
        var body = new
        {
            action = new { name = action },
            resource = new { type = "postgres", id = Guid.CreateVersion7().ToString() },
            initiator = new { type = "human", id = "alice@acme.example" },
        };
        var answer = await _site.SendAsync(body.resource.id, body);
        var asked = new Asked(answer.Text("id"), answer.Text("code"), body.resource.id, body);
        await _site.StoredAsync(asked);
        return asked;
    }

    /// <summary>Once everybody's click is in the ledger.</summary>
    private async Task<List<JsonElement>> AllSaidAsync(string id)
    {
        List<JsonElement> entries = [];
        await Eventually.TrueAsync(
            async () => (entries = await EntriesAsync(id)).Count(IsSaid) >= Crowd.All.Count,
            () => $"everybody's click is there, not only {entries.Count(IsSaid)}"
        );
        return entries;
    }

    private static bool IsSaid(JsonElement entry) =>
        entry.Kind().StartsWith("decision.", StringComparison.Ordinal);

    private async Task<List<JsonElement>> EntriesAsync(string id)
    {
        await _site.Ledger.RefreshAsync(Site.Cancel);
        return
        [
            .. _site.Ledger.Entries.Where(e =>
                string.Equals(e.Text("txn"), id, StringComparison.Ordinal)
            ),
        ];
    }

    private static bool Is(JsonElement entry, params IEnumerable<string> kinds) =>
        kinds.Contains(entry.Kind(), StringComparer.Ordinal);
}

/// <summary>One press of one of them, and what they were told.</summary>
internal sealed class CrowdClick(Site site, Asked asked, Onlooker person, bool rejects)
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> s_reason = new(
        StringComparer.Ordinal
    )
    {
        ["reason"] = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["reason"] = "not now",
        },
    };

    /// <summary>Slack waits three seconds: on a busy machine a decision may go on after that, and is told in a note.</summary>
    private const string Late = "dispatch_failed: the app answered 503";

    private string _answer = "";
    private int _before;
    private bool _late;

    public Onlooker Person => person;

    /// <summary>Whoever may reject in Slack has typed the reason before; others are not asked for one.</summary>
    public async Task PrepareAsync()
    {
        _before = Notes().Count();
        if (rejects && person is { InSlack: true, IsIn: true })
        {
            do
            {
                await InSlackAsync("reject");
            } while (_late);
            await Eventually.TrueAsync(
                () => site.Slack.Modal(person.Slack) is not null,
                "the form is open"
            );
        }
    }

    public async Task PressAsync(Task go)
    {
        await go;
        if (!person.InSlack)
        {
            var answer = await site.Teams.Click(
                person.Mri,
                Acme.TeamsChannel,
                site.InTeams(asked)[^1].Id,
                rejects ? "reject" : "approve",
                rejects ? JsonSerializer.SerializeToElement(new { reason = "not now" }) : null,
                Site.Cancel
            );
            Assert.Null(answer.Problem);
            _answer = answer.Body?.GetRawText() ?? "";
        }
        else if (rejects && person.IsIn)
        {
            var answer = await site.Slack.Submit(person.Slack, s_reason, Site.Cancel);
            Assert.Null(answer.Problem);
            _answer = answer.Body;
        }
        else
        {
            await InSlackAsync(rejects ? "reject" : "approve");
        }
    }

    /// <summary>What the ledger says became of it is what they read, alone.</summary>
    public async Task IsToldAsync(JsonElement entry, string status, List<string> winners)
    {
        if (entry.Kind() is not "decision.refused")
        {
            Assert.True(person.IsIn);
            Assert.True(_late || _before == Notes().Count());
            Assert.DoesNotContain("Nothing", _answer, StringComparison.Ordinal);
            return;
        }

        string[] words = entry.Text("refusal") switch
        {
            "not_an_approver" => ["This is for crowd to decide, and you are not in it."],
            "ended" => [$"Too late: this request is already {status} (by ", .. winners],
            var other => [$"no such refusal was possible: {other}"],
        };
        Assert.False(person.IsIn && words[0].StartsWith("This is for", StringComparison.Ordinal));
        await Eventually.TrueAsync(
            () => Array.TrueForAll(words, w => Told().Contains(w, StringComparison.Ordinal)),
            $"{person.Account} is told {string.Join(" ", words)}, not {Told()}"
        );
    }

    private async Task InSlackAsync(string action)
    {
        var answer = await site.Slack.Click(
            person.Slack,
            Acme.SlackChannel,
            site.InSlack(asked)[0].Ts,
            action,
            value: null,
            Site.Cancel
        );
        _late = string.Equals(answer.Problem, Late, StringComparison.Ordinal);
        Assert.True(answer.Problem is null || _late, answer.Problem);
    }

    private string Told() => _answer + string.Concat(Notes().Skip(_before));

    private IEnumerable<string> Notes() =>
        site
            .Slack.Channel(Acme.SlackChannel)!
            .Messages.Where(m =>
                person.InSlack
                && string.Equals(m.EphemeralFor, person.Slack, StringComparison.Ordinal)
            )
            .Select(m => m.Text + m.Blocks?.GetRawText());
}

internal static class EntryText
{
    public static string Kind(this JsonElement entry) => entry.Text("kind");

    public static string Text(this JsonElement entry, string name) =>
        entry.GetProperty(name).GetString()!;
}
