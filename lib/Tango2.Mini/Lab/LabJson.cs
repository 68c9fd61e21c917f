using System.Text.Json;
using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Mini.Lab;

/// <summary>The JSON files of the lab: records of stages, and what unfinished stages keep.</summary>
internal static class LabJson
{
    /// <summary>The form.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a measure that nothing counts for is NaN
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message names it.</exception>
    public static T Read<T>(string path) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options)
                ?? throw new JsonException("it holds null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"{path} is damaged: {error.Message} Train the stage anew with --again.", error);
        }
    }

    /// <summary>Writes a file whole.</summary>
    public static void Write<T>(string path, T content) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(content, Options) + "\n");
}
