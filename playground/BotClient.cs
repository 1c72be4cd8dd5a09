namespace ChatApprovals.Playground;

/// <summary>The connection from the platforms to the bot.</summary>
internal static class BotClient
{
    public static HttpClient Create() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan, // each call has its own deadline
        };
}
