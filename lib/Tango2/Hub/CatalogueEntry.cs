using Tango2.Files;

namespace Tango2.Hub;

/// <summary>Something published that the paper's method uses.</summary>
/// <param name="Name">What a user calls it.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Licence">Under which it is published, as far as known.</param>
internal sealed record CatalogueEntry(string Name, string Purpose, string Licence)
{
    /// <summary>The repository on the hub that has it; null if none does.</summary>
    public string? Repository { get; init; }

    /// <summary>Its files, in the words of <see cref="FileChoice.Listed"/>.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Files of another repository that it cannot be used without.</summary>
    public CataloguePart? Also { get; init; }

    /// <summary>Files that are on no hub.</summary>
    public IReadOnlyList<PlainFile> Plain { get; init; } = [];

    /// <summary>Whether only non-commercial use is allowed.</summary>
    public bool NonCommercial { get; init; }

    /// <summary>Bytes, about, where a source tells; null if none does.</summary>
    public long? Size { get; init; }

    /// <summary>Where a person can read about it.</summary>
    public string Page => Repository is null ? PlainPage! : $"https://huggingface.co/{Repository}";

    /// <summary>The page of what is on no hub.</summary>
    public string? PlainPage { get; init; }

    /// <summary>The name of each file, in the words of <see cref="FileChoice.Listed"/>.</summary>
    public IReadOnlyList<string> Names => Repository is null ? [.. Plain.Select(f => f.Name)] : Files;

    /// <summary>Its files on this disk, all or some; null if none.</summary>
    public Snapshot? In(HubCache cache, string revision = "main")
    {
        if (Repository is not null) return cache.Find(Repository, revision);
        var folders = new[] { cache.PlainFolderOf(Name), TorchHub };
        return folders.OrderByDescending(folder => Plain.Count(f => File.Exists(Path.Combine(folder, f.Name))))
            .FirstOrDefault(folder => Plain.Any(f => File.Exists(Path.Combine(folder, f.Name)))) is { } found ? new(found) : null;
    }

    /// <summary>How many of its files are on this disk, how many there are, and their bytes.</summary>
    public (int Here, int All, long Bytes) StateIn(HubCache cache)
    {
        var main = State(In(cache) ?? Unfinished(cache, Repository), Names);
        if (Also is not { } also) return main;
        var (here, all, bytes) = State(cache.Find(also.Repository) ?? Unfinished(cache, also.Repository), also.Files);
        if (main.Here == 0) (here, bytes) = (0, 0); // the other repository is here for something else
        return (main.Here + here, main.All + all, main.Bytes + bytes);
    }

    private static (int Here, int All, long Bytes) State(Snapshot? snapshot, IReadOnlyList<string> names)
    {
        var wanted = names.Where(n => !FileChoice.IsOptional(n)).ToArray();
        if (snapshot is null) return (0, wanted.Length, 0);
        var here = wanted.Select(n => FileChoice.First(n, snapshot.Has)).OfType<string>().ToArray();
        return (here.Length, wanted.Length, here.Sum(n => Length(snapshot.PathOf(n))));
    }

    // A fetch that was stopped has files in a commit that no branch names yet.
    private static Snapshot? Unfinished(HubCache cache, string? repository)
    {
        if (repository is null) return null;
        var folder = new DirectoryInfo(Path.Combine(cache.FolderOf(repository), "snapshots"));
        return folder.Exists && folder.EnumerateDirectories().MaxBy(d => d.LastWriteTimeUtc) is { } latest
            ? new(latest.FullName, repository, latest.Name) : null;
    }

    private static long Length(string path)
    {
        var content = WrittenLinks.Follow(path);
        return File.ResolveLinkTarget(content, returnFinalTarget: true) is FileInfo target
            ? target.Length : new FileInfo(content).Length;
    }

    // Where torch.hub, and with it the reference, keeps what it downloads.
    private static string TorchHub => Path.Combine(
        Environment.GetEnvironmentVariable("TORCH_HOME") is { Length: > 0 } home ? home
            : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches ? caches
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "torch"),
        "hub", "checkpoints");
}

/// <summary>Files of another repository.</summary>
/// <param name="Repository">Its name.</param>
/// <param name="Files">In the words of <see cref="FileChoice.Listed"/>.</param>
/// <param name="Purpose">What for.</param>
internal sealed record CataloguePart(string Repository, IReadOnlyList<string> Files, string Purpose);

/// <summary>A file that is on no hub.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Address">Where it is; null if only a person can get it, by a browser.</param>
/// <param name="Hash">What its bytes hash to; null if nobody tells.</param>
/// <param name="Size">Bytes; null if nobody tells.</param>
internal sealed record PlainFile(string Name, string? Address, ContentHash? Hash = null, long? Size = null);
