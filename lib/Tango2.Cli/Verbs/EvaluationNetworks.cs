using Tango2.Evaluation;
using Tango2.Hub;
using Tango2.Mini;
using Tango2.Pipelines;
using Tango2.Published;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary>The networks of one <c>tango2 evaluate</c>: those that are named, else those where their own programs keep them.</summary>
internal sealed class EvaluationNetworks
{
    private readonly Dictionary<string, string> _used = [];
    private readonly List<string> _lacking = [];
    private readonly List<(Snapshot Snapshot, string File)> _files = [];

    /// <summary>Names or files of the networks that are there, by their part.</summary>
    public IReadOnlyDictionary<string, string> Used => _used;

    /// <summary>The published files among them, for a lock file.</summary>
    public IReadOnlyList<(Snapshot Snapshot, string File)> Files => _files;

    /// <summary>What is not measured, and how to get what it needs: sentences.</summary>
    public IReadOnlyList<string> Lacking => _lacking;

    // Where audioldm_eval downloads to; torch.hub's folder is the catalogue's own.
    private static string Cnn14Path => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "audioldm_eval", "ckpt", "Cnn14_16k_mAP=0.438.pth");

    /// <summary>The mini listeners.</summary>
    public FolderEvaluation Mini(MiniModels models, bool withClap)
    {
        _used["tagger"] = _used["clap"] = models.Folder;
        _lacking.Add("FAD is not measured: the mini scale has no VGGish; its FAD is by its tagger, called FD here.");
        return new()
        {
            Tagger = models.Tagger(),
            Claps = withClap ? [models.Clap("a"), models.Clap("judge")] : [],
            Grounder = models.Grounder(),
        };
    }

    /// <summary>The published listeners.</summary>
    public FolderEvaluation Full(
        string? cnn14, string? vggish, bool compares, string? grounding, torch.Device? device, string[] claps, bool isDefault,
        string? roberta, Func<string, ClapScorer> find)
    {
        var tagger = Existing("--cnn14", cnn14, "panns-cnn14-16k", Cnn14Path, compares ? "KL, FD, IS and KID are" : "IS is");
        var fad = compares ? Existing("--vggish", vggish, "vggish", null, "FAD is") : null;
        var scorers = new List<ClapScorer>();
        foreach (var name in claps)
        {
            try
            {
                scorers.Add(find(name));
                _used["clap." + scorers[^1].Name] = name;
                var (weights, text) = PublishedClap.Files(name, roberta);
                _files.AddRange([weights, .. new[] { "config.json", "vocab.json", "merges.txt" }.Select(file => (text, file))]);
            }
            catch (FileNotFoundException error) when (isDefault)
            {
                _lacking.Add($"CLAP is not measured: {error.Message}");
            }
        }
        if (tagger is not null) Use("cnn14", tagger, [tagger]);
        if (fad is not null) Use("vggish", fad, [fad]);
        if (grounding is not null)
            Use("grounding", grounding, PublishedGrounder.Files.Select(file => Path.Combine(grounding, file)).Where(File.Exists));
        if (tagger is null && fad is null && scorers.Count == 0 && grounding is null)
            throw new FileNotFoundException("Nothing can be measured. " + string.Join(" ", _lacking));
        return new()
        {
            Tagger = tagger is null ? null : PublishedTagger.Load(tagger, device),
            Vggish = fad is null ? null : PublishedVggish.Load(fad, device: device),
            Claps = scorers,
            Grounder = grounding is null ? null : PublishedGrounder.Load(grounding, device),
        };
    }

    private void Use(string part, string name, IEnumerable<string> paths)
    {
        _used[part] = name;
        _files.AddRange(paths.Select(path => (new Snapshot(Path.GetDirectoryName(Path.GetFullPath(path))!), Path.GetFileName(path))));
    }

    private string? Existing(string option, string? named, string catalogued, string? other, string what)
    {
        if (named is not null)
            return File.Exists(named) ? named : throw new FileNotFoundException(
                $"{option}: there is no file {named}. Fetch it with `tango2 fetch {catalogued}`.", named);
        var (entry, cache) = (Catalogue.Find(catalogued)!, HubCache.FromEnvironment());
        if (entry.In(cache) is { } snapshot && snapshot.Has(entry.Names[0])) return snapshot.PathOf(entry.Names[0]);
        if (File.Exists(other)) return other;
        _lacking.Add($"{what} not measured: {entry.Names[0]} is not on this disk. Fetch it with `tango2 fetch {catalogued}`, or name it with {option}.");
        return null;
    }
}
