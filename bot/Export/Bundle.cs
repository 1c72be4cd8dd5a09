using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// The auditors' bundle (contract section 6): everything that proves the ledger, what is kept beside it, and views
/// of it for people and machines. Read once from front to back for each file, never as a whole.
/// </summary>
/// <param name="span">Which part, as of which checkpoint.</param>
/// <param name="receipts">Makes and signs.</param>
/// <param name="keys">All public keys, present and past.</param>
/// <exception cref="IOException">A key was replaced since the checkpoint: export it again.</exception>
public sealed class Bundle(LedgerSpan span, Receipts receipts, PublicKeys keys)
{
    private readonly ExportKeys _keys = ExportKeys.At(span, receipts, keys);

    /// <summary>The <c>typ</c> of <c>MANIFEST.jws</c>.</summary>
    public const string SealTyp = "approval-export+jwt";

    public async Task WriteAsync(Stream output, DateTimeOffset now, CancellationToken cancel)
    {
        await using var files = new BundleWriter(output, now);
        var line =
            Ed25519Key.IsSupported && _keys.Lines is [.., var vkey] ? VkeyText.Kid(vkey) : null;
        var page = VerifyPage.Text(span, VkeyText.Kid(_keys.Vkeys[^1]), line);
        await files.AddAsync("VERIFY.md", page, cancel);
        await files.AddAsync("checkpoint", span.Head.Checkpoint, cancel);
        await AddKeysAsync(files, cancel);
        await AddTilesAsync(files, cancel);
        await files.AddAsync("events.jsonl", EventLines.Exact(span), cancel);
        await files.AddAsync("events.csv", EventLines.Csv(span), cancel);
        await files.AddAsync("events.ocsf.jsonl", OcsfLines.Write(span), cancel);
        await AddContentAsync(files, cancel);
        await AddReceiptsAsync(files, cancel);
        await AddAnchorsAsync(files, cancel);
        await files.AddAsync("transcript.html", Transcript.Write(span), cancel);
        await files.AddAsync("report.html", ReportPage.Write(span), cancel);
        await files.FinishAsync(hash => SealOf(hash, now), cancel);
    }

    /// <summary>How many entries <see cref="WriteAsync"/> reads: the whole ledger for its tiles, and the part for each other file.</summary>
    internal static long EntriesRead(LedgerSpan span) =>
        span.Head.Size + (span.From > 0 ? 8 : 7) * (span.To - span.From);

    /// <summary>Where the content of an entry is: a file for each 256 entries, named like their tile.</summary>
    public static string ContentPath(long seq) =>
        "content/"
        + new TilePath(null, seq / MerkleTree.TileWidth, MerkleTree.TileWidth).ToString()[
            "tile/entries/".Length..
        ]
        + ".jsonl";

    private async Task AddKeysAsync(BundleWriter files, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(buffer))
        {
            _keys.Tokens.WriteTo(json);
        }

        await files.AddAsync("keys/jwks.json", buffer.WrittenSpan.ToArray(), cancel);
        foreach (var vkey in _keys.Vkeys.Concat(_keys.Lines))
        {
            await files.AddAsync($"keys/{VkeyText.Kid(vkey)}.vkey", vkey + "\n", cancel);
        }
    }

    private async Task AddTilesAsync(BundleWriter files, CancellationToken cancel)
    {
        foreach (var tile in Tiles.Bundles(span.Head.Size))
        {
            var entries = span.Entries(tile.First, tile.First + tile.Width);
            var bundle = Tiles.Bundle([.. entries.Select(e => (ReadOnlyMemory<byte>)e.Bytes)]);
            await files.AddAsync(tile.ToString(), [bundle], cancel);
        }

        foreach (var tile in Tiles.Hashes(span.Head.Size))
        {
            await files.AddAsync(tile.ToString(), Tiles.Build(tile, span.Store.Hashes), cancel);
        }
    }

    private async Task AddContentAsync(BundleWriter files, CancellationToken cancel)
    {
        using var entries = span.WithContent().GetEnumerator();
        var more = entries.MoveNext();
        while (more)
        {
            await files.AddAsync(ContentPath(entries.Current.Seq), Lines(), cancel);
        }

        IEnumerable<ReadOnlyMemory<byte>> Lines()
        {
            var path = ContentPath(entries.Current.Seq);
            do
            {
                yield return ContentLine(entries.Current.Seq, entries.Current.Content!);
                more = entries.MoveNext();
            } while (
                more && path.Equals(ContentPath(entries.Current.Seq), StringComparison.Ordinal)
            );
        }
    }

    /// <summary>The body is JSON kept as text, so that its digest can be made from it.</summary>
    internal static byte[] ContentLine(long seq, StoredContent content)
    {
        var buffer = new ArrayBufferWriter<byte>(content.Body.Length + 128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", seq);
            json.WriteString("salt", Base64Url.EncodeToString(content.Salt));
            json.WriteString("body", content.Body);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private async Task AddReceiptsAsync(BundleWriter files, CancellationToken cancel)
    {
        var paths = new InclusionPaths(span.Head.Size, new TileRoots(span.Store.Hashes).Of);
        foreach (var (end, request) in span.Ended())
        {
            var proof = new TlogProof(end.Seq, paths.Of(end.Seq), span.Head.Checkpoint);
            var receipt = receipts.Of(
                request,
                MerkleTree.LeafHash(end.Bytes),
                proof,
                _keys.Signing
            );
            await files.AddAsync($"receipts/{end.Txn}.jws", receipt.Jws, cancel);
            await files.AddAsync($"proofs/{end.Txn}.tlog-proof", receipt.Proof, cancel);
        }
    }

    private async Task AddAnchorsAsync(BundleWriter files, CancellationToken cancel)
    {
        var answered = span.Store.Anchors(span.Head.Size, AnchorFiles.OfEachMax);
        foreach (var (name, bytes) in answered.SelectMany(AnchorFiles.Of))
        {
            await files.AddAsync(name, bytes, cancel);
        }
    }

    private string SealOf(byte[] manifestHash, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", receipts.Issuer);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteString("log", span.Origin);
            json.WriteNumber("size", span.Head.Size);
            json.WriteNumber("from", span.From);
            json.WriteNumber("to", span.To);
            json.WriteString("manifest_sha256", Base64Url.EncodeToString(manifestHash));
            json.WriteEndObject();
        }

        return _keys.Signing.Sign(SealTyp, buffer.WrittenSpan);
    }
}
