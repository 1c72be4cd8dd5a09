using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Anchors;

/// <summary>A time-stamp authority of RFC 3161: OpenSSL's <c>ts</c> behind a web server, with a root of its own.</summary>
internal sealed class TimeStampServer : IAsyncDisposable
{
    private readonly UpstreamServer _server;
    private readonly string _directory;

    private TimeStampServer(UpstreamServer server, string directory) =>
        (_server, _directory) = (server, directory);

    public Uri Url => new(_server.Url + "/tsr");

    /// <summary>PEM.</summary>
    public string Root => Path.Combine(_directory, "root.pem");

    public int Calls => _server.Calls.Count;

    /// <summary>What it says instead, when it is told to misbehave; it gets the query.</summary>
    public Func<HttpContext, byte[], Task>? Instead { get; set; }

    /// <param name="use">The purpose in its certificate: <c>timeStamping</c> for a real one.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<TimeStampServer> StartAsync(string use, CancellationToken cancel)
    {
        await OtherProgram.Run("openssl", ["version"], input: null, cancel);
        var directory = Directory.CreateTempSubdirectory("tsa-").FullName;
        var server = await UpstreamServer.StartAsync(cancel);
        var made = new TimeStampServer(server, directory);
        await made.MakeAsync(use, cancel);
        server.Answer = made.AnswerAsync;
        return made;
    }

    /// <summary>What the authority answers to a query.</summary>
    public async Task<byte[]> ReplyAsync(byte[] query, CancellationToken cancel)
    {
        var (asked, answer) = (Path.Combine(_directory, "q"), Path.Combine(_directory, "r"));
        await File.WriteAllBytesAsync(asked, query, cancel);
        await RunAsync("ts -reply -config ts.cnf -queryfile q -out r", cancel);
        return await File.ReadAllBytesAsync(answer, cancel);
    }

    /// <summary>Whether OpenSSL itself takes the response for these bytes, by this authority's root.</summary>
    public async Task<bool> VerifiesAsync(byte[] response, byte[] stamped, CancellationToken cancel)
    {
        var (tsr, data) = (Path.Combine(_directory, "v.tsr"), Path.Combine(_directory, "v"));
        await File.WriteAllBytesAsync(tsr, response, cancel);
        await File.WriteAllBytesAsync(data, stamped, cancel);
        var (exit, _) = await OtherProgram.Run(
            "openssl",
            ["ts", "-verify", "-in", tsr, "-data", data, "-CAfile", Root],
            input: null,
            cancel
        );
        return exit == 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var query = _server.Calls.Last();
        if (Instead is { } instead)
        {
            await instead(http, query.Body);
            return;
        }

        if (
            !query
                .Headers["Content-Type"]
                .Equals("application/timestamp-query", StringComparison.Ordinal)
        )
        {
            http.Response.StatusCode = 415;
            return;
        }

        await SendAsync(http, await ReplyAsync(query.Body, http.RequestAborted));
    }

    public static async Task SendAsync(HttpContext http, byte[] reply)
    {
        http.Response.ContentType = "application/timestamp-reply";
        await http.Response.Body.WriteAsync(reply, http.RequestAborted);
    }

    private async Task MakeAsync(string use, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "ts.cnf"),
            Configuration(use),
            cancel
        );
        await File.WriteAllTextAsync(Path.Combine(_directory, "serial"), "01\n", cancel);
        const string key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config ts.cnf";
        await RunAsync(
            $"req -x509 {key} -keyout root.key -out root.pem -subj /CN=Root -extensions v3_ca -days 2",
            cancel
        );
        await RunAsync($"req {key} -keyout tsa.key -out tsa.csr -subj /CN=Authority", cancel);
        await RunAsync(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem"
                + " -days 1 -extfile ts.cnf -extensions signer",
            cancel
        );
    }

    private async Task RunAsync(string words, CancellationToken cancel)
    {
        var (exit, output) = await OtherProgram.Run(
            "sh",
            ["-c", $"cd \"$0\" && exec openssl {words} 2>&1", _directory],
            input: null,
            cancel
        );
        Assert.True(exit == 0, output);
    }

    private static string Configuration(string use) =>
        $"""
            [req]
            distinguished_name = name
            [name]
            [v3_ca]
            basicConstraints = critical,CA:true
            keyUsage = critical,keyCertSign,cRLSign
            subjectKeyIdentifier = hash
            [signer]
            basicConstraints = CA:false
            keyUsage = critical,digitalSignature
            extendedKeyUsage = critical,{use}
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            [tsa]
            default_tsa = test
            [test]
            serial = serial
            signer_cert = tsa.pem
            signer_key = tsa.key
            certs = root.pem
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            ess_cert_id_alg = sha256

            """;
}
