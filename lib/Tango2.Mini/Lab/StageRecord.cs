using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json;
using Tango2.Files;
using Tango2.Studies;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>The training record of a finished stage: training/stage.json beside the weights.</summary>
internal static class StageRecord
{
    /// <summary>Whether a stage has finished, with the same seed and effort.</summary>
    /// <exception cref="ArgumentException">It has finished with others; the message tells which.</exception>
    /// <exception cref="InvalidDataException">The record is damaged; the message names it.</exception>
    public static bool IsThere(LabOptions options, LabStage stage)
    {
        var path = MiniLab.RecordPath(options, stage.Name);
        if (!File.Exists(path)) return false;
        var record = LabJson.Read<Head>(path);
        var (there, here) = (Named(record.Seed, record.Effort), Named(options.Seed, options.Effort));
        if (RunOrigin.Differences(there, here) is { } differences)
            throw new ArgumentException(
                $"{path} is the record of another run: {differences}. Give the same --seed and --effort, " +
                "another --out, or --again to train the stage anew.");
        return true;
    }

    /// <summary>Writes the record of a stage that has just finished.</summary>
    /// <param name="options">Its seed and effort.</param>
    /// <param name="stage">Its name.</param>
    /// <param name="seconds">Of all parts of the training.</param>
    /// <param name="test">What it reached.</param>
    /// <param name="curve">About a hundred steps; null of a stage that trains no network.</param>
    public static void Write(
        LabOptions options, string stage, double seconds, IReadOnlyDictionary<string, double> test,
        IReadOnlyList<TrainingPoint>? curve) =>
        LabJson.Write(MiniLab.RecordPath(options, stage), new
        {
            Stage = stage,
            options.Seed,
            options.Effort,
            Seconds = Math.Round(seconds, 1),
            Test = test,
            Curve = curve,
        });

    /// <summary>Replaces what the stage reached, if there is a record.</summary>
    public static void Update(LabOptions options, string stage, IReadOnlyDictionary<string, double> test)
    {
        var path = MiniLab.RecordPath(options, stage);
        if (!File.Exists(path)) return;
        var record = LabJson.Read<JsonObject>(path);
        record["test"] = JsonSerializer.SerializeToNode(test, LabJson.Options);
        AtomicFile.WriteText(path, record.ToJsonString(LabJson.Options) + "\n");
    }

    /// <summary>What a stage has reached, by the names of its record.</summary>
    /// <param name="path">The record.</param>
    public static IReadOnlyDictionary<string, double> Reached(string path) => LabJson.Read<Body>(path).Test;

    private static Dictionary<string, string> Named(long seed, double effort) => new()
    {
        ["seed"] = FormattableString.Invariant($"{seed}"),
        ["effort"] = FormattableString.Invariant($"{effort}"),
    };

    private sealed record Head(long Seed, double Effort);

    private sealed record Body(IReadOnlyDictionary<string, double> Test);
}

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
