using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Playground;

/// <summary>One request as it came in: exact bytes, for a check of signatures.</summary>
public sealed record Received(string Path, IHeaderDictionary Headers, byte[] Body);

/// <summary>Stands in for the bot: keeps what it hears, answers what the test says.</summary>
public sealed class StubBot : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubBot(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Heard { get; } = new();
    public Func<Received, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;
    public Uri Url => new(_app.Urls.First());

    public static async Task<StubBot> Start(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var bot = new StubBot(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var heard = new Received(context.Request.Path, Copy(context), body.ToArray());
            bot.Heard.Enqueue(heard);
            await bot.Answer(heard, context);
        });
        await app.StartAsync(cancel);
        return bot;
    }

    /// <summary>Never answers: the caller must give up.</summary>
    public static async Task Silent(Received heard, HttpContext context) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Kestrel reuses its header collections for the next request.</summary>
    private static HeaderDictionary Copy(HttpContext context) =>
        new(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
