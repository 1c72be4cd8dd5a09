using ChatApprovals.Desk;
using ChatApprovals.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChatApprovals.Guard;

/// <summary>
/// Where guards of other people's executors come in (contract section 3), each with its own key
/// <c>cgk_…</c>, and agents at the guarded endpoints of the bot itself.
/// </summary>
public static class GuardEndpoints
{
    /// <summary>
    /// Needs the inbox, <see cref="GrantDesk"/>, <see cref="ForwardDesk"/>, <see cref="RegisterDesk"/>,
    /// <see cref="Outbound"/> and <see cref="Credentials"/>.
    /// </summary>
    public static IServiceCollection AddGuards(this IServiceCollection services) =>
        services
            .Configure<KestrelServerOptions>(k =>
                k.ResponseHeaderEncodingSelector = AnswerHeaders.EncodingOf
            )
            .AddSingleton<Consuming>()
            .AddSingleton(Patience.Usual)
            .AddSingleton<Forwarding>()
            .AddSingleton(_ => CallSlots.Usual())
            .AddSingleton<LettingThrough>()
            .AddSingleton<CurrentState>()
            .AddSingleton<Guarding>();

    public static void MapGuards(this IEndpointRouteBuilder routes)
    {
        var all = routes.ServiceProvider;
        var consuming = all.GetRequiredService<Consuming>();
        var logger = all.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(GuardEndpoints).Namespace!);
        var wrong = Problems.WrongMethod("POST");
        routes.Map(
            "/v1/grants/consume",
            http =>
                HttpMethods.IsPost(http.Request.Method)
                    ? Calls.AnswerAsync(http, consuming.ConsumeAsync, logger)
                    : wrong.WriteAsync(http, http.RequestAborted)
        );
        var guarding = all.GetRequiredService<Guarding>();
        routes.Map(
            GuardedTarget.Prefix + "{**rest}",
            http => Calls.AnswerAsync(http, guarding.AnswerAsync, logger)
        );
    }
}
