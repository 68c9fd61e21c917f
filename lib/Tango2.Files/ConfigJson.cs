using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tango2.Files;

/// <summary>Configurations as the reference writes them: keys in snake_case, none unknown, none missing.</summary>
internal static class ConfigJson
{
    /// <summary>The form.</summary>
    public static JsonSerializerOptions Strict { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a configuration and checks it.</summary>
    /// <param name="json">The text.</param>
    /// <param name="what">Whose configuration it should be, for the message.</param>
    /// <param name="check">Throws an ArgumentException about what cannot be built.</param>
    /// <exception cref="InvalidDataException">The text is not such a configuration.</exception>
    public static T Read<T>(string json, string what, Func<T, T>? check = null) where T : class
    {
        try
        {
            var config = JsonSerializer.Deserialize<T>(json, Strict) ?? throw new JsonException("it is null.");
            return check is null ? config : check(config);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"Expected the configuration of {what}: {error.Message}", error);
        }
    }
}
