using System.Collections.Concurrent;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// The real bot on a file system of its own that is shut down under it, as by a power cut: what it had answered is
/// there when the machine comes back, though nothing but what was synced is.
/// </summary>
public sealed class DiskCutJourneys
{
    private const int Cuts = 4;

    [Fact]
    public async Task A_disk_that_is_gone_under_load_keeps_every_answer()
    {
        await using var disk = await Mount.Ext4Async(megabytes: 64);
        if (disk is null)
        {
            return;
        }

        await using var site = await Site.OpenAtAsync(disk.Point);
        var before = await site.CreatedAsync();
        var answered = new ConcurrentDictionary<string, string?>(StringComparer.Ordinal);
        for (var seed = 1; seed <= Cuts; seed++)
        {
            using var cut = new CancellationTokenSource();
            foreach (var agent in Enumerable.Range(0, 4))
            {
                site.Begin(SubmitAsync(site, $"cut-{seed}-{agent}", answered, cut.Token));
            }

            await Task.Delay(new Random(seed).Next(20, 400), Site.Cancel);
            // Of a machine without power nobody hears an answer, while here the process goes on: a sync that is under
            // way when the file system is shut down may still be told that all went well: a bare loop of pwrite and
            // fdatasync, without the bot, lost its last acknowledged 4 KiB in 6 of 150 such cuts (Linux 6.18).
            await cut.CancelAsync();
            disk.Cut();
            using var refused = await site.TryAsync($"after-{seed}", Site.Body(seed, 900));
            Assert.False(refused.IsSuccessStatusCode);
            await site.KillAsync();
            await disk.AgainAsync();
            await site.StartAsync();
            foreach (var (key, id) in answered.ToArray())
            {
                var now = await AskAsync(site, key);
                Assert.Equal(id ?? now, now);
                answered[key] = now;
            }

            await site.IsSoundAsync();
        }

        Assert.Equal(answered.Count, answered.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(before + answered.Count, await site.CreatedAsync());
    }

    [Fact]
    public async Task A_disk_that_becomes_read_only_means_unavailable_and_keeps_every_answer()
    {
        await using var disk = await Mount.Ext4Async(megabytes: 64);
        if (disk is null)
        {
            return;
        }

        await using var site = await Site.OpenAtAsync(disk.Point);
        var shown = await site.AskShownAsync();
        await disk.ChangeAsync("abort");
        using var refused = await site.TryAsync("read-only", Site.Body(9_999, 900));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull((await site.ClickInSlackAsync(shown, "approve")).Problem);
        await site.KillAsync();
        await disk.AgainAsync();
        await site.StartAsync();
        Assert.Equal("pending", await site.StatusAsync(shown.Id));
        await KillPoint.InSlack(site, shown);
        Assert.Equal("approved", await site.StatusAsync(shown.Id));
        await site.IsSoundAsync();
    }

    private static async Task SubmitAsync(
        Site site,
        string prefix,
        ConcurrentDictionary<string, string?> answered,
        CancellationToken cut
    )
    {
        for (var n = 0; n < 10 && !cut.IsCancellationRequested; n++)
        {
            var key = $"{prefix}-{n}";
            answered[key] = null;
            var id = await AskAsync(site, key);
            if (!cut.IsCancellationRequested)
            {
                answered[key] = id;
            }
        }
    }

    private static async Task<string> AskAsync(Site site, string key)
    {
        var body = new
        {
            action = new { name = "db.password.rotate" },
            resource = new { type = "postgres", id = key },
            initiator = new { type = "human", id = "alice@acme.example" },
        };
        return (await site.SendAsync(key, body)).GetProperty("id").GetString()!;
    }
}
