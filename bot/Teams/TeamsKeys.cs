using ChatApprovals.Jose;

namespace ChatApprovals.Teams;

/// <summary>
/// The keys that the Bot Framework signs with, fetched from its metadata and kept for a day at most. A key
/// that is not known yet is asked for at once, but only a few times a minute. No keys: nobody is believed.
/// </summary>
public sealed partial class TeamsKeys : IDisposable
{
    private static readonly IssuerPatience s_patience = new(
        FreshFor: TimeSpan.FromHours(12),
        KeptFor: TimeSpan.FromHours(24),
        AskAgainAfter: TimeSpan.FromMinutes(1)
    );

    private readonly IssuerKeys _keys;
    private readonly ILogger<TeamsKeys> _log;

    public TeamsKeys(
        TeamsOptions options,
        IssuerHttp http,
        TimeProvider clock,
        ILogger<TeamsKeys> log
    )
    {
        _log = log;
        _keys = new IssuerKeys(options.Metadata, issuer: null, s_patience, http, clock, NoKeys);
    }

    /// <summary>The key of that id, or null: unknown, ambiguous, or the keys cannot be had.</summary>
    public async Task<Jwk?> FindAsync(string kid, CancellationToken cancel) =>
        await _keys.FindAsync(kid, cancel) is KeySearch.Found(var key) ? key : null;

    public void Dispose() => _keys.Dispose();

    [LoggerMessage(
        EventId = 3201,
        Level = LogLevel.Error,
        Message = "Teams: the keys cannot be had ({Why}); what is signed with keys not known yet is refused"
    )]
    private partial void NoKeys(string why);
}
