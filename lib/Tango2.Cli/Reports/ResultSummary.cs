using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tango2.Files;
using Tango2.Notebooks;

namespace Tango2.Cli.Reports;

/// <summary>out/summary.json: the numbers that notebooks recorded, and what running them took.</summary>
internal static class ResultSummary
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Adds the timings and the memory to what the notebooks wrote; returns the whole.</summary>
    /// <remarks>peakMemoryMiB is the most that <paramref name="atOnce"/> notebooks can have held at one time.</remarks>
    /// <exception cref="InvalidDataException">A notebook left something there that is no JSON object.</exception>
    public static JsonObject Finish(string path, IReadOnlyList<NotebookResult> results, int atOnce, double wallSeconds)
    {
        var summary = Read(path);
        summary["notebooks"] = new JsonArray([.. results.Select(result => new JsonObject
        {
            ["name"] = result.Name,
            ["ok"] = result.Error is null,
            ["cells"] = result.Cells,
            ["seconds"] = Math.Round(result.Seconds, 2),
            ["peakMemoryMiB"] = Math.Round(result.PeakMemoryMiB, 1),
            ["error"] = result.Error,
        })]);
        summary["wallSeconds"] = Math.Round(wallSeconds, 1);
        summary["peakMemoryMiB"] = Math.Round(results.Select(result => result.PeakMemoryMiB).OrderDescending().Take(atOnce).Sum(), 1);
        AtomicFile.WriteText(path, summary.ToJsonString(Layout) + "\n");
        return summary;
    }

    /// <summary>The numbers that notebooks recorded, one per line, "name.of.it" and value.</summary>
    public static IEnumerable<(string Name, string Value)> Flat(JsonNode? node, string prefix = "") => node switch
    {
        JsonObject inner => inner.Where(pair => prefix.Length > 0 || pair.Key is not "notebooks")
            .SelectMany(pair => Flat(pair.Value, prefix.Length == 0 ? pair.Key : $"{prefix}.{pair.Key}")),
        JsonArray list => [(prefix, $"{list.Count} entries")],
        _ => [(prefix, node?.ToString() ?? "–")],
    };

    private static JsonObject Read(string path)
    {
        if (!File.Exists(path)) return [];
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new InvalidDataException($"{path} must hold a JSON object.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is not JSON: {error.Message}", error);
        }
    }
}
