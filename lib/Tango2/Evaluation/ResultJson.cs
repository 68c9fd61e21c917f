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
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is: "table of samplers".</param>
    /// <param name="holds">What it must hold: "reference and rows".</param>
    /// <param name="isWhole">Whether it does.</param>
    /// <exception cref="InvalidDataException">It is something else; the message tells what it must hold.</exception>
    public static T Read<T>(string path, string what, string holds, Func<T, bool> isWhole) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options) is { } content && isWhole(content)
                ? content
                : throw new InvalidDataException($"{path} must hold {holds}; delete it to make it anew.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no {what}: {error.Message}", error);
        }
    }

    /// <summary>Writes a file whole.</summary>
    public static void Write<T>(string path, T content) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(content, Options) + "\n");
}
