// The caption files of AudioTime's STEAM tool, {ordering,duration,frequency,timestamp}_caption.json, from its description.
using System.Text.Json;
using Tango2.Files;
using Tango2.Metrics;

namespace Tango2.Evaluation;

/// <summary>Temporal captions of one of STEAM's four tasks: which sounds each clip should have, and when.</summary>
/// <param name="Task">Such as ordering.</param>
/// <param name="Metric">What is measured of them.</param>
/// <param name="Captions">By the clip's name without .wav, the sounds with their wanted regions; none is detected yet.</param>
internal sealed record SteamFile(string Task, Metric Metric, IReadOnlyList<TemporalCaption> Captions)
{
    private const string Suffix = "_caption.json";

    private static readonly (string Task, Metric Metric)[] Tasks =
        [("ordering", Metric.Oer), ("duration", Metric.Dur), ("frequency", Metric.Freq), ("timestamp", Metric.Time)];

    /// <summary>The files of a folder, or one of them.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">A file has another form; the message names the clip.</exception>
    public static IReadOnlyList<SteamFile> ReadAll(string path)
    {
        var files = Directory.Exists(path) ? Tasks.Select(t => Path.Combine(path, t.Task + Suffix)).Where(File.Exists).ToArray()
            : File.Exists(path) ? [path] : [];
        if (files.Length == 0)
            throw new FileNotFoundException($"There are no temporal captions at {path}: name a folder with AudioTime's " +
                $"{string.Join(", ", Tasks.Select(t => t.Task + Suffix))}, or one of them.", path);
        return [.. files.Select(Read)];
    }

    /// <summary>The task's measure of captions whose sounds were listened for.</summary>
    public Score Score(IReadOnlyList<TemporalCaption> captions) => Task switch
    {
        "ordering" => OrderErrorRate.Of(captions),
        "duration" => DurationError.Of(captions),
        "frequency" => FrequencyError.Of(captions),
        _ => TimestampF1.Of(captions),
    };

    private static SteamFile Read(string path)
    {
        var task = Array.FindIndex(Tasks, t => Path.GetFileName(path).StartsWith(t.Task, StringComparison.Ordinal));
        if (task < 0)
            throw new InvalidDataException($"{path}: expected a name that begins with {string.Join(", ", Tasks.Select(t => t.Task))}, which tells what is measured.");
        try
        {
            using var document = JsonDocument.Parse(Utf8File.Text(path));
            return new(Tasks[task].Task, Tasks[task].Metric, [.. document.RootElement.EnumerateObject().Select(clip => new TemporalCaption(
                clip.Name, [.. clip.Value.GetProperty("event").EnumerateObject().Select(sound => new TemporalEvent(
                    sound.Name, [.. sound.Value.EnumerateArray().Select(Region)], []))]))]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                $"{path}: expected clips by name, each with \"event\": sounds by name with a list of times, found: {error.Message}", error);
        }
    }

    // A pair of times, a duration, or a bare number that stands for one occurrence or for a place in the order.
    private static EventRegion Region(JsonElement entry) => entry.ValueKind == JsonValueKind.Array
        ? entry.GetArrayLength() == 2 ? new(entry[0].GetDouble(), entry[1].GetDouble()) : throw new JsonException("a region has not two times.")
        : new(0, entry.GetDouble());
}
