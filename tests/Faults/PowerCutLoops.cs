using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Faults;

/// <summary>
/// The power is cut after each write of a scripted day; of what the disk was not made to sync, a random part is there.
/// What was answered before is there all the same.
/// </summary>
public sealed class PowerCutLoops
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_answer_is_lost_whenever_the_power_is_cut()
    {
        using var place = new Scratch();
        using var disk = FaultyDisk.Under(place.Folder("data"));
        disk.Record();
        Day day;
        await using (var desk = await Aftermath.OpenAsync(place.Folder("data")))
        {
            desk.Keep = true;
            day = new Day(desk, disk);
            await day.RunAsync();
        }

        Assert.Equal(0, day.Refused);
        var ended = TimeProvider.System.GetUtcNow();
        var written = disk.Written!;
        for (var at = 1; at <= written.Count; at += FaultLoops.Step)
        {
            Cancel.ThrowIfCancellationRequested();
            var folder = place.Folder($"cut-{at}");
            PowerCut.Leave(written, at, seed: at, folder);
            try
            {
                var answers = day.Answers.Where(a => a.After <= at).ToList();
                await Aftermath.CheckAsync(folder, day, answers, new ResumedClock(ended));
            }
            catch (Exception wrong)
            {
                throw new InvalidOperationException($"cut after {at}: {wrong.Message}", wrong);
            }

            Directory.Delete(folder, recursive: true);
        }

        Assert.True(written.Count > 200, $"only {written.Count} writes");
    }
}
