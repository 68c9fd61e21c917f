using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tango2.Files;

namespace Tango2.Studies;

/// <summary>The numbers that a notebook hands on: out/summary.json, which <c>tango2 reproduce</c> completes.</summary>
public static class Summary
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>The file: TANGO2_SUMMARY, or out/summary.json of the repository.</summary>
    public static string Path => Environment.GetEnvironmentVariable("TANGO2_SUMMARY") is { Length: > 0 } chosen
        ? chosen
        : System.IO.Path.Combine(Repository.Root, "out", "summary.json");

    /// <summary>Records a value under a name; an earlier value of that name is replaced, all others stay.</summary>
    /// <param name="name">Words joined by dots, for example "dpo.winRate".</param>
    /// <param name="value">A number, text, list or record.</param>
    public static void Record(string name, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Turn.Take("summary", () => Put(name, value)); // other notebooks record at the same time
    }

    private static void Put(string name, object value)
    {
        var root = File.Exists(Path) ? JsonNode.Parse(File.ReadAllText(Path))!.AsObject() : [];
        var parts = name.Split('.');
        var place = root;
        foreach (var part in parts[..^1])
        {
            if (place[part] is not JsonObject) place[part] = new JsonObject();
            place = place[part]!.AsObject();
        }
        place[parts[^1]] = JsonSerializer.SerializeToNode(value, Layout);
        AtomicFile.WriteText(Path, root.ToJsonString(Layout) + "\n");
    }
}
