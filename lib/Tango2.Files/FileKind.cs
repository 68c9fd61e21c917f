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

    /// <summary>A pipe, a character device or an open file of this process: written into and never replaced.</summary>
    Stream,

    /// <summary>A socket, a disk or another thing that no file may be written to.</summary>
    Other,
}

/// <summary>Asks the system for the kind of a path.</summary>
internal static partial class FileKinds
{
    // linux/stat.h: struct statx has one layout on all processors, with stx_mode at byte 28.
    private const int CurrentFolder = -100, TypeOnly = 1, ModeAt = 28, StatxBytes = 256, MayWrite = 2, GetFlags = 3, AccessMode = 3, ReadOnly = 0;

    /// <summary>The kind of what is at <paramref name="path"/>.</summary>
    public static FileKind Of(string path)
    {
        if (Directory.Exists(path)) return FileKind.Folder;
        if (!OperatingSystem.IsLinux()) return File.Exists(path) ? FileKind.Regular : FileKind.Missing;
        Span<byte> found = stackalloc byte[StatxBytes];
        if (Statx(CurrentFolder, path, 0, TypeOnly, found) != 0) return FileKind.Missing;
        if (Links.Descriptor(path) is not null) return FileKind.Stream;
        return (MemoryMarshal.Read<ushort>(found[ModeAt..]) & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0x1000 or 0x2000 => FileKind.Stream, // a FIFO, a character device
            _ => FileKind.Other,                 // a block device is a disk: a file written there is the end of others
        };
    }

    /// <summary>Whether this user may write to what is at <paramref name="path"/>, without opening it.</summary>
    /// <remarks>Opening a pipe would wait for its reader.</remarks>
    public static bool IsWritable(string path)
    {
        if (!OperatingSystem.IsLinux()) return true;
        // An open file of this process can be written as it was opened, whatever it leads to.
        return Links.Descriptor(path) is { } number
            ? Control(number, GetFlags) is var flags and >= 0 && (flags & AccessMode) != ReadOnly
            : Access(path, MayWrite) == 0;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int number, int command);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> found);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
