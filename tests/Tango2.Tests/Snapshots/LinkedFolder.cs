using Tango2.Files;

namespace Tango2.Tests.Snapshots;

/// <summary>A folder of links to another's files, in which files can be left out or replaced; it goes at the end.</summary>
internal sealed class LinkedFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    /// <param name="source">The folder with the files.</param>
    /// <param name="without">Which files are left out, by name; null leaves out none.</param>
    /// <param name="name">A name for the folder below a temporary one; null takes the latter.</param>
    public LinkedFolder(string source, Func<string, bool>? without = null, string? name = null)
    {
        Path = name is null ? _folder.FullName : _folder.CreateSubdirectory(name).FullName;
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = System.IO.Path.GetRelativePath(source, file);
            if (without?.Invoke(System.IO.Path.GetFileName(file)) == true) continue;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(relative))!);
            var target = WrittenLinks.Follow(file);
            File.CreateSymbolicLink(At(relative), new FileInfo(target).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? target);
        }
    }

    public string Path { get; }

    /// <summary>The folder above, which goes with this one.</summary>
    public string Above => _folder.FullName;

    public string At(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>Puts other bytes in the place of a file.</summary>
    public void Replace(string file, byte[] bytes)
    {
        File.Delete(At(file));
        File.WriteAllBytes(At(file), bytes);
    }

    /// <summary>Puts another text in the place of a file.</summary>
    public void Replace(string file, Func<string, string> text)
    {
        var now = File.ReadAllText(At(file));
        File.Delete(At(file));
        File.WriteAllText(At(file), text(now));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
