using Tango2.Files;

namespace Tango2.Hub;

/// <summary>The files of one published model: a repository at one revision in the hub's cache, or a plain folder.</summary>
/// <param name="Folder">Where the files lie.</param>
/// <param name="Repository">Such as declare-lab/tango2; null for a plain folder.</param>
/// <param name="Revision">The commit, 40 hexadecimal digits; null for a plain folder.</param>
public sealed record Snapshot(string Folder, string? Repository = null, string? Revision = null)
{
    /// <summary>What messages call it.</summary>
    public string Name => Repository ?? Folder;

    /// <summary>Whether it has a file.</summary>
    /// <param name="file">Its name, with / between folders.</param>
    /// <exception cref="InvalidDataException">The name leads out of the folder.</exception>
    public bool Has(string file) => IsFile(At(file));

    /// <summary>The full path of a file that must be there.</summary>
    /// <param name="file">Its name, with / between folders.</param>
    /// <exception cref="FileNotFoundException">It is not; the message tells what to do.</exception>
    /// <exception cref="InvalidDataException">The name leads out of the folder.</exception>
    public string PathOf(string file)
    {
        var path = At(file);
        if (IsFile(path)) return path;
        var found = new FileInfo(path).LinkTarget is { } target ? $"is a link to {target}, where nothing is" : "does not exist";
        throw new FileNotFoundException($"{path} {found}: {Name} is incomplete. " + (Repository is null
            ? "Copy the whole repository into the folder."
            : $"Fetch it with `tango2 fetch {Repository}`."), path);
    }

    // File.Exists takes a link to nothing for a file.
    private static bool IsFile(string path) => FileKinds.Of(path) == FileKind.Regular;

    private string At(string file) => Path.Combine(Folder, HubNames.File(file, Name));
}
