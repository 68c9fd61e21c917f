using System.Text.Json;
using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Evaluation;

/// <summary>The form of files with results.</summary>
internal static class ResultJson
{
    /// <summary>The form; a metric that nothing counts for is NaN.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>Writes a file whole.</summary>
    public static void Write<T>(string path, T content) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(content, Options) + "\n");
}
