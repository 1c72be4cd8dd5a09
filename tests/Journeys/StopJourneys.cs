using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>The ends of a process that are not a kill: told to stop, and a disk that takes no more.</summary>
public sealed class StopJourneys
{
    [Fact]
    public async Task Told_to_stop_it_answers_who_waits_shows_what_it_owes_and_ends_with_0()
    {
        await using var site = await Site.OpenAsync();
        var shown = new TaskCompletionSource();
        var before = site.Slack.Heard("chat.postMessage");
        site.Slack.Faults.Next("chat.postMessage", new Fault.Held(shown.Task));
        var asked = await site.AskAsync();
        await site.Slack.HearsAsync("chat.postMessage", before);
        var poll = site.ReadAsync(asked.Id, wait: 60);
        var stream = await site.FollowAsync(asked.Id);

        var ending = site.Bot.Terminate(Site.Cancel);
        Assert.Equal("pending", (await poll).GetProperty("status").GetString());
        Assert.Contains("request.created", await stream, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => IsRefused(site), "nobody is let in any more");
        Assert.False(ending.IsCompleted);
        shown.SetResult();

        Assert.Equal(0, await ending);
        await site.StartAsync();
        Assert.Equal(2, await site.CountAsync(asked.Id, "request.displayed"));
        Assert.Single(site.InSlack(asked));
        Assert.Single(site.InTeams(asked));
        await site.IsSoundAsync();
    }

    [Fact]
    public async Task Told_to_stop_while_a_platform_hangs_it_ends_all_the_same_and_goes_on_later()
    {
        await using var site = await Site.OpenAsync();
        var before = site.Teams.Heard("activities.post");
        site.Teams.Faults.Next("activities.post", new Fault.Hang());
        var asked = await site.AskAsync();
        await site.Teams.HearsAsync("activities.post", before);
        Assert.Equal(0, await site.Bot.Terminate(Site.Cancel));

        site.Teams.Faults.Clear();
        await site.StartAsync();
        await site.StoredAsync(asked);
        Assert.Single(site.InSlack(asked));
        Assert.Single(site.InTeams(asked));
    }

    /// <summary>A file-size limit is what a process without privileges can be given as a full disk.</summary>
    [Fact]
    public async Task A_disk_that_takes_no_more_means_unavailable_and_nothing_is_lost_or_posted_twice()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is Linux's");
        await using var site = await Site.OpenAsync();
        var shown = await site.AskShownAsync();
        var full = new TaskCompletionSource();
        var owed = await HeldInSlackAsync(site, full.Task);
        await LimitFilesAsync(site.Bot.Pid!.Value, "1:");
        full.SetResult();
        await Eventually.TrueAsync(() => site.InSlack(owed).Count > 0, "Slack has posted");

        using var refused = await site.TryAsync("key-full", Site.Body(9_999, 900));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Site.Cancel);
        Assert.Equal("unavailable", problem.GetProperty("code").GetString());
        using var ready = await site.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var said = await ready.Content.ReadFromJsonAsync<JsonElement>(Site.Cancel);
        Assert.True(said.GetProperty("failing").TryGetProperty("store", out _));
        var click = await site.ClickInSlackAsync(shown, "approve");
        Assert.NotNull(click.Problem);
        Assert.Equal("pending", await site.StatusAsync(shown.Id));

        Assert.Equal(0, await site.Bot.Terminate(Site.Cancel));
        await site.StartAsync();
        Assert.Equal("pending", await site.StatusAsync(shown.Id));
        await KillPoint.InSlack(site, shown);
        Assert.Equal("approved", await site.StatusAsync(shown.Id));
        await site.StoredAsync(owed);
        Assert.Single(site.InSlack(owed));
        Assert.Single(site.InTeams(owed));
        await site.IsSoundAsync();
    }

    /// <summary>Teams' copy is stored; Slack's post is under way until then.</summary>
    private static async Task<Asked> HeldInSlackAsync(Site site, Task until)
    {
        const string post = "chat.postMessage";
        site.Slack.Faults.Next(post, new Fault.Held(until));
        var before = site.Slack.Heard(post);
        var asked = await site.AskAsync();
        await site.Slack.HearsAsync(post, before);
        await site.OneStoredAsync(asked);

        return asked;
    }

    private static bool IsRefused(Site site)
    {
        using var probe = new System.Net.Sockets.TcpClient();
        try
        {
            probe.Connect(IPAddress.Loopback, site.Bot.Url.Port);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }

    private static async Task LimitFilesAsync(int pid, string limits)
    {
        using var set = Process.Start("prlimit", [$"--pid={pid}", $"--fsize={limits}"]);
        await set.WaitForExitAsync(Site.Cancel);
        Assert.Equal(0, set.ExitCode);
    }
}
