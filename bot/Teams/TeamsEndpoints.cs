using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Directory = ChatApprovals.Desk.Directory;

namespace ChatApprovals.Teams;

/// <summary>Teams' way in, and what it needs from the host.</summary>
public static class TeamsEndpoints
{
    /// <summary>
    /// Registers everything of Teams'. The host registers <see cref="TimeProvider"/>, <see cref="RegisterDesk"/>,
    /// <see cref="ApprovalDesk"/>, <see cref="CommandDesk"/> and <see cref="Directory"/>, and has refused to
    /// start when <see cref="TeamsOptions.Problems"/> found any.
    /// </summary>
    public static IServiceCollection AddTeams(
        this IServiceCollection services,
        TeamsOptions options
    ) =>
        services
            .AddTeamsCore(options)
            .AddSingleton(provider =>
            {
                var register = provider.GetRequiredService<RegisterDesk>();
                return new TeamsPlaces(
                    options,
                    () => register.Current,
                    (decide, cancel) => register.ChangeAsync(by: null, decide, cancel),
                    provider.GetRequiredService<TimeProvider>()
                );
            })
            .AddSingleton(provider =>
            {
                var desk = provider.GetRequiredService<ApprovalDesk>();
                var commands = provider.GetRequiredService<CommandDesk>();
                var directory = provider.GetRequiredService<Directory>();
                return new TeamsDoors(
                    desk.DecideAsync,
                    desk.AskAsync,
                    desk.ViewAsync,
                    commands.RunAsync,
                    directory.Forget
                );
            });

    /// <summary>All but what leads into the bot: <see cref="TeamsPlaces"/> and <see cref="TeamsDoors"/>.</summary>
    public static IServiceCollection AddTeamsCore(
        this IServiceCollection services,
        TeamsOptions options
    )
    {
        services.TryAddSingleton<IssuerHttp>();
        return services
            .AddSingleton(options)
            .AddSingleton<TeamsHttp>()
            .AddSingleton<TeamsKeys>()
            .AddSingleton<TeamsLogin>()
            .AddSingleton<TeamsClient>()
            .AddSingleton<TeamsPace>()
            .AddSingleton<TeamsPeople>()
            .AddSingleton<TeamsCopies>()
            .AddSingleton<TeamsReviews>()
            .AddSingleton<TeamsSurface>()
            .AddSingleton<ISurface>(p => p.GetRequiredService<TeamsSurface>())
            .AddErrands(Surface.Teams)
            .AddSingleton<TeamsOnce>()
            .AddSingleton<TeamsClicks>()
            .AddSingleton<TeamsReplies>()
            .AddSingleton<TeamsUpload>()
            .AddSingleton<TeamsFiles>()
            .AddSingleton<TeamsCommands>()
            .AddSingleton<TeamsInbound>()
            .AddSingleton<TeamsGate>();
    }

    /// <summary><c>POST /api/messages</c>; other methods are answered with 405 and do nothing.</summary>
    public static IEndpointRouteBuilder MapTeams(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<TeamsGate>();
        routes.MapPost("/api/messages", gate.ServeAsync);
        return routes;
    }
}
