// The version requirements of an ELF shared library: gABI "Symbol Versioning" (Elf64_Verneed and Elf64_Vernaux).
using System.Buffers.Binary;
using System.Text;

namespace Tango2.Tensors;

/// <summary>Edits the symbol version requirements of a 64-bit little-endian ELF library held in memory.</summary>
internal static class ElfVersions
{
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2;                // VER_FLG_WEAK

    /// <summary>Marks every requirement of <paramref name="version"/> weak, in place; returns how many there were.</summary>
    /// <param name="library">The file's bytes.</param>
    /// <param name="version">The version's name, for example GLIBCXX_3.4.32.</param>
    /// <exception cref="InvalidDataException">The bytes are no 64-bit little-endian ELF file.</exception>
    public static int MarkWeak(byte[] library, string version)
    {
        var elf = library.AsSpan();
        if (elf.Length < 64 || !elf[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("Expected a 64-bit little-endian ELF library, found other bytes.");
        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]);
        int size = U16(elf, 0x3a), count = U16(elf, 0x3c), marked = 0;
        for (var s = 0; s < count; s++)
        {
            var section = sections + s * size;
            if (U32(elf, section + 4) != VersionNeeds) continue;
            var strings = Offset(elf, sections + (int)U32(elf, section + 0x28) * size);
            marked += MarkSection(elf, Offset(elf, section), (int)U32(elf, section + 0x2c), strings, version);
        }
        return marked;
    }

    private static int MarkSection(Span<byte> elf, int need, int needs, int strings, string version)
    {
        var marked = 0;
        for (var n = 0; n < needs; n++)
        {
            var aux = need + (int)U32(elf, need + 8);
            for (var a = 0; a < U16(elf, need + 2); a++)
            {
                if (Name(elf, strings + (int)U32(elf, aux + 8)) == version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(elf[(aux + 4)..], (ushort)(U16(elf, aux + 4) | Weak));
                    marked++;
                }
                aux += (int)U32(elf, aux + 12);
            }
            need += (int)U32(elf, need + 12);
        }
        return marked;
    }

    private static string Name(ReadOnlySpan<byte> elf, int at) =>
        Encoding.ASCII.GetString(elf.Slice(at, elf[at..].IndexOf((byte)0)));

    private static int Offset(ReadOnlySpan<byte> elf, int section) =>
        (int)BinaryPrimitives.ReadUInt64LittleEndian(elf[(section + 0x18)..]);

    private static ushort U16(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private static uint U32(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]);
}
