namespace ChatApprovals.Export;

/// <summary>How far an export is: entries read of those that it has to read, some of them once for each file of it.</summary>
public sealed class ExportProgress
{
    private long _total;
    private long _read;

    /// <summary>From 0 to just below 1.</summary>
    public double Share =>
        Volatile.Read(ref _total) is > 0 and var total
            ? Math.Min(0.99, (double)Volatile.Read(ref _read) / total)
            : 0;

    /// <summary>How many entries will be read.</summary>
    internal void Expect(long entries) => Volatile.Write(ref _total, entries);

    internal void Read(int entries) => Interlocked.Add(ref _read, entries);
}
