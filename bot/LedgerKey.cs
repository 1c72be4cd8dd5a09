using System.Security.Cryptography;
using ChatApprovals.Jose;

namespace ChatApprovals;

/// <summary>The key that signs checkpoints, with its RFC 7638 thumbprint. A file readable by its owner alone.</summary>
public sealed record LedgerKey(ECDsa Key, string Kid)
{
    private const string FileName = "ledger.pem";

    /// <param name="dataDirectory">Where the ledger is.</param>
    /// <param name="isFirst">There is no ledger yet: then a key is made, else it must be there.</param>
    /// <exception cref="KeyFileException">The file is missing, readable by others, not ours or no P-256 key.</exception>
    public static LedgerKey Open(string dataDirectory, bool isFirst)
    {
        var directory = Path.Combine(dataDirectory, "keys");
        System.IO.Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        if (!isFirst && !File.Exists(path))
        {
            throw new KeyFileException(
                $"{path} is missing: put it back from your backup; another key cannot continue this ledger"
            );
        }

        var key = KeyFile.LoadOrCreate(path);
        return new LedgerKey(key, Jwk.FromEcdsa(key).Thumbprint);
    }
}
