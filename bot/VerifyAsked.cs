using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatApprovals.Export;
using ChatApprovals.Ledger;

namespace ChatApprovals;

/// <summary>What <c>verify</c> was asked, with what the auditor knows from elsewhere, read.</summary>
/// <param name="Path">A bundle, the directory that one was unpacked to, a data directory, or a backup.</param>
/// <param name="Known">Checkpoints that were kept, as they are.</param>
/// <param name="Key">The ledger's verifier key that was kept.</param>
/// <param name="Trust">Of the anchors.</param>
internal sealed record VerifyAsked(
    string Path,
    IReadOnlyList<string> Known,
    string? Key,
    AnchorTrust Trust
)
{
    /// <summary>Null: these are not its words.</summary>
    /// <exception cref="FormatException">A file has not what it should have.</exception>
    public static VerifyAsked? Read(string[] args)
    {
        var asked = new VerifyAsked("", [], null, AnchorTrust.None);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is ['-', ..])
            {
                if (i + 1 == args.Length || asked.With(args[i], args[++i]) is not { } more)
                {
                    return null;
                }

                asked = more;
            }
            else if (asked.Path.Length > 0)
            {
                return null;
            }
            else
            {
                asked = asked with { Path = args[i] };
            }
        }

        return asked.Path.Length > 0 ? asked : null;
    }

    private VerifyAsked? With(string option, string file) =>
        option switch
        {
            "--known-checkpoint" => this with
            {
                Known = [.. Known, .. KnownCheckpoints.Read(file)],
            },
            "--key" => this with { Key = File.ReadAllText(file) },
            "--witness" => this with
            {
                Trust = Trust with { Witnesses = [.. Trust.Witnesses, Witness(file)] },
            },
            "--timestamp-roots" => this with
            {
                Trust = Trust with { TimestampRoots = Roots(file, Trust.TimestampRoots) },
            },
            _ => null,
        };

    private static WitnessKey Witness(string file) =>
        WitnessKey.TryParse(File.ReadAllText(file).Trim(), out var key)
            ? key
            : throw new FormatException($"{file} is no witness's verifier key.");

    private static X509Certificate2Collection Roots(string file, X509Certificate2Collection? before)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (CryptographicException broken)
        {
            throw new FormatException($"{file} has no certificates in PEM.", broken);
        }

        if (roots.Count == 0)
        {
            throw new FormatException($"{file} has no certificates in PEM.");
        }

        roots.AddRange(before ?? []);
        return roots;
    }
}
