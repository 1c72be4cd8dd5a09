using System.Globalization;
using ChatApprovals.Admin;
using ChatApprovals.Anchors;
using ChatApprovals.Api;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Guard;
using ChatApprovals.Inbox;
using ChatApprovals.Mcp;
using ChatApprovals.Slack;
using ChatApprovals.Teams;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatApprovals;

/// <summary>
/// Everything that talks to the outside, as the settings say: read, registered and mapped in one place.
/// </summary>
internal sealed record Surfaces(
    SlackOptions Slack,
    TeamsOptions Teams,
    InboxOptions Inbox,
    ApiOptions Api,
    AnchorOptions Anchors
)
{
    public bool Any => Desk.Slack || Desk.Teams;

    public string Names =>
        string.Join(
            " and ",
            new[] { Desk.Slack ? "Slack" : "", Desk.Teams ? "Teams" : "" }.Where(n => n.Length > 0)
        );

    public DeskOptions Desk =>
        new()
        {
            PendingPerAgent = Inbox.PendingPerAgent,
            Slack = Slack.Enabled,
            SlackDefault = Slack.DefaultChannel,
            Teams = Teams.Enabled,
            TeamsDefault = Teams.DefaultConversation,
        };

    /// <exception cref="SettingsException">An enabled surface lacks something.</exception>
    public static Surfaces Read(IConfiguration settings)
    {
        var slack = Bind<SlackOptions>(settings, "Slack");
        var teams = Bind<TeamsOptions>(settings, "Teams");
        teams.ReadLists(settings);
        Surface[] chats =
        [
            .. slack.Enabled ? [Surface.Slack] : Array.Empty<Surface>(),
            .. teams.Enabled ? [Surface.Teams] : Array.Empty<Surface>(),
        ];
        var surfaces = new Surfaces(
            slack,
            teams,
            Bind<InboxOptions>(settings, InboxOptions.Section),
            Bind<ApiOptions>(settings, ApiOptions.Section),
            AnchorOptions.Read(settings, chats)
        );
        string[] problems =
        [
            .. surfaces.Slack.Problems(),
            .. surfaces.Teams.Problems(),
            .. surfaces.Inbox.Faults(),
            .. surfaces.Api.Problems(),
            .. surfaces.Anchors.Problems,
        ];
        return problems.Length == 0 ? surfaces : throw new SettingsException(problems);
    }

    public void Add(IServiceCollection services)
    {
        services.AddInbox(Inbox);
        services.AddGuards();
        services.AddMcp(all => new McpOptions(all.GetRequiredService<BotOptions>().PublicUrl));
        services.AddSingleton<CommandDesk>();
        if (Slack.Enabled)
        {
            services.AddSlack(Slack);
        }

        if (Teams.Enabled)
        {
            services.AddTeams(Teams);
        }

        if (Api.Enabled)
        {
            services.AddApi(Api);
            services.AddSingleton(all => new HealthPart(
                "oidc",
                all.GetRequiredService<ApiGate>().CheckAsync
            ));
        }
    }

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapInbox();
        app.MapGuards();
        app.MapMcp();
        app.MapLedger(app.ServiceProvider.GetRequiredService<PublicKeys>());
        if (Slack.Enabled)
        {
            app.MapSlack();
        }

        if (Teams.Enabled)
        {
            app.MapTeams();
        }

        if (Api.Enabled)
        {
            app.MapApi();
        }
    }

    private static T Bind<T>(IConfiguration settings, string section)
        where T : class, new()
    {
        try
        {
            return settings.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException error)
        {
            string[] unread = [.. Unread(settings, section, typeof(T))];
            throw new SettingsException(unread.Length > 0 ? unread : [error.Message]);
        }
    }

    /// <summary>Which setting has a value of another kind, and what it could be.</summary>
    private static IEnumerable<string> Unread(
        IConfiguration settings,
        string section,
        Type options
    ) =>
        from property in options.GetProperties()
        let name = $"{section}:{property.Name}"
        let text = settings[name]
        where text is not null
        let wanted = property.PropertyType == typeof(bool) && !bool.TryParse(text, out _)
            ? "true or false"
        : property.PropertyType == typeof(int)
        && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            ? "a whole number"
        : null
        where wanted is not null
        select $"{name} is '{text}': set it to {wanted}";
}
