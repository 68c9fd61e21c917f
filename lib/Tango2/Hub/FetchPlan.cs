namespace Tango2.Hub;

/// <summary>What a fetch will bring, known before it brings anything.</summary>
/// <param name="Name">The repository, or the catalogue's name of plain files.</param>
/// <param name="Folder">Where the files will be found by their names.</param>
/// <param name="Files">All that are wanted, those that are here already too.</param>
internal sealed record FetchPlan(string Name, string Folder, IReadOnlyList<RemoteFile> Files)
{
    /// <summary>The revision that was asked for; null of plain files.</summary>
    public string? Revision { get; init; }

    /// <summary>The commit that it stands at; null of plain files.</summary>
    public string? Commit { get; init; }

    /// <summary>What the repository's card says of its licence, such as cc-by-nc-sa-4.0; null if nothing.</summary>
    public string? Licence { get; init; }

    /// <summary>Files of the same repository that are left, for being other forms of these or nothing that is read here.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Bytes in all; null if a server does not tell.</summary>
    public long? Size => Files.Any(f => f.Size is null) ? null : Files.Sum(f => f.Size);

    /// <summary>Bytes that are not on this disk, as far as servers tell.</summary>
    public long Missing => Files.DistinctBy(f => f.Path).Where(f => !f.IsHere).Sum(f => Math.Max(0, (f.Size ?? 0) - f.Have));
}
