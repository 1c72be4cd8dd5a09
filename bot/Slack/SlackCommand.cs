using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ChatApprovals.Slack;

/// <summary>What came to the slash command's URL.</summary>
public abstract record SlackCommand
{
    private SlackCommand() { }

    /// <summary>Slack looks whether the URL answers.</summary>
    public sealed record SslCheck : SlackCommand;

    /// <summary>Somebody typed the command. Slack names no team of the user here, only the workspace.</summary>
    public sealed record Typed(
        string? AppId,
        string Team,
        string User,
        string Channel,
        string Text,
        string? ResponseUrl
    ) : SlackCommand
    {
        /// <summary>With it a modal can be opened, within 3 seconds.</summary>
        public string? TriggerId { get; init; }
    }

    public sealed record Malformed : SlackCommand;

    /// <summary>Reads a form body. Never throws.</summary>
    public static SlackCommand Parse(ReadOnlySpan<byte> body)
    {
        if (SlackForm.Read(body) is not { } form)
        {
            return new Malformed();
        }

        if (form.One("ssl_check") is "1")
        {
            return new SslCheck();
        }

        return
            form.One("team_id") is { } team
            && form.One("user_id") is { } user
            && form.One("channel_id") is { } channel
            && form.One("command") is not null
            ? new Typed(
                form.One("api_app_id"),
                team,
                user,
                channel,
                form.One("text") ?? "",
                form.One("response_url")
            )
            {
                TriggerId = form.One("trigger_id"),
            }
            : new Malformed();
    }
}

/// <summary>A form body as Slack sends it: UTF-8, every field once.</summary>
internal sealed class SlackForm(Dictionary<string, StringValues> fields)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Null for bytes that are not UTF-8.</summary>
    public static SlackForm? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return new SlackForm(QueryHelpers.ParseQuery(Strict.GetString(body)));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether there is no other field than these.</summary>
    public bool HasOnly(params ReadOnlySpan<string> names)
    {
        foreach (var name in fields.Keys)
        {
            if (!names.Contains(name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The field's text; null when it is absent, empty or there twice.</summary>
    public string? One(string name) =>
        fields.TryGetValue(name, out var values) && values is [{ Length: > 0 } value]
            ? value
            : null;
}
