using System.Text.Json;

namespace ChatApprovals.Slack;

/// <summary>
/// Our installation, asked of Slack once (<c>auth.test</c>, and <c>bots.info</c> for the app's id) and kept
/// for the life of the process. Until Slack has answered, nothing from Slack is acted on.
/// </summary>
public sealed class SlackInstall(SlackClient client)
{
    private volatile SlackIdentity? _known;

    /// <summary>Who we are, or null while Slack cannot say.</summary>
    public async Task<SlackIdentity?> GetAsync(CancellationToken cancel)
    {
        if (_known is null)
        {
            await CheckAsync(cancel);
        }

        return _known;
    }

    /// <summary>Null when Slack accepts the token, else what is wrong and how to mend it.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancel)
    {
        var result = await client.JsonAsync("auth.test", [], cancel);
        if (result is not SlackResult.Done { Body: var body })
        {
            return $"Slack: {result.Text}.";
        }

        if (body.Flag("is_enterprise_install") == true)
        {
            return "Slack: the app is installed for the whole organisation; install it in one workspace.";
        }

        if (body.Text("team_id") is not { } team || body.Text("user_id") is not { } user)
        {
            return "Slack: auth.test did not say which workspace and user the token is for.";
        }

        if (_known is { } known && !string.Equals(known.Team, team, StringComparison.Ordinal))
        {
            return "Slack: the token's workspace changed while the bot was running: restart it.";
        }

        var bot = body.Text("bot_id");
        var app = body.Text("app_id") ?? _known?.AppId ?? await AppOfAsync(bot, cancel);
        _known = new SlackIdentity(team, user, bot, app);
        return null;
    }

    /// <summary>A message of our own also says which app we are, where nothing else did.</summary>
    internal void Learn(JsonElement posted)
    {
        if (
            _known is { AppId: null } known
            && (posted.Text("message", "app_id") ?? posted.Text("message", "bot_profile", "app_id"))
                is { } app
        )
        {
            _known = known with { AppId = app };
        }
    }

    private async Task<string?> AppOfAsync(string? bot, CancellationToken cancel) =>
        bot is not null
        && await client.FormAsync("bots.info", [new("bot", bot)], cancel) is SlackResult.Done done
            ? done.Body.Text("bot", "app_id")
            : null;
}
