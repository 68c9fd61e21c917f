namespace Tango2.Hub;

/// <summary>A file that can be fetched, and where it goes.</summary>
/// <param name="Name">With / between folders.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Size">Bytes; null if its server does not tell.</param>
/// <param name="Hash">What its bytes hash to; null if nobody tells.</param>
/// <param name="Path">Where its bytes go: a blob of the cache, or a plain file.</param>
/// <param name="LockPath">The file that is locked meanwhile.</param>
internal sealed record RemoteFile(string Name, Uri Address, long? Size, ContentHash? Hash, string Path, string LockPath)
{
    /// <summary>Where its bytes gather until all are there and right.</summary>
    public string IncompletePath => Path + ".incomplete";

    /// <summary>Whether it is on this disk, whole.</summary>
    public bool IsHere => new FileInfo(Path) is { Exists: true } file && (Size is null || file.Length == Size);

    /// <summary>Bytes of it that are on this disk.</summary>
    public long Have => IsHere ? new FileInfo(Path).Length
        : new FileInfo(IncompletePath) is { Exists: true } part && !(part.Length > Size) ? part.Length : 0;
}

/// <summary>How far a file is.</summary>
internal enum FetchStage
{
    /// <summary>Another process fetches it.</summary>
    Waiting,

    /// <summary>Its bytes arrive.</summary>
    Arriving,

    /// <summary>Its hash is computed.</summary>
    Checking,

    /// <summary>It is whole, right and in its place.</summary>
    Here,
}

/// <summary>News of a file that is fetched.</summary>
/// <param name="File">Which.</param>
/// <param name="Stage">What happens to it.</param>
/// <param name="Done">Bytes on this disk.</param>
/// <param name="Size">Bytes in all; null if its server does not tell.</param>
internal readonly record struct FetchProgress(RemoteFile File, FetchStage Stage, long Done, long? Size);
