using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using Directory = ChatApprovals.Desk.Directory;

namespace ChatApprovals.Slack;

/// <summary>Slack's ways in, and what they need from the host.</summary>
public static class SlackEndpoints
{
    /// <summary>
    /// Registers everything of Slack's. The host registers <see cref="TimeProvider"/>,
    /// <see cref="ApprovalDesk"/>, <see cref="CommandDesk"/> and <see cref="Directory"/>, and has refused to
    /// start when <see cref="SlackOptions.Problems"/> found any.
    /// </summary>
    public static IServiceCollection AddSlack(
        this IServiceCollection services,
        SlackOptions options
    ) =>
        services.AddSlack(
            options,
            provider =>
            {
                var desk = provider.GetRequiredService<ApprovalDesk>();
                var commands = provider.GetRequiredService<CommandDesk>();
                var directory = provider.GetRequiredService<Directory>();
                return new SlackDoors(
                    desk.DecideAsync,
                    desk.AskAsync,
                    desk.ViewAsync,
                    commands.RunAsync,
                    directory.Forget
                );
            }
        );

    /// <summary>The same, with other doors into the bot.</summary>
    public static IServiceCollection AddSlack(
        this IServiceCollection services,
        SlackOptions options,
        Func<IServiceProvider, SlackDoors> doors
    ) =>
        services
            .AddSingleton(options)
            .AddSingleton(doors)
            .AddSingleton<SlackClient>()
            .AddSingleton<SlackInstall>()
            .AddSingleton<SlackSurface>()
            .AddSingleton<ISurface>(p => p.GetRequiredService<SlackSurface>())
            .AddSingleton<ReplayCache>()
            .AddSingleton<SlackGate>()
            .AddErrands(Surface.Slack)
            .AddSingleton<SlackNotes>()
            .AddSingleton<SlackUpload>()
            .AddSingleton<SlackFiles>()
            .AddSingleton<SlackClicks>()
            .AddSingleton<SlackSubmissions>()
            .AddSingleton<SlackCommands>()
            .AddSingleton<SlackInbound>();

    /// <summary>
    /// <c>POST /slack/events</c>, <c>/slack/interactions</c>, <c>/slack/commands</c>. Only POST does
    /// anything; Slack's certificate probe of the command URL (<c>GET ?ssl_check=1</c>) gets an empty 200.
    /// </summary>
    public static IEndpointRouteBuilder MapSlack(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<SlackGate>();
        var inbound = routes.ServiceProvider.GetRequiredService<SlackInbound>();
        Post("/slack/events", (body, _) => inbound.EventAsync(body));
        Post("/slack/interactions", (body, _) => inbound.InteractionAsync(body));
        Post(SlackGate.CommandsPath, inbound.CommandAsync);
        routes.MapGet(SlackGate.CommandsPath, Probe);
        return routes;

        void Post(string path, Func<byte[], string, Task<SlackAnswer>> act) =>
            routes.MapPost(path, http => gate.ServeAsync(http, act));
    }

    private static Task Probe(HttpContext http)
    {
        var isProbe = http.Request.Query["ssl_check"] is ["1"];
        http.Response.StatusCode = isProbe
            ? StatusCodes.Status200OK
            : StatusCodes.Status405MethodNotAllowed;
        if (!isProbe)
        {
            http.Response.Headers.Allow = HttpMethods.Post;
        }

        return Task.CompletedTask;
    }
}
