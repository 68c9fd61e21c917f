using Tango2.Hub;

namespace Tango2.Cli.Verbs;

/// <summary>One repository, or one set of plain files, that a user asked for or that such a one cannot be used without.</summary>
/// <param name="Name">What the user calls it.</param>
/// <param name="Repository">Its repository; null of plain files.</param>
/// <param name="Revision">Of the repository.</param>
internal sealed record FetchTarget(string Name, string? Repository, string Revision = "main")
{
    /// <summary>The wanted files, in the words of <see cref="FileChoice.Listed"/>; null takes all that can be read.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>The catalogue's entry; null if it has none.</summary>
    public CatalogueEntry? Entry { get; init; }

    /// <summary>What cannot be used without this; null if the user asked for it.</summary>
    public string? For { get; init; }

    /// <summary>What that one needs it for.</summary>
    public string? Purpose { get; init; }

    /// <summary>Files that no program may fetch.</summary>
    public IEnumerable<string> ByHand => Entry?.Plain.Where(f => f.Address is null).Select(f => f.Name) ?? [];

    /// <summary>Where a person can read about it.</summary>
    public string Page => Entry?.Page ?? $"https://huggingface.co/{Repository}";

    /// <summary>Of a name of the catalogue, or of a repository.</summary>
    public static IEnumerable<FetchTarget> Named(string name, string revision)
    {
        if (Catalogue.Find(name) is not { } entry)
        {
            if (!name.Contains('/', StringComparison.Ordinal) && !HubNames.IsRepository(name) || name.Length == 0)
                throw new ArgumentException($"'{name}' is neither a name that `tango2 models` lists nor a repository owner/name.");
            // A name without an owner is one of the hub's oldest repositories, or a slip of the pen.
            if (!name.Contains('/', StringComparison.Ordinal) && Catalogue.All.All(e => e.Also?.Repository != name))
                throw new ArgumentException(
                    $"There is no '{name}' in the catalogue: `tango2 models` lists the names; a repository is owner/name.");
            yield return new(name, HubNames.Repository(name), HubNames.Revision(revision));
            yield break;
        }
        if (entry.Repository is null && revision != "main") throw new ArgumentException($"{name} is on no hub and has no revisions.");
        yield return new(name, entry.Repository, HubNames.Revision(revision))
        {
            Entry = entry,
            Files = entry.Repository is null ? null : entry.Files,
        };
        if (entry.Also is { } also)
            yield return new(also.Repository, also.Repository) { Files = also.Files, For = name, Purpose = also.Purpose };
    }

    /// <summary>Of a lock file: its repositories at their commits.</summary>
    public static IReadOnlyList<FetchTarget> OfLock(string path) => [.. LockFile.Read(path).Where(f => f.Repository is not null)
        .GroupBy(f => (f.Repository, f.Revision))
        .Select(g => new FetchTarget(g.Key.Repository!, g.Key.Repository, g.Key.Revision!) { Files = [.. g.Select(f => f.File)] })];

    /// <summary>Asks what a fetch would bring.</summary>
    public async Task<FetchPlan> Plan(Fetcher fetcher, CancellationToken cancellation) => Repository is null
        ? fetcher.Plan(Name, Entry!.Plain)
        : await fetcher.Plan(Repository, Revision,
            names => Files is null ? FileChoice.Readable(names) : FileChoice.Listed(Files, names, Repository), cancellation);

    /// <summary>The folder of its files if all are on this disk, as far as can be told without the hub.</summary>
    public string? WholeIn(HubCache cache)
    {
        var snapshot = Repository is null ? Entry!.In(cache) : cache.Find(Repository, Revision);
        var names = Files ?? Entry?.Names ?? [];
        return snapshot is not null && names.All(n => FileChoice.IsOptional(n) || FileChoice.First(n, snapshot.Has) is not null)
            ? snapshot.Folder : null;
    }

    /// <summary>Whether only non-commercial use is allowed, by the catalogue or the repository's card.</summary>
    public bool IsNonCommercial(FetchPlan plan) => Entry?.NonCommercial == true
        || plan.Licence?.Split('-').Contains("nc", StringComparer.OrdinalIgnoreCase) == true;

    /// <summary>The licence in a line.</summary>
    public string LicenceText(FetchPlan plan)
    {
        var text = (Entry?.Licence, plan.Licence) switch
        {
            ({ } known, null) => known,
            ({ } known, { } card) => $"{known} (its card says {card})",
            (null, { } card) => $"{card}, as its card says",
            _ => "not told by its card",
        };
        return text + (IsNonCommercial(plan) ? "; for non-commercial use only" : "") + $". {Page}";
    }
}
