using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>
/// Where agents come in: <c>/v1/requests</c> and beneath (contract section 2). The order for each call: the
/// method, the key, the rate, the headers, the body, then the desk. Every refusal is a <see cref="Problem"/>.
/// </summary>
public static class InboxEndpoints
{
    /// <summary>Needs <see cref="ApprovalDesk"/>, <see cref="GrantDesk"/>, <see cref="RegisterDesk"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddInbox(
        this IServiceCollection services,
        InboxOptions options
    )
    {
        services.AddSingleton(options);
        services.AddSingleton<AgentLimits>();
        services.AddSingleton<GrantLimits>();
        services.AddSingleton<AgentWaits>();
        services.AddSingleton(all =>
        {
            var desk = all.GetRequiredService<RegisterDesk>();
            return new AgentGate(() => desk.Current);
        });
        services.AddSingleton<Submission>();
        services.AddSingleton<Lookup>();
        services.AddSingleton<Ending>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<Granting>();
        return services;
    }

    /// <summary>Maps the addresses, and 404 as a problem for all else beneath <c>/v1</c>.</summary>
    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        var all = routes.ServiceProvider;
        var lookup = all.GetRequiredService<Lookup>();
        var ending = all.GetRequiredService<Ending>();
        var submission = all.GetRequiredService<Submission>();
        var events = all.GetRequiredService<EventStream>();
        Map(routes, "/v1/requests", ("GET", lookup.ListAsync), ("POST", submission.OpenAsync));
        Map(routes, "/v1/requests/{id}", ("GET", lookup.OneAsync));
        Map(routes, "/v1/requests/{id}/events", ("GET", events.SendAsync));
        Map(routes, "/v1/requests/{id}/cancel", ("POST", ending.CancelAsync));
        var granting = all.GetRequiredService<Granting>();
        Map(routes, "/v1/requests/{id}/grant", ("POST", granting.IssueAsync));
        Map(routes, "/v1/requests/{id}/result", ("POST", ending.ReportAsync));
        Map(routes, "/v1/requests/{id}/messages", ("POST", ending.MessageAsync));
        Map(routes, "/v1/requests/{id}/receipt", ("GET", lookup.ReceiptAsync));
        routes.Map("/v1/{**rest}", http => Problems.NotFound.WriteAsync(http, http.RequestAborted));
    }

    /// <summary>Answers itself and returns null, or says why not.</summary>
    private delegate Task<Problem?> Run(HttpContext http, Agent agent, CancellationToken cancel);

    private static void Map(
        IEndpointRouteBuilder routes,
        string pattern,
        params (string Method, Run Run)[] runs
    )
    {
        var gate = routes.ServiceProvider.GetRequiredService<AgentGate>();
        var logger = routes
            .ServiceProvider.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(InboxEndpoints).Namespace!);
        var known = runs.SelectMany<(string Method, Run), string>(r =>
            HttpMethods.IsGet(r.Method) ? [r.Method, HttpMethods.Head] : [r.Method]
        );
        var wrong = Problems.WrongMethod(string.Join(", ", known));
        routes.Map(pattern, AnswerAsync);

        async Task AnswerAsync(HttpContext http)
        {
            var method = HttpMethods.IsHead(http.Request.Method) ? "GET" : http.Request.Method;
            var run = runs.FirstOrDefault(r => HttpMethods.Equals(r.Method, method)).Run;
            if (run is null)
            {
                await wrong.WriteAsync(http, http.RequestAborted);
                return;
            }

            await Calls.AnswerAsync(
                http,
                (call, cancel) =>
                    gate.Admit(call.Request) switch
                    {
                        Admission.Admitted admitted => run(call, admitted.Agent, cancel),
                        Admission.Refused refused => Task.FromResult<Problem?>(refused.Problem),
                        _ => throw new InvalidOperationException("an admission of no kind"),
                    },
                logger
            );
        }
    }
}
