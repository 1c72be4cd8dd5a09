namespace ChatApprovals.Tests.Support;

/// <summary>
/// What a disk holds after the power was cut: of each file all that was written before its last sync, and of what was
/// written since whichever writes happened to get there, in whatever order, some of them only to the middle. So SQLite
/// tests its own crashes (https://sqlite.org/testing.html, section 3.3).
/// </summary>
internal static class PowerCut
{
    /// <summary>Own value: what a disk writes as a whole.</summary>
    private const int Sector = 512;

    /// <summary>Leaves the files in a folder.</summary>
    /// <param name="written">All of it, in order.</param>
    /// <param name="at">How many of them were asked of the disk before the cut.</param>
    /// <param name="seed">Which of those that were not synced got there.</param>
    /// <param name="folder">Empty.</param>
    public static void Leave(IReadOnlyList<DiskWrite> written, int at, int seed, string folder)
    {
        var files = new Dictionary<string, CutFile>(StringComparer.Ordinal);
        foreach (var write in written.Take(at))
        {
            if (!files.TryGetValue(write.File, out var file))
            {
                files.Add(write.File, file = new CutFile());
            }

            file.Take(write);
        }

        var random = new Random(seed);
        foreach (var (path, file) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (file.Left(random) is { } bytes)
            {
                File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), bytes);
            }
        }
    }

    private sealed class CutFile
    {
        private readonly List<DiskWrite> _since = [];
        private byte[]? _bytes;

        public void Take(DiskWrite write)
        {
            if (write.Call is not (DiskCall.Sync or DiskCall.Delete))
            {
                _since.Add(write);
                return;
            }

            _since.ForEach(w => Apply(w, w.Bytes.Length));
            _since.Clear();
            _bytes = write.Call is DiskCall.Delete ? null : _bytes ?? [];
        }

        /// <summary>Null when the file is not there.</summary>
        public byte[]? Left(Random random)
        {
            foreach (var write in _since.OrderBy(_ => random.Next()))
            {
                switch (random.Next(4))
                {
                    case 0:
                        Apply(write, write.Bytes.Length / 2 / Sector * Sector);
                        break;
                    case 1 or 2:
                        Apply(write, write.Bytes.Length);
                        break;
                    default:
                        break;
                }
            }

            return _bytes;
        }

        private void Apply(DiskWrite write, int count)
        {
            var bytes = _bytes ?? [];
            if (write.Call is DiskCall.Truncate)
            {
                Array.Resize(ref bytes, (int)write.Offset);
            }
            else
            {
                var end = (int)write.Offset + count;
                Array.Resize(ref bytes, Math.Max(bytes.Length, end));
                write.Bytes.AsSpan(0, count).CopyTo(bytes.AsSpan((int)write.Offset));
            }

            _bytes = bytes;
        }
    }
}
