namespace ChatApprovals.Http;

/// <summary>
/// Addresses that there are not, and methods that an address does not take, are problems too, wherever
/// they are (RFC 9457): whoever mistypes a path reads what is wrong.
/// </summary>
public static class BareAnswers
{
    public static void UseProblems(this IApplicationBuilder app) =>
        app.UseStatusCodePages(bare =>
        {
            var http = bare.HttpContext;
            return Of(http.Response) is { } problem
                ? problem.WriteAsync(http, http.RequestAborted)
                : Task.CompletedTask;
        });

    private static Problem? Of(HttpResponse response) =>
        response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problems.NotFound,
            StatusCodes.Status405MethodNotAllowed => Problems.WrongMethod(
                response.Headers.Allow.ToString()
            ),
            _ => null,
        };
}
