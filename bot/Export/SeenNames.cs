using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// Names of files that were seen, some 40 bytes each however long they are: a large bundle has a receipt and a proof for
/// each request. Keeps 128 bits of a hash with a key of its own, so that nobody can write two names that are taken for one.
/// </summary>
internal sealed class SeenNames
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly HashSet<UInt128> _hashes = [];

    /// <summary>False when it was there before.</summary>
    public bool Add(string name) => _hashes.Add(Hash(name));

    public bool Contains(string name) => _hashes.Contains(Hash(name));

    private UInt128 Hash(string name)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
