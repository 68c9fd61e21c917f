using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tango2.Files;

/// <summary>Where symbolic links lead, followed one by one, also if nothing is at their end.</summary>
internal static partial class Links
{
    private const int Most = 40, LongestPath = 4096; // of Linux: MAXSYMLINKS and PATH_MAX

    /// <summary>The full path at the end of the links that begin at <paramref name="path"/>; its own if it is no link.</summary>
    /// <exception cref="ArgumentException">The links lead to each other.</exception>
    public static string Target(string path) => Hops(path).Last();

    /// <summary>The full path of a folder without any link on its way; the folder may not be there yet.</summary>
    public static string RealFolder(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Target(path));
        return Directory.Exists(full) || Path.GetDirectoryName(full) is not { } above
            ? Real(full)
            : Path.Combine(RealFolder(above), Path.GetFileName(full));
    }

    /// <summary>The number of an open file of this process that a path such as /dev/stdout leads to; null for all others.</summary>
    /// <remarks>It has to be written through the open file: opened anew, it would be written over from its start.</remarks>
    public static int? Descriptor(string path) => Hops(path).Select(Number).FirstOrDefault(number => number is not null);

    private static int? Number(string path)
    {
        var folder = Path.GetDirectoryName(path);
        var open = folder is "/dev/fd" or "/proc/self/fd" || folder == $"/proc/{Environment.ProcessId}/fd";
        return open && int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    private static IEnumerable<string> Hops(string path)
    {
        var at = Path.GetFullPath(path);
        for (var hops = 0; hops <= Most; hops++)
        {
            yield return at;
            if (new FileInfo(at).LinkTarget is not { } target) yield break;
            // Seen from the folder where the link really lies: that folder may be a link itself.
            at = Path.GetFullPath(target, Real(Path.GetDirectoryName(at)!));
        }
        throw new ArgumentException($"{path} is a link that leads back to itself: name another file.");
    }

    private static string Real(string folder)
    {
        if (!OperatingSystem.IsLinux()) return folder;
        var real = new byte[LongestPath];
        return RealPath(folder, real) == 0 ? folder : Encoding.UTF8.GetString(real.AsSpan(0, Array.IndexOf(real, (byte)0)));
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, Span<byte> resolved);
}
