using ChatApprovals.Http;

namespace ChatApprovals.Mcp;

/// <summary>
/// <c>POST /mcp</c>: the Model Context Protocol over stateless Streamable HTTP, with the agent's key as
/// bearer (contract section 2). One message in, one answer out; there are no sessions, and no stream to open
/// with GET.
/// </summary>
public static class McpEndpoints
{
    public const string Path = "/mcp";

    /// <summary>Needs the inbox.</summary>
    public static IServiceCollection AddMcp(
        this IServiceCollection services,
        Func<IServiceProvider, McpOptions> options
    ) =>
        services
            .AddSingleton(options)
            .AddSingleton<Waiting>()
            .AddSingleton<ToolCalls>()
            .AddSingleton<McpPost>();

    public static void MapMcp(this IEndpointRouteBuilder routes)
    {
        var all = routes.ServiceProvider;
        var server = all.GetRequiredService<McpPost>();
        var logger = all.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(McpEndpoints).Namespace!);
        var wrong = Problems.WrongMethod("POST");
        routes.Map(
            Path,
            http =>
                HttpMethods.IsPost(http.Request.Method)
                    ? Calls.AnswerAsync(http, server.AnswerAsync, logger)
                    : wrong.WriteAsync(http, http.RequestAborted)
        );
    }
}
