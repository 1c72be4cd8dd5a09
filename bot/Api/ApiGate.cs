using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Jose;

namespace ChatApprovals.Api;

/// <summary>Who is deciding, by the token in the <c>Authorization</c> header.</summary>
internal abstract record SigningIn
{
    private SigningIn() { }

    /// <summary><see cref="Token"/>: as it was sent, for evidence only.</summary>
    public sealed record As(SignIn Who, string Token) : SigningIn;

    public sealed record Refused(Problem Problem) : SigningIn;
}

/// <summary>
/// Lets in people by a token of the configured issuer. A key of ours (agent, guard, auditor) is no person and
/// never lets in: 403. What is missing or not believed: 401. When the issuer's keys cannot be had: 503, and
/// nobody is believed.
/// </summary>
internal sealed partial class ApiGate : IDisposable
{
    /// <summary>
    /// A key that the issuer withdrew is believed for five minutes more, and for a quarter of an hour while
    /// the issuer cannot be asked.
    /// </summary>
    private static readonly IssuerPatience s_patience = new(
        FreshFor: TimeSpan.FromMinutes(5),
        KeptFor: TimeSpan.FromMinutes(15),
        AskAgainAfter: TimeSpan.FromSeconds(30)
    );

    /// <summary>Contract, sections 2, 3 and 4: how a key of ours begins.</summary>
    private static readonly string[] s_keys = ["cak_", "cgk_", "cau_"];

    private readonly ApiOptions _options;
    private readonly IssuerKeys _keys;
    private readonly TimeProvider _clock;
    private readonly ILogger<ApiGate> _log;

    public ApiGate(ApiOptions options, IssuerHttp http, TimeProvider clock, ILogger<ApiGate> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _keys = new IssuerKeys(options.Metadata, options.Issuer, s_patience, http, clock, NoKeys);
    }

    public async Task<SigningIn> AdmitAsync(HttpRequest request, CancellationToken cancel)
    {
        if (Bearer.Of(request) is not { Length: > 0 } sent)
        {
            return new SigningIn.Refused(ApiProblems.Unauthenticated);
        }

        if (s_keys.Any(k => sent.StartsWith(k, StringComparison.Ordinal)))
        {
            return new SigningIn.Refused(ApiProblems.NotAPerson);
        }

        if (JwsToken.Parse(sent) is not { } token)
        {
            return Refuse("is no signed JWT");
        }

        return OidcToken.BeforeKey(token, _options) is { } problem
            ? Refuse(problem)
            : await _keys.FindAsync(token.Kid, cancel) switch
            {
                KeySearch.Found(var key) => Read(sent, token, key),
                KeySearch.Unavailable => new SigningIn.Refused(ApiProblems.IssuerUnavailable),
                _ => Refuse("is signed with a key that its issuer does not publish"),
            };
    }

    /// <summary>Null when the issuer's keys can be had, else what is in the way.</summary>
    public Task<string?> CheckAsync(CancellationToken cancel) => _keys.CheckAsync(cancel);

    public void Dispose() => _keys.Dispose();

    private SigningIn Read(string sent, JwsToken token, Jwk key) =>
        OidcToken.Check(token, key, _options, _clock.GetUtcNow()) switch
        {
            OidcReading.Accepted(var who) => new SigningIn.As(who, sent),
            OidcReading.Refused(var why) => Refuse(why),
            _ => new SigningIn.Refused(ApiProblems.SignInAgain),
        };

    private SigningIn.Refused Refuse(string why)
    {
        TokenRefused(why);
        return new SigningIn.Refused(ApiProblems.InvalidToken(why));
    }

    [LoggerMessage(
        EventId = 3401,
        Level = LogLevel.Error,
        Message = "API: the issuer's keys cannot be had ({Why}); nobody new is believed"
    )]
    private partial void NoKeys(string why);

    [LoggerMessage(
        EventId = 3402,
        Level = LogLevel.Warning,
        Message = "API: a token was refused with 401: it {Why}"
    )]
    private partial void TokenRefused(string why);
}
