using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tango2.Files;

/// <summary>Configurations as the reference writes them: keys in snake_case, none unknown, none missing.</summary>
internal static class ConfigJson
{
    /// <summary>The form. What a configuration's <see cref="UnreadAttribute"/> names is passed over.</summary>
    public static JsonSerializerOptions Strict { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { PassOver } },
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

    private static void PassOver(JsonTypeInfo type)
    {
        if (type.Type.GetCustomAttributes(typeof(UnreadAttribute), inherit: false) is not [UnreadAttribute unread]) return;
        foreach (var key in unread.Keys)
        {
            var property = type.CreateJsonPropertyInfo(typeof(JsonElement), key);
            property.Set = (_, _) => { };
            type.Properties.Add(property);
        }
    }
}

/// <summary>Keys that the reference's file may hold and nothing here reads, as those of its training.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UnreadAttribute(params string[] keys) : Attribute
{
    public string[] Keys => keys;
}
