using System.Security.Cryptography;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals;

/// <summary>
/// The key that signs checkpoints, with its RFC 7638 thumbprint: a file readable by its owner alone. Its
/// public half stands beside it for everybody, as <c>&lt;kid&gt;.vkey</c>: a C2SP verifier key whose name is
/// the ledger's origin.
/// </summary>
public sealed record LedgerKey(ECDsa Key, string Kid, string Vkey)
{
    private const string FileName = "ledger.pem";

    private const UnixFileMode ForAll =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.OtherRead;

    /// <param name="dataDirectory">Where the ledger is.</param>
    /// <param name="origin">The ledger's origin line: the name in the verifier key.</param>
    /// <param name="isFirst">There is no ledger yet: then a key is made, else it must be there.</param>
    /// <exception cref="KeyFileException">The file is missing, readable by others, not ours or no P-256 key.</exception>
    public static LedgerKey Open(string dataDirectory, string origin, bool isFirst)
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
        var kid = Jwk.FromEcdsa(key).Thumbprint;
        var vkey = NoteKey.FromEcdsa(origin, key).ToString();
        Publish(Path.Combine(directory, $"{kid}.vkey"), vkey + "\n");
        return new LedgerKey(key, kid, vkey);
    }

    /// <summary>Written anew when it is not what it should be; whoever reads it sees the whole line.</summary>
    private static void Publish(string path, string line)
    {
        if (
            File.Exists(path)
            && string.Equals(File.ReadAllText(path), line, StringComparison.Ordinal)
        )
        {
            return;
        }

        var temporary = path + ".tmp";
        File.WriteAllText(temporary, line);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, ForAll);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
