using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChatApprovals.Tests.Desk;

public sealed class ErrandsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_hundred_errands_that_hang_in_one_surface_take_no_room_from_the_other()
    {
        await using var host = Host();
        var teams = host.GetRequiredKeyedService<Errands>(Surface.Teams);
        for (var i = 0; i < 500; i++)
        {
            teams.Start("hang", c => Task.Delay(Timeout.Infinite, c));
        }

        Assert.False(teams.HasRoom);
        Assert.True(host.GetRequiredKeyedService<Errands>(Surface.Slack).HasRoom);
        await StopAsync(host);
        Assert.True(teams.HasRoom);
    }

    [Fact]
    public async Task The_hosts_stop_waits_for_the_errands_of_every_surface()
    {
        await using var host = Host();
        var done = 0;
        foreach (var surface in Enum.GetValues<Surface>().Where(IsChat))
        {
            var errands = host.GetRequiredKeyedService<Errands>(surface);
            errands.Start(
                "one",
                async c =>
                {
                    await Task.Yield();
                    Interlocked.Increment(ref done);
                }
            );
        }

        foreach (var hosted in host.GetServices<IHostedService>())
        {
            await hosted.StopAsync(Cancel);
        }

        Assert.Equal(2, done);
    }

    private static bool IsChat(Surface surface) => surface is Surface.Slack or Surface.Teams;

    private static ServiceProvider Host() =>
        new ServiceCollection()
            .AddLogging()
            .AddErrands(Surface.Slack)
            .AddErrands(Surface.Teams)
            .BuildServiceProvider();

    /// <summary>A stop whose time is over: what hangs is cancelled.</summary>
    private static async Task StopAsync(ServiceProvider host)
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        foreach (var hosted in host.GetServices<IHostedService>())
        {
            await hosted.StopAsync(over.Token);
            await ((Errands)hosted).IdleAsync(Cancel);
        }
    }
}
