using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Anchors;

/// <summary>
/// A witness that does what C2SP tlog-witness says one MUST: knows logs by origin and key, keeps the largest checkpoint, checks
/// the consistency proof, and refuses everything else with the standard's status. OpenSSL signs for it.
/// </summary>
internal sealed class SmallWitness : IAsyncDisposable
{
    public const string KeyName = "witness.test/w1";

    private readonly UpstreamServer _server;
    private readonly string _directory;
    private readonly ConcurrentDictionary<string, Checkpoint> _seen = new(StringComparer.Ordinal);

    private SmallWitness(UpstreamServer server, string directory, WitnessKey key) =>
        (_server, _directory, Key) = (server, directory, key);

    public WitnessKey Key { get; }

    public Uri Url => new(_server.Url);

    public int Calls => _server.Calls.Count;

    /// <summary>What it was asked last.</summary>
    public string Asked => Encoding.UTF8.GetString(_server.Calls.Last().Body);

    /// <summary>The logs it knows: only of them does it cosign.</summary>
    public ConcurrentDictionary<string, NoteKey> Logs { get; } =
        new(StringComparer.Ordinal) { [TestDesk.Vkey.Name] = TestDesk.Vkey };

    public long Largest => _seen.Values.Select(c => c.Size).DefaultIfEmpty().Max();

    /// <summary>What it says instead, when it is told to misbehave.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public Checkpoint? Seen => _seen.GetValueOrDefault(TestDesk.Vkey.Name);

    public static async Task<SmallWitness> StartAsync(CancellationToken cancel)
    {
        var directory = Directory.CreateTempSubdirectory("witness-").FullName;
        var pem = Path.Combine(directory, "key.pem");
        await OpenSslAsync(["genpkey", "-algorithm", "ed25519", "-out", pem], cancel);
        var der = Path.Combine(directory, "key.der");
        await OpenSslAsync(["pkey", "-in", pem, "-pubout", "-outform", "DER", "-out", der], cancel);
        var key = WitnessKey.Of(KeyName, (await File.ReadAllBytesAsync(der, cancel))[^32..]);
        var server = await UpstreamServer.StartAsync(cancel);
        var witness = new SmallWitness(server, directory, key);
        server.Answer = witness.AnswerAsync;
        return witness;
    }

    /// <summary>As an operator does who sets a witness back, or a witness with a broken disk.</summary>
    public void Forget() => _seen.Clear();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (Instead is { } instead)
        {
            await instead(http);
            return;
        }

        var call = _server.Calls.Last();
        if (call is not { Method: "POST", Target: "/add-checkpoint" })
        {
            http.Response.StatusCode = 404;
            return;
        }

        var (status, text) = await JudgeAsync(
            Encoding.UTF8.GetString(call.Body),
            http.RequestAborted
        );
        http.Response.StatusCode = status;
        http.Response.ContentType = status == 409 ? "text/x.tlog.size" : "text/plain";
        await http.Response.WriteAsync(text);
    }

    private async Task<(int Status, string Text)> JudgeAsync(string body, CancellationToken cancel)
    {
        var (head, note) = Split(body);
        if (!head[0].StartsWith("old ", StringComparison.Ordinal))
        {
            return (400, "no old size");
        }

        var old = long.Parse(head[0][4..], NumberStyles.None, CultureInfo.InvariantCulture);
        var proof = head[1..].Select(Convert.FromBase64String).ToArray();
        var claimed = Checkpoint.Parse(SignedNote.Parse(note).Text);
        if (!Logs.TryGetValue(claimed.Origin, out var log))
        {
            return (404, "");
        }

        if (!IsSigned(note, log))
        {
            return (403, "");
        }

        if (old > claimed.Size)
        {
            return (400, "old size beyond the checkpoint");
        }

        var seen = _seen.GetValueOrDefault(claimed.Origin);
        var size = seen?.Size ?? 0;
        if (old != size || (old == claimed.Size && seen is not null && !seen.IsSameAs(claimed)))
        {
            return (409, $"{size}\n");
        }

        var root = seen?.Root ?? new MerkleTree().Root();
        if (!MerkleProof.VerifyConsistency(old, root, claimed.Size, claimed.Root, proof))
        {
            return (422, "");
        }

        _seen[claimed.Origin] = claimed;
        return (200, await CosignAsync(claimed.Format(), cancel));
    }

    private static (string[] Head, string Note) Split(string body)
    {
        var end = body.IndexOf("\n\n", StringComparison.Ordinal);
        return (body[..end].Split('\n'), body[(end + 2)..]);
    }

    private static bool IsSigned(string note, NoteKey log)
    {
        try
        {
            Checkpoint.Open(note, [log]);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public async Task<string> CosignAsync(string text, CancellationToken cancel)
    {
        var seconds = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (message, signature) = (
            Path.Combine(_directory, "message"),
            Path.Combine(_directory, "signature")
        );
        await File.WriteAllBytesAsync(message, WitnessKey.Message(text, seconds), cancel);
        await OpenSslAsync(
            [
                "pkeyutl",
                "-sign",
                "-rawin",
                "-inkey",
                Path.Combine(_directory, "key.pem"),
                "-in",
                message,
                "-out",
                signature,
            ],
            cancel
        );
        var line = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(line, Key.Id);
        BinaryPrimitives.WriteUInt64BigEndian(line.AsSpan(4), seconds);
        byte[] all = [.. line, .. await File.ReadAllBytesAsync(signature, cancel)];
        return $"\u2014 {Key.Name} {Convert.ToBase64String(all)}\n";
    }

    private static async Task OpenSslAsync(string[] arguments, CancellationToken cancel)
    {
        var (exit, _) = await OtherProgram.Run("openssl", arguments, input: null, cancel);
        Assert.Equal(0, exit);
    }
}
