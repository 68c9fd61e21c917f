using System.Text.Json.Nodes;
using Tango2.Checkpoints;

namespace Tango2.Tests.Parity;

/// <summary>One entry of a folder's manifest: what to build, from which file, and how close it must come.</summary>
internal sealed class ParityFixture
{
    private const string In = "input.", Out = "output.";
    private readonly Lazy<Dictionary<string, Tensor>> _tensors;

    private ParityFixture(string folder, JsonObject entry)
    {
        Entry = entry;
        Folder = folder;
        Name = Need("name");
        Kind = Need("kind");
        Path = System.IO.Path.Combine(folder, Need("file"));
        Tolerances = new(entry["suggested_tolerance"]);
        _tensors = new(() => OfNetwork ? SafeTensors.Read(Path).Here() : SafeTensors.Read(Path));
    }

    /// <summary>Where the fixtures are: data/golden, or the folder that TANGO2_FIXTURES names.</summary>
    public static string Root => Environment.GetEnvironmentVariable("TANGO2_FIXTURES") is { Length: > 0 } chosen
        ? chosen : Golden.Folder;

    public JsonObject Entry { get; }

    public string Folder { get; }

    public string Name { get; }

    public string Kind { get; }

    public string Path { get; }

    // What follows no network is compared with the processor's own arithmetic; tests of snapshots move what they give to pipelines.
    private bool OfNetwork => Kind is not ("checkpoint" or "metrics" or "schedulers" or "steam" or "tacotron_mel") && Folder == Root;

    public Tolerances Tolerances { get; }

    /// <summary>What to build, as the manifest says, or else the file's own words.</summary>
    public JsonObject Config => Entry["config"] as JsonObject ?? ConfigOf(Path);

    /// <summary>Names of the stored results, without "output.". None in a file that is no safetensors.</summary>
    public IReadOnlyList<string> Outputs =>
        [.. HasTensors ? Tensors.Keys.Where(k => k.StartsWith(Out, StringComparison.Ordinal)).Select(k => k[Out.Length..]) : []];

    public bool HasTensors => Path.EndsWith(".safetensors", StringComparison.Ordinal) && Kind is not ("checkpoint_truth" or "hostile");

    public Dictionary<string, Tensor> Tensors => _tensors.Value;

    /// <summary>Every entry of a folder's manifest.</summary>
    /// <param name="folder">Where manifest.json lies.</param>
    /// <param name="list">The list in it.</param>
    public static IReadOnlyList<ParityFixture> All(string folder, string list = "fixtures")
    {
        var path = System.IO.Path.Combine(folder, "manifest.json");
        var entries = LooseJson.Parse(File.ReadAllText(path))[list] as JsonArray
            ?? throw new InvalidDataException($"{path} has no list named {list}.");
        return [.. entries.Select(e => new ParityFixture(folder, e!.AsObject()))];
    }

    public Tensor Input(string name) => Tensors[In + name];

    public Tensor? InputOrNull(string name) => Tensors.GetValueOrDefault(In + name);

    public Tensor Output(string name) => Tensors[Out + name];

    public bool Has(string output) => Tensors.ContainsKey(Out + output);

    /// <summary>Names of the inputs that begin so, without "input.".</summary>
    public IEnumerable<string> Inputs(string start = "") => Tensors.Keys
        .Where(k => k.StartsWith(In + start, StringComparison.Ordinal)).Select(k => k[In.Length..]);

    /// <summary>The weights, whose names have neither "input." nor "output."; with a prefix only its own, without it.</summary>
    public Dictionary<string, Tensor> Weights(string prefix = "") => WeightsOf(Tensors, prefix);

    public static Dictionary<string, Tensor> WeightsOf(Dictionary<string, Tensor> tensors, string prefix = "") => tensors
        .Where(t => !t.Key.StartsWith(In, StringComparison.Ordinal) && !t.Key.StartsWith(Out, StringComparison.Ordinal)
            && t.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    /// <summary>The configuration that another file of the folder carries, and its weights.</summary>
    public (JsonObject Config, Dictionary<string, Tensor> Weights) Other(string file)
    {
        var path = System.IO.Path.Combine(Folder, file);
        return (ConfigOf(path), WeightsOf(SafeTensors.Read(path).Here()));
    }

    public override string ToString() => $"{Kind} '{Name}'";

    private static JsonObject ConfigOf(string path) =>
        LooseJson.Parse(SafeTensors.ReadMetadata(path)["config"]).AsObject();

    private string Need(string key) => (string?)Entry[key]
        ?? throw new InvalidDataException($"An entry of {Folder}'s manifest has no {key}: {Entry.ToJsonString()[..80]}…");
}
