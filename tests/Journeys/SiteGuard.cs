using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>An external guard of a <see cref="Site"/>, added by Erin in chat.</summary>
internal static partial class SiteGuard
{
    /// <summary>Adds the guard and reads its key in her own chat.</summary>
    public static async Task<string> GuardKeyAsync(this Site site, string audience)
    {
        var erin = People.Erin.Slack!;
        var chat = site.Slack.Direct(erin);
        var command = $"guard add gate audience {audience}";
        await site.Slack.Command(erin, chat.Id, command, Site.Cancel);
        string? key = null;
        await Eventually.TrueAsync(
            () =>
                (key = chat.Messages.Select(Found).FirstOrDefault(k => k is not null)) is not null,
            "the guard's key arrives"
        );
        return key!;
    }

    /// <summary>Asks as the guard; the code is null for a yes.</summary>
    public static async Task<(HttpStatusCode Status, string? Code)> ConsumeAsync(
        this Site site,
        string guardKey,
        object body
    )
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, site.At("/v1/grants/consume"));
        call.Headers.Authorization = new("Bearer", guardKey);
        call.Content = JsonContent.Create(body);
        using var http = new HttpClient();
        using var answer = await http.SendAsync(call, Site.Cancel);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Site.Cancel);
        return (answer.StatusCode, json.TryGetProperty("code", out var c) ? c.GetString() : null);
    }

    private static string? Found(SlackMessage message) =>
        GuardKey().Match(message.Text + " " + message.Blocks?.GetRawText()) is { Success: true } m
            ? m.Value
            : null;

    [GeneratedRegex("cgk_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GuardKey();
}
