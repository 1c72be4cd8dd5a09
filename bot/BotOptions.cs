using System.Collections.Immutable;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals;

/// <summary>
/// The settings of the process itself (surfaces and the inbox have their own). Read once at start;
/// <see cref="Problems"/> must be empty before anything is opened.
/// </summary>
public sealed record BotOptions
{
    public required string Urls { get; init; }

    /// <summary>Issuer of tokens and base of links, without a slash at the end.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>Ledger, keys and lock file.</summary>
    public required string DataDirectory { get; init; }

    public required string StoreProvider { get; init; }
    public string? SqliteLibrary { get; init; }

    /// <summary>First line of every checkpoint of a new ledger.</summary>
    public required string Origin { get; init; }

    /// <summary>Whether <see cref="Origin"/> was set; else a ledger that has one keeps it.</summary>
    public required bool IsOriginSet { get; init; }

    public ImmutableArray<AccountId> Admins { get; init; } = [];

    /// <summary><c>People:LinkWait</c>.</summary>
    public TimeSpan LinkWait { get; init; }

    /// <summary><c>People:GroupWait</c>.</summary>
    public TimeSpan GroupWait { get; init; }

    /// <summary>What is wrong, each in a sentence that says how to mend it.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    public static BotOptions Read(IConfiguration settings)
    {
        var urls = Value(settings, "Urls") ?? "http://127.0.0.1:3978";
        var addresses = urls.Split(';', StringSplitOptions.TrimEntries);
        List<string> problems = [.. SettingNames.Unknown(settings)];
        problems.AddRange(addresses.Select(Addresses.ProblemOfListening).OfType<string>());
        var said = Value(settings, "PublicUrl")?.TrimEnd('/');
        var publicUrl = said ?? Addresses.Reachable(addresses[0]);
        if (said is not null && Addresses.ProblemOfPublic(said) is { } unusable)
        {
            problems.Add(unusable);
        }

        var origin = Value(settings, "Ledger:Origin");
        if (origin is not null && Addresses.ProblemOfOrigin(origin) is { } odd)
        {
            problems.Add(odd);
        }

        var provider = Value(settings, "Store:Provider") ?? "sqlite";
        if (!string.Equals(provider, "sqlite", StringComparison.Ordinal))
        {
            problems.Add($"Store:Provider '{provider}' is not available: use sqlite");
        }

        problems.AddRange(SettingNames.Unbuilt(settings));
        return new BotOptions
        {
            Urls = string.Join(';', addresses),
            PublicUrl = publicUrl,
            DataDirectory = Path.GetFullPath(Value(settings, "Data:Directory") ?? "./data"),
            StoreProvider = provider,
            SqliteLibrary = Value(settings, "Store:SqliteLibrary"),
            Origin = origin ?? Addresses.OriginOf(publicUrl),
            IsOriginSet = origin is not null,
            Admins = ReadAdmins(settings, problems),
            LinkWait = ReadWait(settings, "People:LinkWait", "24h", problems),
            GroupWait = ReadWait(settings, "People:GroupWait", "0s", problems),
            Problems = [.. problems],
        };
    }

    private static ImmutableArray<AccountId> ReadAdmins(
        IConfiguration settings,
        List<string> problems
    )
    {
        var section = settings.GetSection("Bootstrap:Admins");
        var texts = section.GetChildren().Select(c => c.Value).Append(section.Value);
        var admins = ImmutableArray.CreateBuilder<AccountId>();
        foreach (
            var text in texts
                .OfType<string>()
                .SelectMany(t => t.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries))
        )
        {
            if (
                AccountId.TryParse(text, provider: null, out var account)
                && account.Surface != Surface.Api
            )
            {
                admins.Add(account);
            }
            else
            {
                problems.Add(
                    $"Bootstrap:Admins: '{text}' is not slack:<team>:<user> or teams:<tenant>:<aadObjectId>"
                );
            }
        }

        return admins.ToImmutable();
    }

    private static TimeSpan ReadWait(
        IConfiguration settings,
        string key,
        string fallback,
        List<string> problems
    )
    {
        var text = Value(settings, key) ?? fallback;
        if (Duration.Parse(text) is { } wait)
        {
            return wait;
        }

        problems.Add($"{key} '{text}' is no duration: write 90s, 15m, 24h or 7d");
        return TimeSpan.MaxValue;
    }

    private static string? Value(IConfiguration settings, string key) =>
        settings[key] is { Length: > 0 } value ? value : null;
}

/// <summary>The settings that exist: one that does not is a mistake that must not pass unnoticed.</summary>
internal static class SettingNames
{
    private static readonly Dictionary<string, string[]> s_known = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["Data"] = ["Directory"],
        ["Store"] = ["Provider", "ConnectionString", "SqliteLibrary"],
        ["Ledger"] = ["Origin"],
        ["Slack"] =
        [
            "Enabled",
            "SigningSecret",
            "BotToken",
            "AppToken",
            "Transport",
            "ApiBaseUrl",
            "DefaultChannel",
        ],
        ["Teams"] =
        [
            "Enabled",
            "AppId",
            "AppPassword",
            "TenantId",
            "OpenIdMetadataUrl",
            "TokenUrl",
            "AllowedTenants",
            "AllowedServiceUrls",
            "DefaultConversation",
        ],
        ["Bootstrap"] = ["Admins"],
        ["Limits"] = ["SubmissionsPerMinute", "Burst", "PendingPerAgent", "BodyBytes"],
        ["People"] = ["LinkWait", "GroupWait"],
        ["Api"] = ["Oidc"],
        ["Anchors"] =
        [
            "Channels",
            "Directory",
            "TimestampAuthority",
            "TimestampRoots",
            "Witness",
            "WitnessKey",
        ],
        ["Api:Oidc"] = ["Issuer", "Audience"],
    };

    private static readonly (string Name, string Why)[] s_unbuilt =
    [
        ("Store:ConnectionString", "is of no use to sqlite, whose file is in Data:Directory"),
    ];

    public static IEnumerable<string> Unknown(IConfiguration settings) =>
        from section in s_known
        from child in settings.GetSection(section.Key).GetChildren()
        where !section.Value.Contains(child.Key, StringComparer.OrdinalIgnoreCase)
        select $"unknown setting {section.Key}:{child.Key}; known are {string.Join(", ", section.Value)}";

    /// <summary>Names that are kept for later: set, they would have no effect, and nobody would notice.</summary>
    public static IEnumerable<string> Unbuilt(IConfiguration settings) =>
        from setting in s_unbuilt
        where settings[setting.Name] is { Length: > 0 }
        select $"{setting.Name} {setting.Why}: leave it out";
}
