using System.Collections.Concurrent;

namespace ChatApprovals.Tests.Support;

/// <summary>What SQLite asks of a disk that can fail.</summary>
public enum DiskCall
{
    Open,
    Read,
    Write,
    Sync,
    Truncate,
    Delete,
    SizeHint,
    MapShared,
}

/// <summary>
/// The disk under one directory, as SQLite sees it, once <see cref="Arm"/>ed: it counts the calls that can fail, and
/// fails the n-th, once or from then on. A write that fails has written its first half.
/// </summary>
public sealed class FaultyDisk : IDisposable
{
    private const int IoError = 10;
    private const int Full = 13;

    private static readonly ConcurrentDictionary<string, FaultyDisk> s_disks = new(
        StringComparer.Ordinal
    );

    private readonly string _directory;
    private readonly Lock _lock = new();
    private DiskFault? _fault;
    private int _calls;

    private FaultyDisk(string directory) => _directory = directory;

    /// <summary>Calls counted since it was armed.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Whether the fault has happened.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What was written since <see cref="Record"/>, in order.</summary>
    public List<DiskWrite>? Written { get; private set; }

    /// <summary>Files that are opened below the directory from now on are on it.</summary>
    public static FaultyDisk Under(string directory)
    {
        FaultyVfs.Register();
        var disk = new FaultyDisk(Path.TrimEndingDirectorySeparator(directory) + "/");
        return s_disks.TryAdd(disk._directory, disk)
            ? disk
            : throw new InvalidOperationException($"{directory} has one");
    }

    public void Arm(DiskFault fault)
    {
        lock (_lock)
        {
            (_fault, _calls, HasFailed) = (fault, 0, false);
        }
    }

    public void Disarm()
    {
        lock (_lock)
        {
            _fault = null;
        }
    }

    /// <summary>Keeps all that is written, so that <see cref="PowerCut"/> can say what a power cut leaves.</summary>
    public void Record() => Written = [];

    public void Dispose() => s_disks.TryRemove(_directory, out _);

    /// <summary>The disk that a file is on, or null.</summary>
    internal static FaultyDisk? Of(string? path) =>
        path is null || s_disks.IsEmpty
            ? null
            : s_disks.Values.FirstOrDefault(d =>
                path.StartsWith(d._directory, StringComparison.Ordinal)
            );

    /// <summary>SQLite's code for this call: 0 is well.</summary>
    internal int Judge(DiskCall call)
    {
        lock (_lock)
        {
            if (_fault is not { } fault || !fault.Calls.Contains(call))
            {
                return 0;
            }

            _calls++;
            if (_calls < fault.At || (_calls > fault.At && !fault.ForEver))
            {
                return 0;
            }

            HasFailed = true;
            return CodeOf(call, fault.IsFull);
        }
    }

    internal void Keep(DiskWrite write)
    {
        lock (_lock)
        {
            Written?.Add(write);
        }
    }

    private static int CodeOf(DiskCall call, bool isFull) =>
        call switch
        {
            DiskCall.Write or DiskCall.SizeHint or DiskCall.MapShared when isFull => Full,
            DiskCall.Open => 14, // SQLITE_CANTOPEN
            DiskCall.Read => Extended(1),
            DiskCall.Write => Extended(3),
            DiskCall.Sync => Extended(4),
            DiskCall.Truncate => Extended(6),
            DiskCall.Delete => Extended(10),
            DiskCall.MapShared => Extended(21),
            _ => IoError,
        };

    private static int Extended(int detail) => IoError | (detail << 8);
}

/// <summary>Which call fails, and how.</summary>
/// <param name="At">The n-th, from 1.</param>
/// <param name="ForEver">All after it fail as well.</param>
/// <param name="IsFull">The disk is full, not broken.</param>
public sealed record DiskFault(int At, bool ForEver, bool IsFull)
{
    /// <summary>The calls that count.</summary>
    public DiskCall[] Calls { get; init; } =
    [
        DiskCall.Open,
        DiskCall.Write,
        DiskCall.Sync,
        DiskCall.Truncate,
        DiskCall.Delete,
        DiskCall.SizeHint,
        DiskCall.MapShared,
    ];
}

/// <summary>One thing that SQLite did to a file: bytes at an offset, a new length, a sync, or the file's end.</summary>
public sealed record DiskWrite(DiskCall Call, string File, long Offset, byte[] Bytes);
