using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tango2.Benchmarks.Cases;

/// <summary>Our configurations in the reference's words: they have the same names in snake_case.</summary>
internal static class Words
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A configuration as JSON.</summary>
    public static JsonNode Of<T>(T config) => JsonSerializer.SerializeToNode(config, Format)!;

    /// <summary>A case's description: its kind, then further entries.</summary>
    public static JsonObject Case(string kind, params (string Key, JsonNode Value)[] entries)
    {
        var described = new JsonObject { ["kind"] = kind };
        foreach (var (key, value) in entries) described[key] = value;
        return described;
    }
}
