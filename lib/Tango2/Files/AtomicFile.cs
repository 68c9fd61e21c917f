using System.Text;

namespace Tango2.Files;

/// <summary>Writes files so that a reader, or a killed process, never sees half of one.</summary>
/// <remarks>A link's target is written and the link stays; a pipe or a device is written to and never replaced.</remarks>
public static class AtomicFile
{
    private const int LongestName = 255; // bytes of one name, on the file systems of Linux

    /// <summary>Writes to a temporary file beside <paramref name="path"/>, then renames it; makes the folder.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="write">Writes the content; if it throws, the old file stays and the temporary one goes.</param>
    /// <exception cref="ArgumentException">The path cannot be a file; see <see cref="Check"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        Check(path);
        if (FileKinds.Of(path) == FileKind.Stream)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            using var content = new MemoryStream(); // whole or not at all here too, as far as a pipe can be
            write(content);
            content.WriteTo(stream);
            return;
        }
        var target = Target(path);
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
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes text, UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Checks that a file can be written at a path, before the work that it is to hold; writes nothing that stays.</summary>
    /// <param name="path">The file that is to be written.</param>
    /// <param name="name">How the message names the path, such as "--out".</param>
    /// <exception cref="ArgumentException">It cannot; the message says why.</exception>
    public static void Check(string path, string name = "The file to write")
    {
        if (string.IsNullOrWhiteSpace(path)) throw Wrong("is empty: name a file");
        if (path.Contains('\0')) throw Wrong("has a NUL in its name: name a file without");
        var kind = FileKinds.Of(path);
        if (kind == FileKind.Stream) return;
        if (kind == FileKind.Folder || Path.EndsInDirectorySeparator(path)) throw Wrong("is a folder: name a file");
        if (kind == FileKind.Other) throw Wrong("is no regular file: name another");
        var target = Target(path);
        CheckNames(target, Wrong);
        CheckFolder(Path.GetDirectoryName(target)!, Wrong);

        ArgumentException Wrong(string what) => new($"{name} must name a file that can be written, but {path} {what}.");
    }

    /// <summary>Checks that files can be written into a folder, which may not be there yet; writes nothing that stays.</summary>
    /// <param name="folder">The folder that is to hold files.</param>
    /// <param name="name">How the message names the folder, such as "--out".</param>
    /// <exception cref="ArgumentException">They cannot; the message says why.</exception>
    public static void CheckFolder(string folder, string name = "The folder to write to")
    {
        if (string.IsNullOrWhiteSpace(folder)) throw Wrong("is empty: name a folder");
        if (folder.Contains('\0')) throw Wrong("has a NUL in its name: name a folder without");
        var full = Path.GetFullPath(folder);
        CheckNames(full, Wrong);
        CheckFolder(full, Wrong);

        ArgumentException Wrong(string what) => new($"{name} must name a folder that can be written, but {folder} {what}.");
    }

    private static void CheckNames(string path, Func<string, ArgumentException> wrong)
    {
        var longest = path.Split(Path.DirectorySeparatorChar).Max(Encoding.UTF8.GetByteCount);
        if (longest > LongestName)
            throw wrong($"has a name of {longest} bytes; at most {LongestName} are possible: choose a shorter one");
    }

    private static void CheckFolder(string folder, Func<string, ArgumentException> wrong)
    {
        var there = folder;
        while (FileKinds.Of(there) == FileKind.Missing && Path.GetDirectoryName(there) is { } above) there = above;
        if (FileKinds.Of(there) != FileKind.Folder) throw wrong($"lies under {there}, which is a file and no folder");
        try
        {
            var trial = Path.Combine(there, $".{Path.GetRandomFileName()}.tmp");
            using (new FileStream(trial, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            })) { }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw wrong($"cannot be written: {error.Message}");
        }
    }

    /// <summary>The full path of the file that is written: where links lead, also if nothing is there yet.</summary>
    private static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is null) return full;
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException error) // links that lead to each other
        {
            throw new ArgumentException($"{path} is a link that leads nowhere: {error.Message}", error);
        }
    }
}
