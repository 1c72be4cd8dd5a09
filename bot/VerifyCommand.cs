using ChatApprovals.Export;

namespace ChatApprovals;

/// <summary>
/// <c>verify BUNDLE [--known-checkpoint FILE] [--key FILE]</c>: offline; 0 when all of it is sound, 1 and the first
/// thing that is wrong, in a sentence, otherwise.
/// </summary>
internal static class VerifyCommand
{
    public const string Usage = "verify BUNDLE [--known-checkpoint FILE] [--key FILE.vkey]";

    private const int Sound = 0;
    private const int Wrong = 1;

    /// <summary>Own limit: all of them are in the bundle.</summary>
    private const int ErasuresShown = 20;

    public static int Run(string[] args)
    {
        if (Read(args) is not { } asked)
        {
            Console.Error.WriteLine($"Usage: {Usage}");
            return Wrong;
        }

        try
        {
            return Say(Verify(asked), asked);
        }
        catch (Exception error)
            when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            Console.WriteLine($"WRONG: {error.Message.ReplaceLineEndings(" ")}");
            return Wrong;
        }
    }

    private static BundleFound Verify(Asked asked)
    {
        var note = asked.Checkpoint is { } file ? File.ReadAllText(file) : null;
        var vkey = asked.Key is { } key ? File.ReadAllText(key) : null;
        if (System.IO.Directory.Exists(asked.Bundle))
        {
            return new BundleVerifier(BundleFiles.OfDirectory(asked.Bundle), note, vkey).Verify();
        }

        using var zip = File.OpenRead(asked.Bundle);
        return new BundleVerifier(BundleFiles.OfZip(zip), note, vkey).Verify();
    }

    private static int Say(BundleFound found, Asked asked)
    {
        var tree = found.Checkpoint;
        Console.WriteLine(
            $"SOUND: {tree.Origin}, {tree.Size} entries, root {Convert.ToBase64String(tree.Root)}; "
                + $"views of entries {found.From} to before {found.To}, {found.Receipts} receipts."
        );
        foreach (var erasure in found.Erasures.Take(ErasuresShown))
        {
            Console.WriteLine($"ERASED: {erasure}.");
        }

        if (found.Erasures.Count > ErasuresShown)
        {
            Console.WriteLine(
                $"ERASED: and by {found.Erasures.Count - ErasuresShown} more entries."
            );
        }

        Console.WriteLine(
            asked.Key is null
                ? $"Signed with {found.Vkey}: compare it with the key that you were given (--key)."
                : "Signed with the key that you know."
        );
        Console.WriteLine(
            asked.Checkpoint is null
                ? "Not shown: that nothing was cut off at the end. Keep this bundle's checkpoint, and say it next time (--known-checkpoint)."
                : "It goes on from the checkpoint that you know."
        );
        return Sound;
    }

    private static Asked? Read(string[] args)
    {
        var asked = new Asked("", null, null);
        for (var i = 0; i < args.Length; i++)
        {
            var next = args[i] switch
            {
                "--known-checkpoint" when i + 1 < args.Length => asked with
                {
                    Checkpoint = args[++i],
                },
                "--key" when i + 1 < args.Length => asked with { Key = args[++i] },
                ['-', ..] => null,
                var bundle when asked.Bundle.Length == 0 => asked with { Bundle = bundle },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            asked = next;
        }

        return asked.Bundle.Length > 0 ? asked : null;
    }

    private sealed record Asked(string Bundle, string? Checkpoint, string? Key);
}
