using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// 128 bits in the place of a name, however long it is: a large bundle has hundreds of thousands. SHA-256 behind 32 bytes that
/// nobody else knows, so that nobody can write two names that are taken for one.
/// </summary>
internal sealed class NameHash
{
    private const int KeyBytes = 32;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(KeyBytes);

    public UInt128 Of(string name)
    {
        var input = ArrayPool<byte>.Shared.Rent(
            KeyBytes + Encoding.UTF8.GetMaxByteCount(name.Length)
        );
        _key.CopyTo(input, 0);
        var length = KeyBytes + Encoding.UTF8.GetBytes(name, input.AsSpan(KeyBytes));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input.AsSpan(..length), hash);
        ArrayPool<byte>.Shared.Return(input);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
