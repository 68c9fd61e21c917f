using System.Text.Encodings.Web;
using System.Text.Json;
using Tango2.Files;

namespace Tango2.Benchmarks.Pairing;

/// <summary>The results file: the machine, and the latest measurement of each case.</summary>
/// <param name="Machine">Processor, cores and threads.</param>
/// <param name="Ours">Versions of our side.</param>
/// <param name="Python">Versions of the other side.</param>
/// <param name="Cases">By the name of the case.</param>
internal sealed record Results(
    string Machine, string Ours, string Python, IReadOnlyDictionary<string, CaseResult> Cases)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What the file holds; nothing where there is no file.</summary>
    public static Results Read(string path) => File.Exists(path)
        ? JsonSerializer.Deserialize<Results>(File.ReadAllText(path), Format)!
        : new("", "", "", new Dictionary<string, CaseResult>());

    /// <summary>These results with one case measured anew.</summary>
    public Results With(string name, CaseResult result) =>
        this with { Cases = new Dictionary<string, CaseResult>(Cases) { [name] = result } };

    /// <summary>Writes results.json, and results.md beside it with the cases in the order given.</summary>
    public void Write(string path, IEnumerable<string> order)
    {
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Format) + "\n");
        AtomicFile.WriteText(Path.ChangeExtension(path, ".md"), ResultsPage.Of(this, [.. order.Where(Cases.ContainsKey)]));
    }
}
