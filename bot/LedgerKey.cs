using System.Security.Cryptography;
using ChatApprovals.Jose;

namespace ChatApprovals;

/// <summary>The key that signs checkpoints, with its RFC 7638 thumbprint. A file readable by its owner alone.</summary>
public sealed record LedgerKey(ECDsa Key, string Kid)
{
    private const string FileName = "ledger.pem";

    /// <exception cref="KeyFileException">The file is readable by others, not ours or no P-256 key.</exception>
    public static LedgerKey Open(string dataDirectory)
    {
        var directory = Path.Combine(dataDirectory, "keys");
        System.IO.Directory.CreateDirectory(directory);
        var key = KeyFile.LoadOrCreate(Path.Combine(directory, FileName));
        return new LedgerKey(key, Jwk.FromEcdsa(key).Thumbprint);
    }
}
