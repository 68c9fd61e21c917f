using System.Text.RegularExpressions;

namespace Tango2.Files;

/// <summary>Links that were written as files, each with its target as a text.</summary>
/// <remarks>
/// The hub's cache is full of links, ../../blobs/HASH. Programs that copy it to where links are not possible, or store it as
/// git does, leave small files with these words in their place; the words still say where the content lies.
/// </remarks>
internal static partial class WrittenLinks
{
    private const int Longest = 512; // bytes

    /// <summary>The file with the content: the one that such a file names, or the path itself.</summary>
    public static string Follow(string path)
    {
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null, Length: > 0 and <= Longest }) return path;
        var text = File.ReadAllText(path);
        if (!Blob().IsMatch(text)) return path;
        var target = Path.GetFullPath(text.TrimEnd('\n'), Path.GetDirectoryName(Path.GetFullPath(path))!);
        return File.Exists(target) ? target : path;
    }

    // Nothing but a blob of a cache, so that no file of words leads elsewhere.
    [GeneratedRegex(@"\A(\.\./){2,16}blobs/([0-9a-f]{40}|[0-9a-f]{64})\n?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Blob();
}
