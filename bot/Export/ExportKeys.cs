using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// The keys of a bundle, as they were at its checkpoint: taken at once, so that one that is replaced while it is written
/// changes nothing in it.
/// </summary>
/// <param name="Signing">Signs receipts and the manifest: the receipt key in use at the checkpoint.</param>
/// <param name="Tokens">The public halves of all that signed tokens until then.</param>
/// <param name="Vkeys">Those of checkpoints, the one in use last.</param>
/// <param name="Lines">Those of their second line, the one in use last; there may be none.</param>
internal sealed record ExportKeys(
    SigningKey Signing,
    JwkSet Tokens,
    IReadOnlyList<string> Vkeys,
    IReadOnlyList<string> Lines
)
{
    /// <exception cref="IOException">The receipt key was replaced since the checkpoint, or is just being replaced.</exception>
    public static ExportKeys At(LedgerSpan span, Receipts receipts, PublicKeys keys)
    {
        var signing = receipts.Key;
        var (tokens, vkeys, lines) = (keys.Tokens, keys.Vkeys, keys.Lines);
        var named = span.Store.Keys();
        var inUse = named.LastOrDefault(e => e.Seq < span.Head.Size && IsReceipt(e));
        if (inUse is not null && !inUse.Txn.Equals(signing.Kid, StringComparison.Ordinal))
        {
            throw new IOException("the receipt key was replaced meanwhile: export it again");
        }

        var later = named
            .Where(e => e.Seq >= span.Head.Size)
            .Select(e => e.Txn)
            .Except(
                named.Where(e => e.Seq < span.Head.Size).Select(e => e.Txn),
                StringComparer.Ordinal
            )
            .ToHashSet(StringComparer.Ordinal);
        return new ExportKeys(
            signing,
            new JwkSet([.. tokens.Keys.Where(k => !later.Contains(k.Thumbprint))]),
            [.. vkeys.Where(v => !later.Contains(VkeyText.Kid(v)))],
            [.. lines.Where(v => !later.Contains(VkeyText.Kid(v)))]
        );
    }

    private static bool IsReceipt(StoredEntry entry) =>
        JsonElement.Parse(entry.Bytes).GetProperty("purpose").ValueEquals(KeyRing.Receipt);
}
