using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Slack;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Slack;

/// <summary>The real surface before a Slack that answers what the test says.</summary>
public abstract class SlackSurfaceFixture : IAsyncLifetime
{
    private SlackClient _client = null!;
    private Errands _errands = null!;

    internal StubSlack Slack { get; private set; } = null!;

    internal SlackSurface Surface { get; private set; } = null!;

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Slack = await StubSlack.StartAsync(Cancel);
        var options = new SlackOptions
        {
            ApiBaseUrl = Slack.Url + "/api/",
            BotToken = StubSlack.Token,
        };
        _client = new SlackClient(options, PatientClock.Shared);
        _errands = new Errands(ChatApprovals.Approvals.Surface.Slack, NullLogger<Errands>.Instance);
        var notes = new SlackNotes(_client, _errands, NullLogger<SlackNotes>.Instance);
        Surface = new SlackSurface(_client, new SlackInstall(_client), notes, PatientClock.Shared);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        _errands.Dispose();
        await Slack.DisposeAsync();
    }

    internal sealed class Hanging(Task until) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => until;
    }
}
