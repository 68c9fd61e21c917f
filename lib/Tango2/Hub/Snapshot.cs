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
    public bool Has(string file) => File.Exists(Path.Combine(Folder, file));

    /// <summary>The full path of a file that must be there.</summary>
    /// <param name="file">Its name, with / between folders.</param>
    /// <exception cref="FileNotFoundException">It is not; the message tells what to do.</exception>
    public string PathOf(string file) => Has(file) ? Path.Combine(Folder, file) : throw new FileNotFoundException(
        $"{Path.Combine(Folder, file)} does not exist: {Name} is incomplete. " + (Repository is null
            ? "Copy the whole repository into the folder."
            : $"Fetch it with `tango2 fetch {Repository}`."), Path.Combine(Folder, file));
}
