using System.IO.Compression;

namespace ChatApprovals.Export;

/// <summary>A bundle's files by name: a zip, or the directory that one was unpacked to.</summary>
/// <param name="Names">Each once, with <c>/</c> between the parts.</param>
/// <param name="Open">Opens a file that there is.</param>
public sealed record BundleFiles(IReadOnlySet<string> Names, Func<string, Stream> Open)
{
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
            var zip = new ZipArchive(file, ZipArchiveMode.Read);
            var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
            foreach (var entry in zip.Entries)
            {
                if (!entries.TryAdd(entry.FullName, entry))
                {
                    throw new FormatException($"{entry.FullName} is in the bundle twice.");
                }
            }

            return new BundleFiles(
                entries.Keys.ToHashSet(StringComparer.Ordinal),
                name => entries[name].Open()
            );
        }
        catch (InvalidDataException broken)
        {
            throw new FormatException("The file is not a zip.", broken);
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

    /// <exception cref="FormatException">It is missing, or too long to be right.</exception>
    public byte[] Read(string name)
    {
        if (!Names.Contains(name))
        {
            throw new FormatException($"{name} is missing.");
        }

        using var file = Open(name);
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > WholeMax)
            {
                throw new FormatException($"{name} is too long.");
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The lines of a file, without their line feeds.</summary>
    /// <exception cref="FormatException">It is missing, or does not end in a line feed.</exception>
    public IEnumerable<byte[]> Lines(string name)
    {
        if (!Names.Contains(name))
        {
            throw new FormatException($"{name} is missing.");
        }

        using var file = new BufferedStream(Open(name), 1 << 16);
        using var line = new MemoryStream();
        while (file.ReadByte() is >= 0 and var octet)
        {
            if (octet != '\n')
            {
                line.WriteByte((byte)octet);
                continue;
            }

            yield return line.ToArray();
            line.SetLength(0);
        }

        if (line.Length > 0)
        {
            throw new FormatException($"{name} does not end in a line feed.");
        }
    }
}
