using System.Net;

namespace ChatApprovals.Slack;

/// <summary>The settings of section <c>Slack</c>. Nothing here has a value that switches a check off.</summary>
public sealed class SlackOptions
{
    /// <summary>Whether people decide in Slack. Default false; then nothing else is looked at.</summary>
    public bool Enabled { get; set; }

    /// <summary>The app's signing secret (Basic Information). Required.</summary>
    public string? SigningSecret { get; set; }

    /// <summary>The bot token, <c>xoxb-…</c> (OAuth &amp; Permissions). Required.</summary>
    public string? BotToken { get; set; }

    /// <summary>The app-level token, <c>xapp-…</c>: only for Socket Mode.</summary>
    public string? AppToken { get; set; }

    /// <summary><c>http</c> (default): Slack calls the bot. <c>socket</c> is refused: not available yet.</summary>
    public string Transport { get; set; } = "http";

    /// <summary>Where Slack's Web API is. <c>https</c>, or <c>http</c> on loopback.</summary>
    public string ApiBaseUrl { get; set; } = "https://slack.com/api/";

    /// <summary>Channel id for cards of policies without their own route, or null.</summary>
    public string? DefaultChannel { get; set; }

    /// <summary><see cref="ApiBaseUrl"/> ending in a slash. Only after <see cref="Problems"/> found none.</summary>
    public Uri ApiBase => new(ApiBaseUrl.EndsWith('/') ? ApiBaseUrl : ApiBaseUrl + "/");

    /// <summary>One sentence for each thing that is missing or wrong, and how to mend it. None when disabled.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Enabled)
        {
            yield break;
        }

        foreach (
            var problem in new[]
            {
                OfSecret("Slack:SigningSecret", SigningSecret, "Basic Information, Signing Secret"),
                OfSecret("Slack:BotToken", BotToken, "OAuth & Permissions, Bot User OAuth Token"),
                OfTokenKind(),
                OfTransport(),
                OfApiBaseUrl(),
                OfDefaultChannel(),
            }
        )
        {
            if (problem is not null)
            {
                yield return problem;
            }
        }
    }

    private static string? OfSecret(string name, string? value, string where) =>
        string.IsNullOrWhiteSpace(value)
            ? $"{name} is missing: copy it from the app's page ({where})."
        : value.All(c => c is > ' ' and < '\u007f') ? null
        : $"{name} has a blank or a character that no such secret has: copy it again.";

    private string? OfTokenKind() =>
        BotToken is { } t && (t.StartsWith("xoxp-", StringComparison.Ordinal) || IsAppToken(t))
            ? "Slack:BotToken is not a bot token: it must be the one that begins with xoxb-."
            : null;

    private string? OfTransport() =>
        Transport switch
        {
            "http" => null,
            "socket" when string.IsNullOrWhiteSpace(AppToken) =>
                "Slack:Transport is socket, which needs Slack:AppToken and is not available yet: set it to http.",
            "socket" => "Slack:Transport is socket, which is not available yet: set it to http.",
            _ => "Slack:Transport must be http.",
        };

    private string? OfApiBaseUrl()
    {
        if (
            !Uri.TryCreate(ApiBaseUrl, UriKind.Absolute, out var url)
            || url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0
        )
        {
            return "Slack:ApiBaseUrl must be an absolute URL such as https://slack.com/api/.";
        }

        return url.Scheme is "https" || (url.Scheme is "http" && IsLoopback(url))
            ? null
            : "Slack:ApiBaseUrl must be https (http only on loopback), or the bot's token could be read on the way.";
    }

    private string? OfDefaultChannel() =>
        string.IsNullOrEmpty(DefaultChannel)
        || (
            DefaultChannel[0] is 'C' or 'G' or 'D'
            && DefaultChannel.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        )
            ? null
            : "Slack:DefaultChannel must be a channel's id such as C0123456789 (channel details, at the end), not its name.";

    private static bool IsAppToken(string token) =>
        token.StartsWith("xapp-", StringComparison.Ordinal);

    internal static bool IsLoopback(Uri url) =>
        IPAddress.TryParse(url.DnsSafeHost, out var address)
            ? IPAddress.IsLoopback(address)
            : url.IsLoopback;
}
