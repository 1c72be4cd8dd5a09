using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ChatApprovals.Teams;

/// <summary>
/// The bot's own token for the Bot Connector (client credentials, teams.md 2.2). Kept until five minutes
/// before its end; asked for once at a time. It goes nowhere but to allowed service URLs (see
/// <see cref="TeamsClient"/>) and is never logged.
/// </summary>
public sealed class TeamsLogin(TeamsOptions options, TeamsHttp http, TimeProvider clock)
    : IDisposable
{
    private const string Scope = "https://api.botframework.com/.default";
    private static readonly TimeSpan s_renewBefore = TimeSpan.FromMinutes(5);

    /// <summary>RFC 6749 section 5.1: an endpoint need not say how long. A token that ends sooner is refused and renewed.</summary>
    private static readonly int s_unsaid = (int)TimeSpan.FromMinutes(10).TotalSeconds;

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Held? _held;

    /// <summary>The token, or what is wrong and how to mend it.</summary>
    public async Task<(string? Token, string? Problem)> GetAsync(CancellationToken cancel)
    {
        if (Usable() is { } token)
        {
            return (token, null);
        }

        await _one.WaitAsync(cancel);
        try
        {
            return Usable() is { } meanwhile ? (meanwhile, null) : await AskAsync(cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The connector refused this token: the next caller asks for another.</summary>
    public void Forget(string token)
    {
        if (_held is { } held && string.Equals(held.Token, token, StringComparison.Ordinal))
        {
            _held = null;
        }
    }

    public void Dispose() => _one.Dispose();

    private string? Usable() =>
        _held is { } held && clock.GetUtcNow() < held.Until ? held.Token : null;

    private async Task<(string?, string?)> AskAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Token);
        request.Content = new FormUrlEncodedContent(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = options.AppId!,
                ["client_secret"] = options.AppPassword!,
                ["scope"] = Scope,
            }
        );
        try
        {
            using var response = await http.SendAsync(request, cancel);
            var body = await TeamsHttp.ObjectAsync(response, cancel) ?? default;
            if (
                response.StatusCode == HttpStatusCode.OK
                && body.Text("access_token") is { } token
                && Seconds(body) is > 0 and var seconds
            )
            {
                var until = clock.GetUtcNow().AddSeconds(seconds) - s_renewBefore;
                _held = new Held(token, until);
                return (token, null);
            }

            return (null, Refused((int)response.StatusCode, body.Text("error")));
        }
        catch (HttpRequestException e)
        {
            return (null, $"The token endpoint cannot be reached ({e.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, "The token endpoint does not answer.");
        }
    }

    /// <summary>A number; older endpoints say it as a string.</summary>
    private static int? Seconds(JsonElement body) =>
        body.At("expires_in").ValueKind switch
        {
            JsonValueKind.Undefined => s_unsaid,
            JsonValueKind.String
                when int.TryParse(
                    body.Text("expires_in"),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var seconds
                ) => seconds,
            _ => body.Number("expires_in"),
        };

    // Only the code: the description may quote what was sent.
    private static string Refused(int status, string? code) =>
        code switch
        {
            "invalid_client" =>
                "Entra refuses Teams:AppPassword (invalid_client): set it to a valid client secret's value.",
            "unauthorized_client" =>
                "Entra does not know Teams:AppId in Teams:TenantId (unauthorized_client): check both.",
            _ => $"The token endpoint answered {status} {Word(code)}.",
        };

    private static string Word(string? code) =>
        code is { Length: <= 60 } && code.All(c => char.IsAsciiLetter(c) || c is '_') ? code : "";

    private sealed record Held(string Token, DateTimeOffset Until);
}
