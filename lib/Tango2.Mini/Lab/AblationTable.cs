using System.Text.Json;
using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Lab;

/// <summary>The rows of an ablation or a sweep as they are finished: a file beside the weights.</summary>
/// <param name="Origin">What the rows were made from; rows of another origin do not belong to them.</param>
/// <param name="Prompts">Validation prompts that each row was measured on.</param>
/// <param name="Base">The base model's metrics on the same prompts.</param>
/// <param name="Rows">Those that are finished, in the order of the variants.</param>
public sealed record AblationTable(
    string Origin, int Prompts, IReadOnlyDictionary<string, double> Base, IReadOnlyList<AblationRow> Rows)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>The table in a file; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static AblationTable? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<AblationTable>(File.ReadAllText(path), Json)
                is { Origin: not null, Base: not null, Rows: not null } table
                ? table
                : throw new InvalidDataException($"{path} must hold origin, base and rows; delete it to make it anew.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no table of ablations: {error.Message}", error);
        }
    }

    /// <summary>Writes the table.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>The row of a variant; null if it is not finished.</summary>
    public AblationRow? Row(string name) => Rows.FirstOrDefault(row => row.Name == name);

    /// <summary>The table with one more row.</summary>
    public AblationTable With(AblationRow row) => this with { Rows = [.. Rows, row] };
}
