using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Hub;

/// <summary>One file that a result was made with.</summary>
/// <param name="Repository">Such as declare-lab/tango2; null of a plain folder.</param>
/// <param name="Revision">Its commit; null of a plain folder.</param>
/// <param name="Folder">A plain folder, as a full path; null of a repository.</param>
/// <param name="File">The file's name in it, with / between folders.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 hexadecimal digits, of the bytes as they were read.</param>
internal sealed record LockedFile(string? Repository, string? Revision, string? Folder, string File, long Size, string Sha256)
{
    /// <summary>What messages call it.</summary>
    [JsonIgnore]
    public string Name => Repository is null ? Path.Combine(Folder!, File) : $"{Repository}/{File} at {Revision}";

    /// <summary>Whether another is of the same file, at the same revision.</summary>
    public bool IsSameAs(LockedFile other) =>
        (Repository, Revision, Folder, File) == (other.Repository, other.Revision, other.Folder, other.File);
}

/// <summary>tango2.lock.json: what the results beside it were made with, file by file, so that they can be made again.</summary>
internal static class LockFile
{
    /// <summary>What the file is called.</summary>
    public const string Name = "tango2.lock.json";

    private const int Version = 1;

    private static readonly JsonSerializerOptions Form = new(ConfigJson.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = false,
        WriteIndented = true,
    };

    /// <summary>The lock file of a result.</summary>
    /// <param name="output">A file, or the folder of many.</param>
    public static string Beside(string output) => Path.Combine(
        Directory.Exists(output) ? output : Path.GetDirectoryName(Path.GetFullPath(output))!, Name);

    /// <summary>
    /// Adds files to a lock file, or makes it. All their bytes are read, for the hash, which a blob of the hub's cache bears as its
    /// name.
    /// </summary>
    /// <param name="path">The lock file.</param>
    /// <param name="files">Snapshots and names of files in them.</param>
    /// <exception cref="InvalidDataException">What is there is no lock file, or a blob is damaged.</exception>
    public static void Record(string path, IEnumerable<(Snapshot Snapshot, string File)> files)
    {
        var now = files.Distinct().Select(file => Whole(file, Locked(file))).ToArray();
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))));
        Turn.Take(name, () => Add(path, now)); // other results may be made beside it at the same time
    }

    private static void Add(string path, IReadOnlyList<LockedFile> now)
    {
        var before = File.Exists(path) ? Read(path) : [];
        foreach (var file in now)
            if (before.FirstOrDefault(file.IsSameAs) is { } old && old.Sha256 != file.Sha256)
                Warnings.Give($"{file.Name} is another file than the one that earlier results beside {path} were made with.");
        Write(path, [.. before.Where(old => !now.Any(old.IsSameAs)), .. now]);
    }

    /// <summary>The files that a lock file names.</summary>
    /// <exception cref="InvalidDataException">It is no lock file, or of another version.</exception>
    public static IReadOnlyList<LockedFile> Read(string path)
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(Utf8File.Text(path), Form) ?? throw new JsonException("it is null.");
            if (content.Version != Version) throw new JsonException($"its version is {content.Version}, not {Version}.");
            return [.. content.Files.Select(Checked)];
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"{path}: expected a lock file of tango2: {error.Message}", error);
        }
    }

    /// <summary>Compares the files that a lock file names with those on this disk.</summary>
    /// <exception cref="InvalidDataException">Some differ or are missing; the message names each.</exception>
    public static void Verify(string path, HubCache cache)
    {
        var wrong = Read(path).Select(file => Difference(file, cache)).OfType<string>().ToArray();
        if (wrong.Length > 0)
            throw new InvalidDataException($"{path}: not what the results beside it were made with: {string.Join("; ", wrong)}.");
    }

    private static string? Difference(LockedFile locked, HubCache cache)
    {
        var snapshot = locked.Repository is null ? new(locked.Folder!) : cache.Find(locked.Repository, locked.Revision!);
        if (snapshot?.Has(locked.File) != true) return $"{locked.Name} is missing";
        var found = Locked((snapshot, locked.File));
        return found.Sha256 == locked.Sha256 ? null
            : $"{locked.Name} has {found.Size} bytes and the SHA-256 {found.Sha256}, and should have {locked.Size} and {locked.Sha256}";
    }

    private static LockedFile Locked((Snapshot Snapshot, string File) named)
    {
        var (snapshot, file) = named;
        var path = WrittenLinks.Follow(snapshot.PathOf(file));
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        var folder = snapshot.Repository is null ? Path.GetFullPath(snapshot.Folder) : null;
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return new(snapshot.Repository, snapshot.Revision, folder, file, stream.Length, hash);
    }

    private static LockedFile Whole((Snapshot Snapshot, string File) named, LockedFile found)
    {
        var path = WrittenLinks.Follow(named.Snapshot.PathOf(named.File));
        var blob = Path.GetFileName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        if (blob.Length == found.Sha256.Length && blob.All(char.IsAsciiHexDigitLower) && blob != found.Sha256)
            throw new InvalidDataException(
                $"{found.Name} is damaged: expected the SHA-256 {blob}, which its name in the hub's cache is, found {found.Sha256}. "
                + $"Delete {Path.Combine(Path.GetDirectoryName(path)!, blob)} and fetch it again with `tango2 fetch {named.Snapshot.Name}`.");
        return found;
    }

    private static LockedFile Checked(LockedFile file)
    {
        if (file.File is null || file.Sha256 is not { Length: 64 } || !file.Sha256.All(char.IsAsciiHexDigitLower))
            throw new JsonException($"the entry {file.File} lacks its file or its SHA-256.");
        if (file.Repository is null ? file.Folder is null : file.Revision is null || !HubNames.IsCommit(file.Revision))
            throw new JsonException($"{file.File} lacks its folder, or its repository's commit.");
        if (file.Repository is not null) HubNames.Repository(file.Repository);
        HubNames.File(file.File, file.Repository ?? file.Folder!);
        return file;
    }

    private static void Write(string path, IEnumerable<LockedFile> files)
    {
        var sorted = files.OrderBy(f => f.Repository ?? f.Folder, StringComparer.Ordinal).ThenBy(f => f.Revision, StringComparer.Ordinal)
            .ThenBy(f => f.File, StringComparer.Ordinal);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(new Content(Version, [.. sorted]), Form) + "\n");
    }

    private sealed record Content(int Version, IReadOnlyList<LockedFile> Files);
}
