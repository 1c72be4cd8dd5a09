using System.Buffers;

namespace ChatApprovals.Export;

/// <summary>A bundle's files by name: a zip, or the directory that one was unpacked to.</summary>
/// <param name="Names">Each once, with <c>/</c> between the parts.</param>
/// <param name="Count">How many they are.</param>
/// <param name="IndexOf">A number for each name, from 0 on; less: there is no such file.</param>
/// <param name="Open">Opens a file that there is; several threads may.</param>
public sealed record BundleFiles(
    IEnumerable<string> Names,
    int Count,
    Func<string, int> IndexOf,
    Func<string, Stream> Open
)
{
    public BundleFiles(IReadOnlySet<string> names, Func<string, Stream> open)
        : this(Numbered(names), open) { }

    private BundleFiles(Dictionary<string, int> numbers, Func<string, Stream> open)
        : this(numbers.Keys, numbers.Count, name => numbers.GetValueOrDefault(name, -1), open) { }

    /// <summary>Far above any file that is read as a whole: entry bundles have at most 16 MiB.</summary>
    private const int WholeMax = 64 << 20;

    /// <exception cref="FormatException">Not what was written: one sentence.</exception>
    public static BundleFiles OfZip(Stream file)
    {
        if (file.Length < SealedStream.Length64 || !SealedStream.IsWhole(file))
        {
            throw new FormatException(
                "The file is not as it was written: the checksum at its end is not that of the rest."
            );
        }

        try
        {
            var zip = new ZipIndex(file, comment: SealedStream.Length64);
            return new BundleFiles(zip.Names, zip.Count, zip.IndexOf, zip.Open);
        }
        catch (InvalidDataException broken)
        {
            throw new FormatException(broken.Message, broken);
        }
    }

    public static BundleFiles OfDirectory(string root) =>
        new(
            System
                .IO.Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
                .ToHashSet(StringComparer.Ordinal),
            name => File.OpenRead(Path.Combine(root, name))
        );

    public bool Has(string name) => IndexOf(name) >= 0;

    /// <exception cref="FormatException">It is missing, or too long to be right.</exception>
    public byte[] Read(string name)
    {
        if (!Has(name))
        {
            throw new FormatException($"{name} is missing.");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(1 << 14);
        try
        {
            var length = 0;
            using var file = Open(name);
            while (file.Read(buffer.AsSpan(length)) is > 0 and var read)
            {
                length += read;
                if (length > WholeMax)
                {
                    throw new FormatException($"{name} is too long.");
                }

                buffer = length == buffer.Length ? Larger(buffer) : buffer;
            }

            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Larger(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>The lines of a file, without their line feeds; each is good until the next is asked for.</summary>
    /// <exception cref="FormatException">It is missing, does not end in a line feed, or has too long a line.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Lines(string name)
    {
        if (!Has(name))
        {
            throw new FormatException($"{name} is missing.");
        }

        using var file = Open(name);
        var buffer = new byte[1 << 16];
        var (from, have) = (0, 0);
        while (true)
        {
            while (buffer.AsSpan(from..have).IndexOf((byte)'\n') is >= 0 and var length)
            {
                yield return buffer.AsMemory(from, length);
                from += length + 1;
            }

            buffer.AsSpan(from..have).CopyTo(buffer);
            (from, have) = (0, have - from);
            if (have == buffer.Length)
            {
                Array.Resize(ref buffer, Larger(name, buffer.Length));
            }

            if (file.Read(buffer.AsSpan(have)) is > 0 and var read)
            {
                have += read;
                continue;
            }

            if (have > 0)
            {
                throw new FormatException($"{name} does not end in a line feed.");
            }

            yield break;
        }
    }

    private static int Larger(string name, int length) =>
        length < WholeMax ? 2 * length : throw new FormatException($"{name} is too long.");

    private static Dictionary<string, int> Numbered(IEnumerable<string> names) =>
        names.Select((name, index) => (name, index)).ToDictionary(StringComparer.Ordinal);
}
