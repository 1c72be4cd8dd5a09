using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>A real nginx with a configuration of its own, called byte by byte.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private readonly string _place;
    private readonly int _port;
    private readonly Process _process;

    private NginxProcess(string place, int port, Process process) =>
        (_place, _port, _process) = (place, port, process);

    /// <param name="servers">What stands inside <c>http { }</c>; it listens on 8443, which is replaced.</param>
    /// <param name="cancel">Ends the wait for the start.</param>
    public static async Task<NginxProcess> StartAsync(string servers, CancellationToken cancel)
    {
        SharedData.SkipUnless(File.Exists(Program), "nginx is not installed");
        var place = Directory.CreateTempSubdirectory("nginx-").FullName;
        var port = new Uri(UpstreamServer.Nowhere()).Port;
        var listen = $"listen 127.0.0.1:{port};";
        Assert.Contains("listen 8443;", servers, StringComparison.Ordinal);
        var text = $$"""
            daemon off;
            master_process off;
            pid {{place}}/pid;
            events {}
            http {
            access_log off;
            client_body_temp_path {{place}}/body;
            proxy_temp_path {{place}}/proxy;
            fastcgi_temp_path {{place}}/fastcgi;
            uwsgi_temp_path {{place}}/uwsgi;
            scgi_temp_path {{place}}/scgi;
            {{servers.Replace("listen 8443;", listen, StringComparison.Ordinal)}}
            }
            """;
        var file = Path.Combine(place, "nginx.conf");
        await File.WriteAllTextAsync(file, text, cancel);
        var process = Process.Start(
            new ProcessStartInfo(Program, ["-p", place, "-e", $"{place}/error.log", "-c", file])
            {
                UseShellExecute = false,
            }
        )!;
        var nginx = new NginxProcess(place, port, process);
        await Eventually.TrueAsync(() => nginx.Listens(), "nginx listens");
        return nginx;
    }

    /// <summary>One call, written as it stands.</summary>
    public async Task<HttpStatusCode> CallAsync(
        string method,
        string target,
        string? grant,
        string rest = "\r\n"
    )
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, TestDesk.Cancel);
        await using var stream = client.GetStream();
        var approval = grant is null ? "" : $"Approval-Grant: {grant}\r\n";
        var head =
            $"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + $"X-HTTP-Method-Override: PUT\r\n{approval}{rest}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestDesk.Cancel);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var line = await reader.ReadLineAsync(TestDesk.Cancel);
        var status = line?.Split(' ') is [_, var code, ..] ? code : "0";
        return (HttpStatusCode)int.Parse(status, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_place, recursive: true);
    }

    private bool Listens()
    {
        Assert.False(_process.HasExited, "nginx does not start: look at its configuration");
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
