using System.Text.Json;
using System.Text.Json.Nodes;
using Tango2.Files;

namespace Tango2.Preferences;

/// <summary>Pairs as JSON lines: prompt, chosen, rejected, strategy and, if known, scores as [[winner, loser], …].</summary>
public static class PreferenceManifest
{
    private static readonly string[] Required = ["prompt", "chosen", "rejected", "strategy"];

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes pairs, one a line, with the clips' paths as they are.</summary>
    public static void Write(string path, IEnumerable<PreferencePair> pairs) =>
        AtomicFile.WriteText(path, string.Concat(pairs.Select(pair => Line(pair).ToJsonString(Plain) + "\n")));

    /// <summary>Reads pairs; clip paths are taken relative to the manifest's folder and returned in full.</summary>
    /// <remarks>Without <paramref name="checkFiles"/> the clips may be mere ids, and come back as they stand.</remarks>
    /// <param name="path">The .jsonl file; empty lines are skipped.</param>
    /// <param name="checkFiles">Whether every clip is a file that must exist.</param>
    /// <exception cref="InvalidDataException">A line is wrong; the message names the file, the line and the key.</exception>
    public static IReadOnlyList<PreferencePair> Read(string path, bool checkFiles = true)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return [.. File.ReadLines(path).Select((text, index) => (Text: text, Where: $"{path}, line {index + 1}"))
            .Where(line => !string.IsNullOrWhiteSpace(line.Text))
            .Select(line => Pair(Parse(line.Text, line.Where), folder, line.Where, checkFiles))];
    }

    private static JsonObject Line(PreferencePair pair)
    {
        var line = new JsonObject
        {
            ["prompt"] = pair.Prompt,
            ["chosen"] = pair.Chosen,
            ["rejected"] = pair.Rejected,
            ["strategy"] = pair.Strategy.Label(),
        };
        if (pair.Scores.Count > 0)
            line["scores"] = new JsonArray([.. pair.Scores.Select(s => new JsonArray(s.Winner, s.Loser))]);
        return line;
    }

    private static JsonElement Parse(string text, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{where}: not valid JSON: {error.Message}", error);
        }
        throw new InvalidDataException($"{where}: must be a JSON object, but is {text.Trim()[..1]}….");
    }

    private static PreferencePair Pair(JsonElement line, string folder, string where, bool checkFiles)
    {
        foreach (var property in line.EnumerateObject().Where(p => p.Name != "scores" && !Required.Contains(p.Name)))
            throw new InvalidDataException(
                $"{where}: unknown key '{property.Name}'; known are {string.Join(", ", Required)} and scores.");
        var label = Text(line, "strategy", where);
        var strategy = StrategyLabel.TryParse(label) ?? throw new InvalidDataException(
            $"{where}: strategy must be 1.1, 1.2, 2 or 3, but is '{label}'.");
        return new(
            Text(line, "prompt", where), Clip(line, "chosen", folder, where, checkFiles),
            Clip(line, "rejected", folder, where, checkFiles), strategy, Scores(line, where));
    }

    private static string Text(JsonElement line, string key, string where)
    {
        if (!line.TryGetProperty(key, out var value)) throw new InvalidDataException($"{where}: key '{key}' is missing.");
        if (value.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.GetString()))
            throw new InvalidDataException($"{where}: '{key}' must be a text that is not empty, but is {value.GetRawText()}.");
        return value.GetString()!;
    }

    private static string Clip(JsonElement line, string key, string folder, string where, bool checkFiles)
    {
        if (!checkFiles) return Text(line, key, where); // an id, such as a planned clip's
        var file = Path.GetFullPath(Text(line, key, where), folder);
        if (!File.Exists(file))
            throw new InvalidDataException($"{where}: the file of '{key}', {file}, does not exist.");
        return file;
    }

    private static PairScore[] Scores(JsonElement line, string where)
    {
        if (!line.TryGetProperty("scores", out var scores)) return [];
        if (scores.ValueKind != JsonValueKind.Array) throw Wrong();
        return [.. scores.EnumerateArray().Select(pair =>
            pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
            && pair.EnumerateArray().All(s => s.ValueKind == JsonValueKind.Number)
                ? new PairScore(pair[0].GetDouble(), pair[1].GetDouble())
                : throw Wrong())];

        InvalidDataException Wrong() =>
            new($"{where}: 'scores' must be [[winner, loser], …] with numbers, but is {scores.GetRawText()}.");
    }
}
