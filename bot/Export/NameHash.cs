using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// 128 bits in the place of a name, however long it is: a large bundle has hundreds of thousands. Made with a key of its own,
/// so that nobody can write two names that are taken for one.
/// </summary>
internal sealed class NameHash
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public UInt128 Of(string name)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
