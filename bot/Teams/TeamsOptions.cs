using ChatApprovals.Jose;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals.Teams;

/// <summary>The settings of section <c>Teams</c>. Nothing here has a value that switches a check off.</summary>
public sealed class TeamsOptions
{
    /// <summary>Where Teams' connectors are, public and government clouds (teams.md 2.1, 2.2). The first is the
    /// documented address for messages to a conversation whose own address is not known yet.</summary>
    private static readonly string[] PublicServiceUrls =
    [
        "https://smba.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net/",
        "https://smba.infra.gcc.teams.microsoft.com/",
        "https://smba.infra.gov.teams.microsoft.us/",
    ];

    /// <summary>Whether people decide in Teams. Default false; then nothing else is looked at.</summary>
    public bool Enabled { get; set; }

    /// <summary>The bot's application (client) id. Required: the audience of every token to the bot.</summary>
    public string? AppId { get; set; }

    /// <summary>The application's client secret. Required.</summary>
    public string? AppPassword { get; set; }

    /// <summary>The Entra tenant that the bot is registered in. Required.</summary>
    public string? TenantId { get; set; }

    /// <summary>Where the Bot Framework publishes its keys. <c>https</c>, or <c>http</c> on loopback.</summary>
    public string OpenIdMetadataUrl { get; set; } =
        "https://login.botframework.com/v1/.well-known/openidconfiguration";

    /// <summary>Where the bot gets its own token; default the tenant's token endpoint.</summary>
    public string? TokenUrl { get; set; }

    /// <summary>Tenants whose people are heard; default <see cref="TenantId"/> alone.</summary>
    public string[]? AllowedTenants { get; set; }

    /// <summary>What a service URL must begin with before the bot's token goes there; default the public hosts.</summary>
    public string[]? AllowedServiceUrls { get; set; }

    /// <summary>Conversation id for cards without a route, or null: the last channel the bot was added to.</summary>
    public string? DefaultConversation { get; set; }

    internal Uri Metadata => new(OpenIdMetadataUrl);

    internal Uri Token =>
        new(
            string.IsNullOrWhiteSpace(TokenUrl)
                ? $"https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/token"
                : TokenUrl
        );

    internal IReadOnlyList<string> ServiceUrls =>
        AllowedServiceUrls is { Length: > 0 } given ? given : PublicServiceUrls;

    internal string FirstServiceUrl => ServiceUrls[0];

    internal bool IsTenant(string? tenant) =>
        tenant is { Length: > 0 }
        && (AllowedTenants is { Length: > 0 } given ? given : [TenantId!]).Contains(
            tenant,
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>Whether the bot's token may go to this service URL: same origin and below the path of an allowed one.</summary>
    public bool IsAllowed(string? serviceUrl)
    {
        if (Plain(serviceUrl) is not { } url)
        {
            return false;
        }

        return ServiceUrls
            .Select(Plain)
            .OfType<Uri>()
            .Any(allowed =>
                Uri.Compare(
                    allowed,
                    url,
                    UriComponents.SchemeAndServer,
                    UriFormat.SafeUnescaped,
                    StringComparison.OrdinalIgnoreCase
                ) == 0
                && Folder(url).StartsWith(Folder(allowed), StringComparison.Ordinal)
            );
    }

    /// <summary>The lists may be one value, parted by commas: unread it would narrow nothing.</summary>
    public void ReadLists(IConfiguration settings)
    {
        AllowedTenants = Listed(AllowedTenants, settings["Teams:AllowedTenants"]);
        AllowedServiceUrls = Listed(AllowedServiceUrls, settings["Teams:AllowedServiceUrls"]);
    }

    private static string[]? Listed(string[]? given, string? one) =>
        string.IsNullOrWhiteSpace(one)
            ? given
            :
            [
                .. given ?? [],
                .. one.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries),
            ];

    /// <summary>One sentence for each thing that is missing or wrong, and how to mend it. None when disabled.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Enabled)
        {
            yield break;
        }

        string?[] found =
        [
            OfId("Teams:AppId", AppId, "the bot's application (client) id"),
            OfSecret(),
            OfId("Teams:TenantId", TenantId, "the directory (tenant) id the bot is registered in"),
            OfUrl("Teams:OpenIdMetadataUrl", OpenIdMetadataUrl),
            string.IsNullOrWhiteSpace(TokenUrl) ? null : OfUrl("Teams:TokenUrl", TokenUrl),
            .. (AllowedTenants ?? []).Select(t => OfId("Teams:AllowedTenants", t, "a tenant id")),
            .. (AllowedServiceUrls ?? []).Select(u =>
                Plain(u) is null
                    ? "Teams:AllowedServiceUrls must hold https URLs without query (http only on loopback), or the bot's token could be read on the way."
                    : null
            ),
        ];
        foreach (var problem in found.OfType<string>())
        {
            yield return problem;
        }
    }

    private static string? OfId(string name, string? value, string what) =>
        string.IsNullOrWhiteSpace(value) ? $"{name} is missing: set it to {what}."
        : value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') ? null
        : $"{name} has a character that no id has: set it to {what}.";

    private string? OfSecret() =>
        string.IsNullOrWhiteSpace(AppPassword)
            ? "Teams:AppPassword is missing: set it to a client secret of the bot's application (Certificates & secrets, the Value)."
            : null;

    private static string? OfUrl(string name, string? value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
        && url.UserInfo.Length + url.Fragment.Length == 0
        && SafeUrl.Is(url)
            ? null
            : $"{name} must be an absolute https URL (http only on loopback).";

    /// <summary>A URL without anything that could make it another one than it looks: null otherwise.</summary>
    private static Uri? Plain(string? text) =>
        text is not null
        && !text.Any(c => c is '%' or '\\' or '@' or '?' or '#' or <= ' ' or > '~')
        && !text.Contains("/..", StringComparison.Ordinal)
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && SafeUrl.Is(url)
            ? url
            : null;

    private static string Folder(Uri url) =>
        url.AbsolutePath.EndsWith('/') ? url.AbsolutePath : url.AbsolutePath + "/";
}
