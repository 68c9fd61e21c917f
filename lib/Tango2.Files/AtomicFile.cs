using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tango2.Files;

/// <summary>Writes files so that a reader, or a killed process, never sees half of one.</summary>
/// <remarks>A link's target is written and the link stays; a pipe or a device is written into and never replaced.</remarks>
internal static class AtomicFile
{
    private const int LongestName = 255, LongestPath = 4095; // bytes, on Linux

    /// <summary>Writes to a temporary file beside <paramref name="path"/>, then renames it; makes the folder.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="write">Writes the content; if it throws, the old file stays and the temporary one goes.</param>
    /// <exception cref="ArgumentException">The path cannot be a file; see <see cref="Check"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        Check(path);
        if (IsStream(path)) WriteInto(path, write);
        else Replace(Links.Target(path), write);
    }

    /// <summary>Writes text, UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a path leads to a pipe, a device or an open file of this process, such as /dev/stdout.</summary>
    public static bool IsStream(string path) => FileKinds.Of(path) == FileKind.Stream;

    /// <summary>Checks that a file can be written at a path, before the work that it is to hold; writes nothing that stays.</summary>
    /// <param name="path">The file that is to be written.</param>
    /// <param name="name">How the message names the path, such as "--out".</param>
    /// <exception cref="ArgumentException">It cannot; the message says why.</exception>
    public static void Check(string path, string name = "The file to write")
    {
        if (string.IsNullOrWhiteSpace(path)) throw new ArgumentException($"{name} must name a file, but is empty.");
        if (path.Contains('\0')) throw Wrong("has a NUL in its name: name a file without");
        switch (FileKinds.Of(path))
        {
            case FileKind.Stream when FileKinds.IsWritable(path): return;
            case FileKind.Stream: throw Wrong("may not be written, by this user or as it was opened");
            case FileKind.Folder: throw Wrong("is a folder: name a file");
            case FileKind.Other: throw Wrong("is a socket, a disk or the like: name another");
        }
        if (Path.EndsInDirectorySeparator(path)) throw Wrong("is a folder: name a file");
        var target = Links.Target(path);
        CheckNames(target, Wrong);
        CheckWritable(Path.GetDirectoryName(target)!, Wrong);

        ArgumentException Wrong(string what) => new($"{name} must name a file that can be written, but {path} {what}.");
    }

    /// <summary>Checks that files can be written into a folder, which may not be there yet; writes nothing that stays.</summary>
    /// <param name="folder">The folder that is to hold files.</param>
    /// <param name="name">How the message names the folder, such as "--out".</param>
    /// <exception cref="ArgumentException">They cannot; the message says why.</exception>
    public static void CheckFolder(string folder, string name = "The folder to write to")
    {
        if (string.IsNullOrWhiteSpace(folder)) throw new ArgumentException($"{name} must name a folder, but is empty.");
        if (folder.Contains('\0')) throw Wrong("has a NUL in its name: name a folder without");
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (FileKinds.Of(full) is not (FileKind.Missing or FileKind.Folder)) throw Wrong("is no folder: name one");
        CheckNames(full, Wrong);
        CheckWritable(full, Wrong);

        ArgumentException Wrong(string what) => new($"{name} must name a folder that can be written, but {folder} {what}.");
    }

    private static void WriteInto(string path, Action<Stream> write)
    {
        using var content = new MemoryStream(); // made before the other end sees any of it: whole, as far as a pipe can be
        write(content);
        using var stream = Links.Descriptor(path) is { } number
            ? new FileStream(new SafeFileHandle(number, ownsHandle: false), FileAccess.Write, bufferSize: 0)
            : new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        content.WriteTo(stream);
    }

    private static void Replace(string target, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                write(stream);
            if (File.Exists(target) && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            File.Move(temporary, target, overwrite: true);
        }
        catch (IOException error) when (error.Message.Contains(temporary, StringComparison.Ordinal))
        {
            throw new IOException(error.Message.Replace(temporary, target, StringComparison.Ordinal), error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void CheckNames(string path, Func<string, ArgumentException> wrong)
    {
        var longest = path.Split(Path.DirectorySeparatorChar).Max(Encoding.UTF8.GetByteCount);
        if (longest > LongestName)
            throw wrong($"has a name of {longest} bytes; at most {LongestName} are possible: choose a shorter one");
        if (Encoding.UTF8.GetByteCount(path) is var all and > LongestPath)
            throw wrong($"is a path of {all} bytes; at most {LongestPath} are possible: choose a shorter one");
    }

    private static void CheckWritable(string folder, Func<string, ArgumentException> wrong)
    {
        var there = folder;
        while (FileKinds.Of(there) == FileKind.Missing && Path.GetDirectoryName(there) is { } above)
        {
            if (new FileInfo(there).LinkTarget is { } to) throw wrong($"needs {there}, a link to {to}, where nothing is");
            there = above;
        }
        if (FileKinds.Of(there) != FileKind.Folder) throw wrong($"lies under {there}, which is a file and no folder");
        var trial = Path.Combine(there, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using var stream = new FileStream(trial, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var why = error.Message.Replace(trial, "it", StringComparison.Ordinal).TrimEnd('.');
            throw wrong($"lies in {there}, where no file can be made: {why}");
        }
    }
}
