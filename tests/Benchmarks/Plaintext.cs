using System.Diagnostics;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>Baseline (a): what Kestrel answers on the same core when there is nothing to do.</summary>
internal sealed class Plaintext : IDisposable
{
    private readonly Server _server;

    private Plaintext(Server server) => _server = server;

    public Uri Url => _server.Url;

    /// <summary>The server: a process of its own.</summary>
    public static async Task<int> ServeAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        var text = "Hello, World!"u8.ToArray();
        app.MapGet(
            "/plaintext",
            http =>
            {
                http.Response.ContentType = "text/plain";
                http.Response.ContentLength = text.Length;
                return http.Response.Body.WriteAsync(text).AsTask();
            }
        );
        await app.StartAsync(cancel);
        Console.WriteLine(app.Urls.First());
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    public static async Task<Plaintext> StartAsync(CancellationToken cancel)
    {
        var process = Cores.StartServer([Repository.Self, "plaintext"]);
        var url = await process.StandardOutput.ReadLineAsync(cancel);
        return new Plaintext(new Server(new Uri(url!), process));
    }

    /// <summary>Requests per second with that many clients.</summary>
    public Task<Done> MeasureAsync(int clients, double seconds, CancellationToken cancel)
    {
        var request = Wire.Request("GET", "/plaintext", "", body: null);
        return Load.ForAsync(
            _server,
            clients,
            seconds,
            async (wire, _) => (await wire.SendAsync(request, cancel)).Must(200),
            cancel
        );
    }

    public void Dispose()
    {
        _server.Process.Kill();
        _server.Process.Dispose();
    }
}
