using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>The list of a bundle's files and their hashes, held against the files.</summary>
internal static class BundleManifest
{
    /// <summary>Every file is listed once and has the hash that is listed.</summary>
    public static void Check(BundleFiles files)
    {
        var listed = new FileMarks(files);
        foreach (var bytes in files.Lines(BundleWriter.Manifest))
        {
            var line = Encoding.UTF8.GetString(bytes.Span);
            if (line.Length < 67 || line[64..66] is not "  " || !listed.Add(line[66..]))
            {
                throw new FormatException(
                    $"{BundleWriter.Manifest} has a line that is not a hash and a new name."
                );
            }

            var name = line[66..];
            if (!files.Has(name))
            {
                throw new FormatException($"{name} is missing.");
            }

            using var file = files.Open(name);
            if (!line[..64].Equals(Hash(file), StringComparison.Ordinal))
            {
                throw new FormatException($"{name} is not the file that the manifest lists.");
            }
        }

        if (listed.Other(BundleWriter.Manifest, BundleWriter.Seal) is { } extra)
        {
            throw new FormatException($"{extra} is not in the manifest.");
        }
    }

    private static string Hash(Stream file)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (InvalidDataException broken)
        {
            throw new FormatException("A file of the zip is damaged.", broken);
        }
    }
}
