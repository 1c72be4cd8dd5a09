using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Policies;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals.Anchors;

/// <summary>Where checkpoints go: <c>Anchors:*</c>. None is needed; what is set must be whole.</summary>
public sealed record AnchorOptions
{
    public const string Section = "Anchors";

    /// <summary><c>Anchors:Channels</c>: where people see each checkpoint.</summary>
    public ImmutableArray<Destination> Channels { get; init; } = [];

    /// <summary><c>Anchors:Directory</c>: must be there, so that a mount that is missing is noticed.</summary>
    public string? Directory { get; init; }

    /// <summary><c>Anchors:TimestampAuthority</c>: an RFC 3161 URL.</summary>
    public Uri? TimestampAuthority { get; init; }

    /// <summary><c>Anchors:TimestampRoots</c>: PEM; null: what the operating system trusts.</summary>
    public X509Certificate2Collection? TimestampRoots { get; init; }

    /// <summary><c>Anchors:Witness</c>: a C2SP submission prefix.</summary>
    public Uri? Witness { get; init; }

    /// <summary><c>Anchors:WitnessKey</c>: its verifier key.</summary>
    public WitnessKey? WitnessKey { get; init; }

    /// <summary>What the anchors are called, in the order in which they are told.</summary>
    public IReadOnlyList<string> Names =>
        [
            .. Channels.Select(DestinationText.Write),
            .. Directory is null ? [] : new[] { DirectoryAnchor.Kind },
            .. TimestampAuthority is null ? [] : new[] { TimestampAnchor.Kind },
            .. Witness is null ? [] : new[] { WitnessAnchor.Kind },
        ];

    /// <summary>What is wrong, each in a sentence that says how to mend it.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>Reads the settings, and the file of roots.</summary>
    /// <param name="settings">All of them.</param>
    /// <param name="surfaces">Those that are enabled.</param>
    public static AnchorOptions Read(IConfiguration settings, IReadOnlyCollection<Surface> surfaces)
    {
        var section = settings.GetSection(Section);
        List<string> problems = [];
        var options = new AnchorOptions
        {
            Channels = ReadChannels(section, surfaces, problems),
            Directory = ReadDirectory(section["Directory"], problems),
            TimestampAuthority = ReadUrl(section, "TimestampAuthority", problems),
            TimestampRoots = ReadRoots(section["TimestampRoots"], problems),
            Witness = ReadUrl(section, "Witness", problems),
            WitnessKey = ReadKey(section["WitnessKey"], problems),
        };
        if (options.TimestampRoots is not null && options.TimestampAuthority is null)
        {
            problems.Add("Anchors:TimestampRoots is set, but no Anchors:TimestampAuthority");
        }

        if ((options.Witness is null) != (options.WitnessKey is null) && problems.Count == 0)
        {
            problems.Add(
                "Anchors:Witness and Anchors:WitnessKey (its verifier key: name+id+base64) go together: set both or none"
            );
        }

        return options with
        {
            Problems = [.. problems],
        };
    }

    private static ImmutableArray<Destination> ReadChannels(
        IConfigurationSection section,
        IReadOnlyCollection<Surface> surfaces,
        List<string> problems
    )
    {
        var setting = section.GetSection("Channels");
        var texts = setting.GetChildren().Select(c => c.Value).Append(setting.Value);
        var channels = ImmutableArray.CreateBuilder<Destination>();
        foreach (var text in texts.OfType<string>().Where(t => t.Length > 0))
        {
            if (DestinationText.Parse(text) is not { } channel)
            {
                problems.Add(
                    $"Anchors:Channels: '{text}' is not slack:<channel id> or teams:<conversation id>"
                );
            }
            else if (!surfaces.Contains(channel.Surface))
            {
                problems.Add(
                    $"Anchors:Channels: '{text}' can get nothing, {channel.Surface} is not enabled"
                );
            }
            else if (!channels.Contains(channel))
            {
                channels.Add(channel);
            }
        }

        return channels.ToImmutable();
    }

    private static string? ReadDirectory(string? text, List<string> problems)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        var path = Path.GetFullPath(text);
        if (!System.IO.Directory.Exists(path))
        {
            problems.Add(
                $"Anchors:Directory: there is no directory {path}: make it, or mount what shall be there"
            );
        }

        return path;
    }

    private static Uri? ReadUrl(IConfigurationSection section, string name, List<string> problems)
    {
        if (section[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme is "https" || (url.Scheme is "http" && url.IsLoopback))
            && url is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
        )
        {
            return url;
        }

        problems.Add(
            $"Anchors:{name} must be an https URL without user, query and fragment (http only to this machine)"
        );
        return null;
    }

    private static X509Certificate2Collection? ReadRoots(string? path, List<string> problems)
    {
        if (path is not { Length: > 0 })
        {
            return null;
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add($"Anchors:TimestampRoots: {path} cannot be read: {error.Message}");
            return roots;
        }

        if (roots.Count == 0)
        {
            problems.Add($"Anchors:TimestampRoots: {path} has no certificate in PEM");
        }

        return roots;
    }

    private static WitnessKey? ReadKey(string? text, List<string> problems)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        if (Ledger.WitnessKey.TryParse(text, out var key))
        {
            return key;
        }

        problems.Add(
            "Anchors:WitnessKey is no verifier key of cosignature/v1 (name+id+base64, type 04, Ed25519)"
        );
        return null;
    }
}
