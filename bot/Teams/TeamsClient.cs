using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace ChatApprovals.Teams;

/// <summary>
/// The Bot Connector's HTTP interface (teams.md 2.4). What can be repeated without harm (GET, PUT) is, a few
/// times; a POST never, because Teams would post it twice.
/// </summary>
public sealed partial class TeamsClient(
    TeamsOptions options,
    TeamsHttp http,
    TeamsLogin login,
    TimeProvider clock,
    ILogger<TeamsClient> log
)
{
    private const int TriesMax = 3;
    private const int BackoffMilliseconds = 300;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    /// <summary>Posts a message. Done: the body's <c>id</c> is the message's.</summary>
    public Task<TeamsResult> PostAsync(
        string serviceUrl,
        string conversation,
        byte[] activity,
        CancellationToken cancel
    ) => OnceAsync(HttpMethod.Post, serviceUrl, Activities(conversation), activity, cancel);

    /// <summary>Replaces a message of the bot's own.</summary>
    public Task<TeamsResult> PutAsync(
        string serviceUrl,
        string conversation,
        string message,
        byte[] activity,
        CancellationToken cancel
    ) =>
        RepeatAsync(
            HttpMethod.Put,
            serviceUrl,
            $"{Activities(conversation)}/{Segment(message)}",
            activity,
            cancel
        );

    /// <summary>The 1:1 chat with an account, the same one every time. Done: the body's <c>id</c>.</summary>
    public Task<TeamsResult> OpenChatAsync(
        string serviceUrl,
        string tenant,
        string mri,
        CancellationToken cancel
    ) =>
        RepeatAsync(
            HttpMethod.Post,
            serviceUrl,
            "v3/conversations",
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    isGroup = false,
                    bot = new { id = "28:" + options.AppId },
                    members = new[] { new { id = mri } },
                    tenantId = tenant,
                    channelData = new { tenant = new { id = tenant } },
                }
            ),
            cancel
        );

    /// <summary>A member of a conversation, by MRI or Entra object id.</summary>
    public Task<TeamsResult> MemberAsync(
        string serviceUrl,
        string conversation,
        string member,
        CancellationToken cancel
    ) =>
        RepeatAsync(
            HttpMethod.Get,
            serviceUrl,
            $"v3/conversations/{Segment(TeamsSource.Base(conversation))}/members/{Segment(member)}",
            body: null,
            cancel
        );

    private static string Activities(string conversation) =>
        $"v3/conversations/{Segment(conversation)}/activities";

    // Dots alone would climb in the path, and escaping does not stop them.
    private static string Segment(string id) =>
        id.All(c => c is '.') ? "-" : Uri.EscapeDataString(id);

    private async Task<TeamsResult> RepeatAsync(
        HttpMethod method,
        string serviceUrl,
        string path,
        byte[]? body,
        CancellationToken cancel
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = await OnceAsync(method, serviceUrl, path, body, cancel);
            var isPassing = result is TeamsResult.Unheard or TeamsResult.Busy { After: null };
            if (!isPassing || attempt == TriesMax)
            {
                return result;
            }

            var most = BackoffMilliseconds << attempt;
            var wait = RandomNumberGenerator.GetInt32(most / 2, most);
            await Task.Delay(TimeSpan.FromMilliseconds(wait), clock, cancel);
        }
    }

    /// <summary>Once; but a token that is refused was not used, so a new one is tried.</summary>
    private async Task<TeamsResult> OnceAsync(
        HttpMethod method,
        string serviceUrl,
        string path,
        byte[]? body,
        CancellationToken cancel
    )
    {
        if (!options.IsAllowed(serviceUrl))
        {
            return new TeamsResult.NotSent("the service URL is not in Teams:AllowedServiceUrls");
        }

        var url = new Uri($"{serviceUrl.TrimEnd('/')}/{path}");
        var isSecondToken = false;
        while (true)
        {
            var (token, problem) = await login.GetAsync(cancel);
            if (token is null)
            {
                return new TeamsResult.NotSent(problem!);
            }

            var result = await SendAsync(method, url, body, token, cancel);
            if (isSecondToken || result is not TeamsResult.Refused { Status: 401 })
            {
                return result;
            }

            login.Forget(token);
            isSecondToken = true;
        }
    }

    private async Task<TeamsResult> SendAsync(
        HttpMethod method,
        Uri url,
        byte[]? body,
        string token,
        CancellationToken cancel
    )
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(
                "application/json",
                "utf-8"
            );
        }

        try
        {
            using var response = await http.SendAsync(request, cancel);
            return await ReadAsync(response, cancel);
        }
        catch (HttpRequestException e)
            when (e.HttpRequestError
                    is HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
            )
        {
            return new TeamsResult.NotSent("Teams cannot be reached");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new TeamsResult.Unheard("the connection to Teams broke");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new TeamsResult.Unheard("Teams did not answer in time");
        }
    }

    private async Task<TeamsResult> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancel
    )
    {
        var status = (int)response.StatusCode;
        var body = await TeamsHttp.ObjectAsync(response, cancel) ?? default;
        if (response.IsSuccessStatusCode)
        {
            return new TeamsResult.Done(body);
        }

        var code = body.At("error").Text("code");
        Failed(status, Word(code), Trace(response));
        return response.StatusCode switch
        {
            // Without a time to come back it may be a gateway's, after Teams has posted (teams.md 2.4).
            HttpStatusCode.ServiceUnavailable
                when response.Headers.RetryAfter is null
                    && response.RequestMessage?.Method == HttpMethod.Post =>
                new TeamsResult.Unheard($"Teams answered {status}"),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                new TeamsResult.Busy(status, RetryAfter(response)),
            HttpStatusCode.PreconditionFailed => new TeamsResult.Busy(status, null),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError =>
                new TeamsResult.Unheard($"Teams answered {status}"),
            _ => new TeamsResult.Refused(status, Word(code)),
        };
    }

    /// <summary>At least a second: zero, or a time that is over by our clock, is no leave to ask without end.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter switch
        {
            { Delta: { } wait } => wait,
            { Date: { } at } => at - clock.GetUtcNow(),
            _ => default(TimeSpan?),
        };
        return after < s_shortest ? s_shortest : after;
    }

    private static string Word(string? code) =>
        code is { Length: <= 60 } && code.All(char.IsAsciiLetterOrDigit) ? code : "";

    // Microsoft's support asks for it (teams.md 2.4).
    private static string Trace(HttpResponseMessage response) =>
        response.Headers.TryGetValues("MS-CV", out var values)
        && values.FirstOrDefault() is { Length: <= 100 } trace
        && trace.All(c => c is > ' ' and <= '~')
            ? trace
            : "-";

    [LoggerMessage(
        EventId = 3203,
        Level = LogLevel.Warning,
        Message = "Teams: a call was answered with {Status} {Code} (MS-CV {Trace})"
    )]
    private partial void Failed(int status, string code, string trace);
}
