using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Jose;

namespace ChatApprovals.Teams;

/// <summary>
/// What every request to <c>/api/messages</c> passes before anything is done with it: size (413), token (401),
/// shape (400), tenant and service URL (403). There is no way around it.
/// </summary>
public sealed partial class TeamsGate(
    TeamsOptions options,
    TeamsKeys keys,
    TeamsInbound inbound,
    TimeProvider clock,
    ILogger<TeamsGate> log
)
{
    public async Task ServeAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        var answer = await BoundedBody.ReadAsync(
            http.Request.Body,
            http.Request.ContentLength,
            cancel
        )
            is not { } body
            ? TeamsAnswer.TooLarge
            : await AnswerAsync(http.Request.Headers.Authorization, body, cancel);
        http.Response.StatusCode = answer.Status;
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            // RFC 9110 section 15.5.2: a 401 says how.
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        http.Response.ContentLength = answer.Body.Length;
        if (answer.Body.Length > 0)
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            await http.Response.Body.WriteAsync(answer.Body, cancel);
        }
    }

    private async Task<TeamsAnswer> AnswerAsync(
        IReadOnlyList<string?> authorization,
        byte[] body,
        CancellationToken cancel
    )
    {
        var (token, problem) = await AuthenticateAsync(authorization, cancel);
        if (token is null)
        {
            Refused(problem!);
            return TeamsAnswer.Unauthorized;
        }

        if (TeamsJson.Object(body) is not { } activity || activity.Text("type") is null)
        {
            return TeamsAnswer.Malformed;
        }

        if (activity.Text("channelId") is not TeamsToken.Channel)
        {
            Refused("the activity is not of Teams");
            return TeamsAnswer.Unauthorized;
        }

        if (!TeamsToken.SpeaksFor(token, activity.Text("serviceUrl")))
        {
            Refused("the token does not speak for the activity's service URL");
            return TeamsAnswer.Unauthorized;
        }

        return await HearAsync(activity, body, cancel);
    }

    private async Task<TeamsAnswer> HearAsync(
        JsonElement activity,
        byte[] body,
        CancellationToken cancel
    )
    {
        if (!options.IsTenant(Activities.Tenant(activity)))
        {
            Foreign();
            return TeamsAnswer.Forbidden;
        }

        if (!options.IsAllowed(activity.Text("serviceUrl")))
        {
            ElsewhereUrl();
            return TeamsAnswer.Forbidden;
        }

        if (Activities.Source(activity) is not { } source)
        {
            return TeamsAnswer.Malformed;
        }

        var evidence = Base64Url.EncodeToString(SHA256.HashData(body));
        return await inbound.HearAsync(
            source,
            Activities.Parse(activity, source),
            evidence,
            cancel
        );
    }

    private async Task<(JwsToken? Token, string? Problem)> AuthenticateAsync(
        IReadOnlyList<string?> authorization,
        CancellationToken cancel
    )
    {
        if (authorization is not [var header] || TeamsToken.Read(header) is not { } token)
        {
            return (null, "there is no usable bearer token");
        }

        if (await keys.FindAsync(token.Kid!, cancel) is not { } key)
        {
            return (null, "its key is not known");
        }

        var problem = TeamsToken.Problem(token, key, options.AppId!, clock.GetUtcNow());
        return problem is null ? (token, null) : (null, problem);
    }

    [LoggerMessage(
        EventId = 3206,
        Level = LogLevel.Warning,
        Message = "Teams: an activity was refused with 401: {Why}"
    )]
    private partial void Refused(string why);

    [LoggerMessage(
        EventId = 3207,
        Level = LogLevel.Warning,
        Message = "Teams: an activity of a tenant that is not in Teams:AllowedTenants was refused with 403"
    )]
    private partial void Foreign();

    [LoggerMessage(
        EventId = 3208,
        Level = LogLevel.Warning,
        Message = "Teams: an activity from a service URL that is not in Teams:AllowedServiceUrls was refused with 403"
    )]
    private partial void ElsewhereUrl();
}
