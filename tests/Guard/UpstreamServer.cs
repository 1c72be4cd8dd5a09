using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Guard;

/// <summary>A call as the upstream got it.</summary>
internal sealed record Sent(
    string Method,
    string Target,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body
);

/// <summary>A web server on Kestrel that remembers every call, and answers as it is told to.</summary>
internal sealed class UpstreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UpstreamServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Sent> Calls { get; } = new();
    public string Url => _app.Urls.Single();

    public Func<HttpContext, Task> Answer { get; set; } =
        http => http.Response.WriteAsync("""{"attached":true}""");

    /// <summary>The names that callers asked for while they secured their connections; empty: none.</summary>
    public ConcurrentQueue<string> Names { get; private init; } = new();

    public static Task<UpstreamServer> StartAsync(CancellationToken cancel) =>
        StartAsync(certificate: null, cancel);

    /// <summary>By https where it has a certificate.</summary>
    public static async Task<UpstreamServer> StartAsync(
        X509Certificate2? certificate,
        CancellationToken cancel
    )
    {
        var names = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Listen(IPAddress.Loopback, 0, listen => Secure(listen, certificate, names));
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new UpstreamServer(app) { Names = names };
        app.Run(server.ServeAsync);
        await app.StartAsync(cancel);
        return server;
    }

    private static void Secure(
        ListenOptions listen,
        X509Certificate2? certificate,
        ConcurrentQueue<string> names
    )
    {
        if (certificate is null)
        {
            return;
        }

        listen.UseHttps(
            new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, name) =>
                {
                    names.Enqueue(name ?? "");
                    return certificate;
                },
            }
        );
    }

    public Sent Only() => Assert.Single(Calls);

    public async ValueTask DisposeAsync()
    {
        // Calls that a test left hanging must not hold the server back.
        using var at_once = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(at_once.Token);
        await _app.DisposeAsync();
    }

    /// <summary>An address where nobody listens.</summary>
    public static string Nowhere()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var headers = http.Request.Headers.ToDictionary(
            h => h.Key,
            h => h.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        Calls.Enqueue(new Sent(http.Request.Method, target, headers, body.ToArray()));
        await Answer(http);
    }
}
