using ChatApprovals.Http;
using ChatApprovals.Jose;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatApprovals.Api;

/// <summary>
/// Where people come in who decide by API (contract section 5). The order for each call: the method, the
/// token, the body, then the desk. Every refusal is a <see cref="Problem"/>. Without the settings of
/// <see cref="ApiOptions"/> these addresses are not there.
/// </summary>
public static class ApiEndpoints
{
    /// <summary>Needs the approval desk, the commands and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, ApiOptions options)
    {
        services.TryAddSingleton<IssuerHttp>();
        return services
            .AddSingleton(options)
            .AddSingleton<ApiGate>()
            .AddSingleton<Reviews>()
            .AddSingleton<LinkByCode>();
    }

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var reviews = routes.ServiceProvider.GetRequiredService<Reviews>();
        var linking = routes.ServiceProvider.GetRequiredService<LinkByCode>();
        // Not HEAD: whoever sees no review has not begun to read it.
        Map(routes, "/v1/reviews/{id}", HttpMethods.Get, reviews.ReadAsync);
        Map(routes, "/v1/requests/{id}/decisions", HttpMethods.Post, reviews.DecideAsync);
        Map(routes, "/v1/people/link", HttpMethods.Post, linking.LinkAsync);
    }

    /// <summary>Answers itself and returns null, or says why not.</summary>
    private delegate Task<Problem?> Run(
        HttpContext http,
        SigningIn.As caller,
        CancellationToken cancel
    );

    private static void Map(IEndpointRouteBuilder routes, string pattern, string method, Run run)
    {
        var gate = routes.ServiceProvider.GetRequiredService<ApiGate>();
        var logger = routes
            .ServiceProvider.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(ApiEndpoints).Namespace!);
        var wrong = Problems.WrongMethod(method);
        routes.Map(
            pattern,
            http =>
                HttpMethods.Equals(http.Request.Method, method)
                    ? Calls.AnswerAsync(http, AnswerAsync, logger)
                    : wrong.WriteAsync(http, http.RequestAborted)
        );

        async Task<Problem?> AnswerAsync(HttpContext http, CancellationToken cancel) =>
            await gate.AdmitAsync(http.Request, cancel) switch
            {
                SigningIn.As caller => await run(http, caller, cancel),
                SigningIn.Refused refused => refused.Problem,
                _ => throw new InvalidOperationException("a sign-in of no kind"),
            };
    }
}
