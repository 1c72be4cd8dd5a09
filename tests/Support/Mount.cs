using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// A file system of a test's own, where the machine lets us mount one (root, with loop devices): small, full, read-only
/// or gone when the test says so. Where it does not, nothing can be shown: the test is skipped, or under CI=true passes with a warning that says so.
/// </summary>
internal sealed class Mount : IAsyncDisposable
{
    private const uint Ext4Shutdown = 0x8004_587D; // EXT4_IOC_SHUTDOWN, fs/ext4/ext4.h
    private const uint NoLogFlush = 2; // EXT4_GOING_FLAGS_NOLOGFLUSH: what a power cut does

    private readonly string _root;
    private bool _isMounted;

    private Mount(string root) => _root = root;

    /// <summary>Where it is.</summary>
    public string Point => Path.Combine(_root, "mount");

    private string Image => Path.Combine(_root, "image");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An ext4 in a file, on a loop device; null when the machine does not allow it.</summary>
    public static async Task<Mount?> Ext4Async(int megabytes)
    {
        var mount = Make();
        await using (var image = File.Create(mount.Image))
        {
            image.SetLength(megabytes * 1024L * 1024);
        }

        return
            await RunsAsync("mkfs.ext4", "-q", "-F", mount.Image)
            && await mount.AttachAsync("-o", "loop", mount.Image)
            ? mount
            : await mount.NotHereAsync();
    }

    /// <summary>Memory of this size, in which so many files fit; null when the machine does not allow it.</summary>
    public static async Task<Mount?> MemoryAsync(int kilobytes, int files)
    {
        var mount = Make();
        var options = $"size={kilobytes}k,nr_inodes={files}";
        return await mount.AttachAsync("-t", "tmpfs", "-o", options, "tmpfs")
            ? mount
            : await mount.NotHereAsync();
    }

    /// <summary>Mounts it with other options.</summary>
    public async Task ChangeAsync(string options) =>
        Assert.True(await RunsAsync("mount", "-o", "remount," + options, Point));

    /// <summary>The file system under the process is gone, with all that was not on the disk.</summary>
    public void Cut()
    {
        using var directory = open(Point, 0);
        var flags = NoLogFlush;
        Assert.Equal(0, ioctl(directory, Ext4Shutdown, ref flags));
    }

    /// <summary>As after the machine has started again.</summary>
    public async Task AgainAsync()
    {
        Assert.True(await RunsAsync("umount", Point));
        _isMounted = false;
        Assert.True(await AttachAsync("-o", "loop", Image));
    }

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
        {
            await RunsAsync("umount", Point);
        }

        Directory.Delete(_root, recursive: true);
    }

    private static Mount Make()
    {
        var mount = new Mount(Directory.CreateTempSubdirectory("mount-").FullName);
        Directory.CreateDirectory(mount.Point);
        return mount;
    }

    private async Task<bool> AttachAsync(params string[] words) =>
        _isMounted = await RunsAsync("mount", [.. words, Point]);

    private async Task<Mount?> NotHereAsync()
    {
        await DisposeAsync();
        const string why = "this machine lets us mount no file system";
        if (!SharedData.IsCi)
        {
            Assert.Skip(why);
        }

        // A run that allows no skip may be on such a machine.
        TestContext.Current.AddWarning($"Not shown: {why}.");
        return null;
    }

    private static async Task<bool> RunsAsync(string program, params string[] words)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return false;
        }

        var (exit, _) = await OtherProgram.Run(program, words, null, Cancel);
        return exit == 0;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle open(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags
    );

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ioctl(SafeFileHandle file, nuint request, ref uint argument);
}
