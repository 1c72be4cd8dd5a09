using System.Net.Sockets;
using System.Text;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// Whoever sends too much reads why: a connection that is reset while they still send takes the answer with it.
/// </summary>
public sealed class TooLargeTests : IAsyncDisposable
{
    private const int TooMuch = 2 * 1024 * 1024;

    /// <summary>Nobody listens there.</summary>
    private const string Nowhere = "http://127.0.0.1:9/";

    private readonly string _data = System.IO.Directory.CreateTempSubdirectory("large-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_is_refused_is_read_away_and_the_connection_goes_on()
    {
        await using var bot = new BotProcess(
            new PlaygroundOptions().BotProgram,
            _data,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Slack:Enabled"] = "true",
                ["Slack:SigningSecret"] = "secret",
                ["Slack:BotToken"] = "xoxb-1",
                ["Slack:ApiBaseUrl"] = Nowhere,
                ["Teams:Enabled"] = "true",
                ["Teams:AppId"] = "app",
                ["Teams:AppPassword"] = "secret",
                ["Teams:TenantId"] = "tenant",
                ["Teams:TokenUrl"] = Nowhere,
                ["Teams:OpenIdMetadataUrl"] = Nowhere,
            },
            PatientClock.Shared
        );
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var starting = bot.StartAsync(enough.Token);
        await Eventually.TrueAsync(
            () => bot.Log.Any(l => l.Contains("listens on", StringComparison.Ordinal)),
            "the bot listens"
        );

        foreach (
            var (path, status) in new[]
            {
                ("/slack/events", 413),
                ("/slack/interactions", 413),
                ("/api/messages", 413),
                ("/v1/requests", 401),
            }
        )
        {
            var told = await SendAsync(bot.Url, path);
            Assert.Equal((path, status), (path, told.First));
            Assert.Equal((path, 200), (path, told.Next));
        }

        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    public ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads the answer before the body is sent, then sends it and asks for something else.</summary>
    private static async Task<(int First, int Next)> SendAsync(Uri bot, string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(bot.Host, bot.Port, Cancel);
        await using var stream = client.GetStream();
        await WriteAsync(
            stream,
            $"POST {path} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {TooMuch}\r\n\r\n"
        );
        var first = await ReadAsync(stream);
        await stream.WriteAsync(new byte[TooMuch], Cancel);
        await WriteAsync(stream, "GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n");
        return (first, await ReadAsync(stream));
    }

    private static Task WriteAsync(NetworkStream stream, string text) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text), Cancel).AsTask();

    /// <summary>The status of an answer; all of it that has come is taken.</summary>
    private static async Task<int> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            var read = await stream.ReadAsync(buffer, Cancel);
            Assert.NotEqual(0, read);
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return int.Parse(text.ToString().Split(' ')[1]);
    }

    private static bool IsWhole(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var length = answer[..end]
            .Split("\r\n")
            .FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.Ordinal));
        return length is null
            ? answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
            : answer.Length - end - 4 >= int.Parse(length.Split(' ')[1]);
    }
}
