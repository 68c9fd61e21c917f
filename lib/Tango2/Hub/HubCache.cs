namespace Tango2.Hub;

/// <summary>The hub's cache on this disk, in the layout of huggingface_hub: models--owner--name/{blobs,refs,snapshots}.</summary>
/// <param name="Folder">The folder that holds the models--… folders.</param>
public sealed record HubCache(string Folder)
{
    /// <summary>The cache that the environment names: HF_HUB_CACHE, hub in HF_HOME, or ~/.cache/huggingface/hub.</summary>
    public static HubCache FromEnvironment() => new(
        Variable("HF_HUB_CACHE") ?? (Variable("HF_HOME") is { } home ? Path.Combine(home, "hub") : Path.Combine(
            Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "huggingface", "hub")));

    /// <summary>A repository's files as they are in the cache; null if none are.</summary>
    /// <param name="repository">Such as declare-lab/tango2.</param>
    /// <param name="revision">A branch, a tag or a commit.</param>
    public Snapshot? Find(string repository, string revision = "main")
    {
        var folder = FolderOf(repository);
        var reference = Path.Combine(folder, "refs", revision);
        var commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : revision;
        var files = Path.Combine(folder, "snapshots", commit);
        return Directory.Exists(files) ? new(files, repository, commit) : null;
    }

    /// <summary>Where the cache keeps a repository.</summary>
    internal string FolderOf(string repository) => Path.Combine(Folder, "models--" + repository.Replace("/", "--", StringComparison.Ordinal));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
