using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Guard;

/// <summary>Where guards come in (contract section 3), each with its own key <c>cgk_…</c>.</summary>
public static class GuardEndpoints
{
    /// <summary>Needs <see cref="GrantDesk"/> and <see cref="RegisterDesk"/>.</summary>
    public static IServiceCollection AddGuards(this IServiceCollection services) =>
        services.AddSingleton<Consuming>();

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
    }
}
