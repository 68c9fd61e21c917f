using System.Runtime.InteropServices;

namespace Tango2.Files;

/// <summary>What a path leads to, links followed.</summary>
internal enum FileKind
{
    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>An ordinary file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe or a device, which is written to and never replaced.</summary>
    Stream,

    /// <summary>A socket or another thing that cannot be opened as a file.</summary>
    Other,
}

/// <summary>Asks the system for the kind of a path.</summary>
internal static partial class FileKinds
{
    // linux/stat.h: struct statx has one layout on all processors, with stx_mode at byte 28.
    private const int CurrentFolder = -100, TypeOnly = 1, ModeAt = 28, StatxBytes = 256;

    /// <summary>The kind of what is at <paramref name="path"/>.</summary>
    public static FileKind Of(string path)
    {
        if (Directory.Exists(path)) return FileKind.Folder;
        if (!OperatingSystem.IsLinux()) return File.Exists(path) ? FileKind.Regular : FileKind.Missing;
        Span<byte> found = stackalloc byte[StatxBytes];
        if (Statx(CurrentFolder, path, 0, TypeOnly, found) != 0) return FileKind.Missing;
        return (MemoryMarshal.Read<ushort>(found[ModeAt..]) & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0x1000 or 0x2000 or 0x6000 => FileKind.Stream, // a FIFO, a character device, a block device
            _ => FileKind.Other,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> found);
}
