using System.Text.RegularExpressions;

namespace Tango2.Hub;

/// <summary>The hub's cache on this disk, in the layout of huggingface_hub: models--owner--name/{blobs,refs,snapshots}.</summary>
/// <param name="Folder">The folder that holds the models--… folders.</param>
public sealed partial record HubCache(string Folder)
{
    private const string PlainFiles = "tango2-files";

    /// <summary>
    /// The cache that the environment names, as huggingface_hub reads it: HF_HUB_CACHE, the older HUGGINGFACE_HUB_CACHE, hub
    /// in HF_HOME, in XDG_CACHE_HOME/huggingface, or in ~/.cache/huggingface.
    /// </summary>
    public static HubCache FromEnvironment() => new(Path.GetFullPath(
        Variable("HF_HUB_CACHE") ?? Variable("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(
            Variable("HF_HOME") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(Home, ".cache"), "huggingface"),
            "hub")));

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>A repository's files as they are in the cache; null if none are.</summary>
    /// <param name="repository">Such as declare-lab/tango2, or datasets/declare-lab/audio-alpaca.</param>
    /// <param name="revision">A branch, a tag, a commit or one such as refs/pr/1.</param>
    /// <exception cref="ArgumentException">One of them is no such name.</exception>
    /// <exception cref="InvalidDataException">The cache holds something else where the revision's commit should be.</exception>
    public Snapshot? Find(string repository, string revision = "main")
    {
        var commit = CommitOf(repository, revision) ?? revision;
        var files = FilesOf(repository, commit);
        return !commit.Contains('/', StringComparison.Ordinal) && Directory.Exists(files) ? new(files, repository, commit) : null;
    }

    /// <summary>The files of a model that a user names.</summary>
    /// <param name="model">A name of the catalogue, such as tango2, a folder, or a repository, such as declare-lab/tango2.</param>
    /// <param name="revision">A branch, a tag or a commit; a folder has none.</param>
    /// <returns>
    /// A folder of the layout models--owner--name gives its revision's files, any other folder its own. A name of the
    /// catalogue comes first: ./tango2 is the folder.
    /// </returns>
    /// <exception cref="FileNotFoundException">It is not on this disk; the message tells what to do.</exception>
    /// <exception cref="ArgumentException">The name can be none of them.</exception>
    public Snapshot Open(string model, string revision = "main")
    {
        if (Catalogue.Find(model) is { } entry) return entry.In(this, revision) ?? throw Missing(model, model);
        if (Directory.Exists(model))
            return OfLayout(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model)), revision) ?? new(Path.GetFullPath(model));
        if (!HubNames.IsRepository(model) || !model.Contains('/', StringComparison.Ordinal))
            throw new ArgumentException(
                $"Expected a name that `tango2 models` lists, a folder or a repository owner/name, found '{model}': there is none.");
        return Find(model, revision) ?? throw Missing(model, revision == "main" ? model : $"{model} --revision {revision}");
    }

    /// <summary>Where the cache keeps a repository.</summary>
    internal string FolderOf(string repository) => Path.Combine(Folder, FolderName(repository));

    /// <summary>Where the files of one commit lie.</summary>
    internal string FilesOf(string repository, string commit) =>
        Path.Combine(FolderOf(repository), "snapshots", HubNames.Revision(commit));

    /// <summary>Where the commit of a branch is written.</summary>
    internal string ReferenceOf(string repository, string revision) =>
        Path.Combine(FolderOf(repository), "refs", HubNames.Revision(revision));

    /// <summary>Where a blob lies, which is named by its hash.</summary>
    internal string BlobOf(string repository, string hash) => Path.Combine(FolderOf(repository), "blobs", hash);

    /// <summary>The file that is locked while a blob is written, by huggingface_hub too.</summary>
    internal string LockOf(string repository, string hash) =>
        Path.Combine(Folder, ".locks", FolderName(repository), hash + ".lock");

    /// <summary>Where files that are on no hub are kept, by the name that the catalogue gives them.</summary>
    internal string PlainFolderOf(string name) => Path.Combine(Folder, PlainFiles, name);

    /// <summary>The file that is locked while a file that is on no hub is written.</summary>
    internal string PlainLockOf(string name, string file) =>
        Path.Combine(Folder, ".locks", PlainFiles, name, file.Replace('/', '-') + ".lock");

    /// <summary>The commit that a branch stood at when it was fetched; null if it never was.</summary>
    internal string? CommitOf(string repository, string revision)
    {
        var reference = ReferenceOf(repository, revision);
        if (!File.Exists(reference)) return null;
        var commit = File.ReadAllText(reference).Trim();
        return HubNames.IsCommit(commit) ? commit : throw new InvalidDataException(
            $"{reference}: expected a commit of 40 hexadecimal digits, found '{commit[..Math.Min(commit.Length, 60)]}': "
            + $"delete the file and fetch {repository} again.");
    }

    private static Snapshot? OfLayout(string folder, string revision)
    {
        if (!Directory.Exists(Path.Combine(folder, "snapshots"))) return null;
        var repository = RepositoryOf(Path.GetFileName(folder));
        return repository is null ? null : new HubCache(Path.GetDirectoryName(folder)!).Find(repository, revision);
    }

    private static string FolderName(string repository)
    {
        HubNames.Repository(repository);
        var isData = repository.StartsWith(HubNames.Datasets, StringComparison.Ordinal);
        return (isData ? "" : "models--") + repository.Replace("/", "--", StringComparison.Ordinal);
    }

    private static string? RepositoryOf(string folderName)
    {
        var name = folderName.Replace("--", "/", StringComparison.Ordinal);
        if (name.StartsWith("models/", StringComparison.Ordinal)) name = name["models/".Length..];
        return HubNames.IsRepository(name) ? name : null;
    }

    private FileNotFoundException Missing(string model, string arguments) => new(
        $"{model} is not in {Folder}: fetch it with `tango2 fetch {arguments}`, or set HF_HOME or HF_HUB_CACHE to the cache "
        + "that has it.");

    // Like Python's expanduser and expandvars, which huggingface_hub calls on these variables.
    private static string? Variable(string name)
    {
        if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } value) return null;
        if (value == "~" || value.StartsWith("~/", StringComparison.Ordinal)) value = Home + value[1..];
        return VariablePattern().Replace(value, m => Environment.GetEnvironmentVariable(m.Groups[1].Value) ?? m.Value);
    }

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex VariablePattern();
}
