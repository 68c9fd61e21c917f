using System.Text;

namespace Tango2.Tests.Checkpoints;

/// <summary>Zip files whose every field a test can choose.</summary>
internal static class HandmadeZip
{
    /// <summary>Writes stored entries; one with a size ends with its bytes and begins with zeros that take no place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wide">Whether sizes and places are written with 64 bits, as torch does for large files.</param>
    /// <param name="entries">Names and contents.</param>
    public static void Write(string path, bool wide, params (string Name, byte[] Content, long? Size)[] entries)
    {
        using var stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        var headers = new List<long>();
        foreach (var (name, content, size) in entries)
        {
            headers.Add(stream.Position);
            writer.Write(0x04034b50);
            writer.Write(new byte[14]);
            writer.Write(new byte[8]); // sizes are read from the directory
            writer.Write((ushort)name.Length);
            writer.Write((ushort)5);
            writer.Write(Encoding.ASCII.GetBytes(name));
            writer.Write("FB\u0001\0Z"u8); // as torch aligns
            stream.Position += (size ?? content.Length) - content.Length;
            writer.Write(content);
        }
        var directory = stream.Position;
        foreach (var ((name, content, size), header) in entries.Zip(headers))
            Entry(writer, wide, name, size ?? content.Length, size ?? content.Length, header, method: 0);
        End(writer, wide, entries.Length, directory);
    }

    public static void Entry(BinaryWriter writer, bool wide, string name, long stored, long size, long header, ushort method)
    {
        writer.Write(0x02014b50);
        writer.Write(new byte[6]);
        writer.Write(method);
        writer.Write(new byte[8]);
        writer.Write(wide ? uint.MaxValue : (uint)stored);
        writer.Write(wide ? uint.MaxValue : (uint)size);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)(wide ? 28 : 0));
        writer.Write(new byte[10]);
        writer.Write(wide ? uint.MaxValue : (uint)header);
        writer.Write(Encoding.ASCII.GetBytes(name));
        if (!wide) return;
        writer.Write((ushort)1);
        writer.Write((ushort)24);
        writer.Write(size);
        writer.Write(stored);
        writer.Write(header);
    }

    public static void End(BinaryWriter writer, bool wide, int entries, long directory)
    {
        var size = writer.BaseStream.Position - directory;
        if (wide)
        {
            var end = writer.BaseStream.Position;
            writer.Write(0x06064b50);
            writer.Write(44L);
            writer.Write(new byte[12]);
            writer.Write((long)entries);
            writer.Write((long)entries);
            writer.Write(size);
            writer.Write(directory);
            writer.Write(0x07064b50);
            writer.Write(0);
            writer.Write(end);
            writer.Write(1);
        }
        writer.Write(0x06054b50);
        writer.Write(0);
        writer.Write((ushort)entries);
        writer.Write((ushort)entries);
        writer.Write(wide ? uint.MaxValue : (uint)size);
        writer.Write(wide ? uint.MaxValue : (uint)directory);
        writer.Write((ushort)0);
    }
}
