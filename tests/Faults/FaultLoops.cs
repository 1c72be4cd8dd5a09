using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Faults;

/// <summary>
/// Fault loops as SQLite tests itself: the n-th call of a scripted day that the disk can fail fails, for every n until
/// a day gets through. Then the bot is started again, on what a kill at the day's end leaves and on what an orderly
/// stop leaves, and everything must be so that somebody was told. (https://sqlite.org/testing.html, section 3)
/// </summary>
public sealed class FaultLoops
{
    /// <summary><c>FAULT_STEP=1</c>: every n; otherwise every 7th, which is coprime to what repeats.</summary>
    internal static int Step { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FAULT_STEP"), out var step) ? step : 7;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task No_answer_is_lost_whichever_write_fails(bool forEver, bool isFull)
    {
        var (n, refused) = (1, 0);
        while (await TryAsync(new DiskFault(n, forEver, isFull)) is { } some)
        {
            refused += some;
            n += Step;
            Cancel.ThrowIfCancellationRequested();
        }

        TestContext.Current.SendDiagnosticMessage($"{n} calls, {refused} steps refused");
        Assert.True(n > 200, $"only {n} calls");
        Assert.True(refused > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_answer_is_lost_whichever_read_or_open_fails(bool forEver)
    {
        var n = 1;
        DiskCall[] calls = [DiskCall.Read, DiskCall.Open];
        while (
            await TryAsync(new DiskFault(n, forEver, IsFull: false) { Calls = calls }) is not null
        )
        {
            n++;
            Cancel.ThrowIfCancellationRequested();
        }

        Assert.True(n > 5, $"only {n} calls");
    }

    /// <summary>How many steps of the day were refused; null when the fault never came, and then none was.</summary>
    private static async Task<int?> TryAsync(DiskFault fault)
    {
        using var place = new Scratch();
        var (here, killed) = (place.Folder("data"), place.Folder("killed"));
        using var disk = FaultyDisk.Under(here);
        disk.Arm(fault);
        var day = await RunAsync(here, killed, disk);
        disk.Disarm();
        try
        {
            await Aftermath.CheckAsync(killed, day, day.Answers);
            await Aftermath.CheckAsync(here, day, day.Answers);
        }
        catch (Exception wrong)
        {
            throw new InvalidOperationException($"{fault}: {wrong.Message}", wrong);
        }

        if (disk.HasFailed)
        {
            return day.Refused;
        }

        Assert.Equal(0, day.Refused);
        Assert.Contains(day.Answers, a => a.Kind is EntryKinds.GrantConsumed);
        return null;
    }

    private static async Task<Day> RunAsync(string here, string killed, FaultyDisk disk)
    {
        TestDesk desk;
        try
        {
            desk = await Aftermath.OpenAsync(here);
        }
        catch (IOException)
        {
            // The start says so, and nobody was told anything.
            Scratch.Copy(here, killed);
            return new Day(null!);
        }

        await using (desk)
        {
            desk.Keep = true;
            var day = new Day(desk, disk);
            await day.RunAsync();
            // What a kill leaves: the files as they are now. An orderly stop writes once more.
            Scratch.Copy(here, killed);
            return day;
        }
    }
}

/// <summary>Folders for one try, in memory where the system has such a place: syncing is the shim's to judge.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        $"chatapprovals-{Path.GetRandomFileName()}"
    );

    public string Folder(string name) =>
        Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    public static void Copy(string from, string to)
    {
        foreach (var name in (string[])["ledger.db", "ledger.db-wal"])
        {
            if (File.Exists(Path.Combine(from, name)))
            {
                File.Copy(Path.Combine(from, name), Path.Combine(to, name));
            }
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
