using System.Buffers.Binary;

namespace ChatApprovals.Export;

/// <summary>The checksum that zips have of each file (ISO 3309; APPNOTE 4.4.7), made of eight bytes at a time.</summary>
public sealed class Crc32
{
    private const uint Polynomial = 0xEDB8_8320;
    private const int Bytes = 256;

    // Table k, from Bytes * k on: the checksum of a byte with k zero bytes behind it.
    private static readonly uint[] s_tables = Tables();

    private uint _state = uint.MaxValue;

    public uint Value => ~_state;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Append(bytes);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = _state;
        var t = s_tables.AsSpan();
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            var next = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc =
                t[(7 * Bytes) + At(next)]
                ^ t[(6 * Bytes) + At(next >> 8)]
                ^ t[(5 * Bytes) + At(next >> 16)]
                ^ t[(4 * Bytes) + At(next >> 24)]
                ^ t[(3 * Bytes) + At(next >> 32)]
                ^ t[(2 * Bytes) + At(next >> 40)]
                ^ t[Bytes + At(next >> 48)]
                ^ t[At(next >> 56)];
        }

        foreach (var octet in bytes)
        {
            crc = t[At(crc ^ octet)] ^ (crc >> 8);
        }

        _state = crc;
    }

    private static int At(ulong bits) => (int)(bits & 0xFF);

    private static uint[] Tables()
    {
        var tables = new uint[sizeof(ulong) * Bytes];
        for (var n = 0u; n < Bytes; n++)
        {
            var crc = n;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }

            tables[n] = crc;
        }

        for (var n = Bytes; n < tables.Length; n++)
        {
            var before = tables[n - Bytes];
            tables[n] = tables[At(before)] ^ (before >> 8);
        }

        return tables;
    }
}
