using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json;
using Tango2.Files;

namespace Tango2.Preferences;

/// <summary>Pairs as JSON lines: prompt, chosen, rejected, strategy and, if known, scores as [[winner, loser], …].</summary>
public static class PreferenceManifest
{
    private const int MostShown = 120;
    private static readonly string[] Required = ["prompt", "chosen", "rejected", "strategy"];

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes pairs, one a line, with the clips' paths as they are.</summary>
    public static void Write(string path, IEnumerable<PreferencePair> pairs) =>
        AtomicFile.WriteText(path, string.Concat(pairs.Select(pair => Line(pair).ToJsonString(Plain) + "\n")));

    /// <summary>Reads pairs; clip paths are taken relative to the manifest's folder and returned in full.</summary>
    /// <remarks>
    /// Without <paramref name="checkFiles"/> the clips may be mere ids, and come back as they stand. Warns of a manifest
    /// without pairs, of prompts that say nothing, which teach sound without text, of pairs that stand twice, and of winners scored below their losers: finished pairs by any model,
    /// mere ids, which the filter has yet to choose from, by all models.
    /// </remarks>
    /// <param name="path">The .jsonl file, UTF-8; empty lines are skipped.</param>
    /// <param name="checkFiles">Whether every clip is a file that must exist.</param>
    /// <exception cref="InvalidDataException">
    /// A line is wrong, or has one sound on both sides; the message names the file, the line and the key.
    /// </exception>
    public static IReadOnlyList<PreferencePair> Read(string path, bool checkFiles = true)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var (pairs, check) = (new List<PreferencePair>(), new PairCheck(path, message => new InvalidDataException(message)));
        foreach (var (index, text) in Utf8File.Lines(path).Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)))
        {
            var (place, where) = ($"line {index + 1}", $"{path}, line {index + 1}");
            var pair = Pair(Parse(text, where), folder, where, checkFiles);
            var (winner, loser) = checkFiles ? ClipFiles.Identities(pair.Winner, pair.Loser)
                : (Path.GetFullPath(pair.Winner, folder), Path.GetFullPath(pair.Loser, folder));
            bool Below(PairScore score) => score.Winner < score.Loser;
            check.Add(place, pair.Prompt, winner, loser,
                checkFiles ? pair.Scores.Any(Below) : pair.Scores.Count > 0 && pair.Scores.All(Below));
            pairs.Add(pair);
        }
        if (pairs.Count == 0) Warnings.Give($"{path} holds no pairs.");
        if (pairs.Count(pair => string.IsNullOrWhiteSpace(pair.Prompt)) is var silent and > 0)
            Warnings.Give($"{path}: of {pairs.Count} pairs {silent} have an empty prompt: they teach sound without text.");
        check.Report();
        return pairs;
    }

    private static JsonObject Line(PreferencePair pair)
    {
        if (!pair.Scores.All(s => double.IsFinite(s.Winner) && double.IsFinite(s.Loser)))
            throw new ArgumentException($"Scores must be finite, but the pair of '{pair.Prompt}' has NaN or infinity.");
        foreach (var text in new[] { pair.Prompt, pair.Winner, pair.Loser }) Utf8File.CheckText(text);
        var line = new JsonObject
        {
            ["prompt"] = pair.Prompt,
            ["chosen"] = pair.Winner,
            ["rejected"] = pair.Loser,
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
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter: half a pair in a key
        {
            throw new InvalidDataException($"{where}: not valid JSON: {error.Message}", error);
        }
        throw new InvalidDataException($"{where}: must be a JSON object, but is {text.Trim()[..1]}….");
    }

    private static PreferencePair Pair(JsonElement line, string folder, string where, bool checkFiles)
    {
        foreach (var property in line.EnumerateObject())
            if (Name(property, where) is var name && name != "scores" && !Required.Contains(name))
                throw new InvalidDataException(
                    $"{where}: unknown key '{Short(name)}'; known are {string.Join(", ", Required)} and scores.");
        var label = Text(line, "strategy", where, orNumber: true);
        var strategy = StrategyLabel.TryParse(label) ?? throw new InvalidDataException(
            $"{where}: strategy must be 1.1, 1.2, 2 or 3, but is '{Short(label)}'.");
        return new(
            Text(line, "prompt", where, orNothing: true), Clip(line, "chosen", folder, where, checkFiles),
            Clip(line, "rejected", folder, where, checkFiles), strategy, Scores(line, where));
    }

    private static string Name(JsonProperty property, string where)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException($"{where}: a key holds half of a surrogate pair, which is no text.", error);
        }
    }

    private static string Text(JsonElement line, string key, string where, bool orNumber = false, bool orNothing = false)
    {
        if (!line.TryGetProperty(key, out var value)) throw new InvalidDataException($"{where}: key '{key}' is missing.");
        if (orNumber && value.ValueKind == JsonValueKind.Number)
            return value.GetDouble().ToString(CultureInfo.InvariantCulture);
        try
        {
            if (value.ValueKind == JsonValueKind.String && (orNothing || !string.IsNullOrWhiteSpace(value.GetString())))
                return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException(
                $"{where}: '{key}' holds half of a surrogate pair, which is no text: {Short(value.GetRawText())}.", error);
        }
        throw new InvalidDataException(
            $"{where}: '{key}' must be a text that is not empty, but is {Short(value.GetRawText())}.");
    }

    private static string Clip(JsonElement line, string key, string folder, string where, bool checkFiles)
    {
        var name = Text(line, key, where);
        if (name.Contains('\0')) throw new InvalidDataException($"{where}: '{key}' holds a NUL, which no file's name can.");
        if (!checkFiles) return name; // an id, such as a planned clip's
        var file = Path.GetFullPath(name, folder);
        return FileKinds.Of(file) switch
        {
            FileKind.Regular => file,
            FileKind.Missing => throw new InvalidDataException($"{where}: the file of '{key}', {Short(file)}, does not exist."),
            FileKind.Folder => throw new InvalidDataException($"{where}: the file of '{key}', {Short(file)}, is a folder."),
            _ => throw new InvalidDataException($"{where}: the file of '{key}', {Short(file)}, is no regular file."),
        };
    }

    private static PairScore[] Scores(JsonElement line, string where)
    {
        if (!line.TryGetProperty("scores", out var scores)) return [];
        if (scores.ValueKind != JsonValueKind.Array) throw Wrong();
        return [.. scores.EnumerateArray().Select(pair =>
            pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
            && pair.EnumerateArray().All(s => s.ValueKind == JsonValueKind.Number && double.IsFinite(s.GetDouble()))
                ? new PairScore(pair[0].GetDouble(), pair[1].GetDouble())
                : throw Wrong())];

        InvalidDataException Wrong() =>
            new($"{where}: 'scores' must be [[winner, loser], …] with finite numbers, but is {Short(scores.GetRawText())}.");
    }

    // Of one line, and not the whole of a long text.
    private static string Short(string text) =>
        (text.Length <= MostShown ? text : text[..MostShown] + "…").ReplaceLineEndings(" ");
}

/// <summary>Tells whether two files of sound are one.</summary>
internal static class ClipFiles
{
    /// <summary>What two files are compared by: their paths without links; one path for both if they hold the same bytes.</summary>
    public static (string Winner, string Loser) Identities(string winner, string loser)
    {
        var (first, second) = (Target(winner), Target(loser));
        return (first, first == second || HoldTheSame(first, second) ? first : second);
    }

    // Links of the file itself; links among its folders show in the bytes.
    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static bool HoldTheSame(string first, string second)
    {
        using var a = File.OpenRead(first);
        using var b = File.OpenRead(second);
        if (a.Length != b.Length || a.Length == 0) return false; // nothing is compared where nothing is heard
        Span<byte> x = stackalloc byte[4096], y = stackalloc byte[4096];
        while (true)
        {
            var count = a.ReadAtLeast(x, x.Length, throwOnEndOfStream: false);
            if (b.ReadAtLeast(y, y.Length, throwOnEndOfStream: false) != count || !x[..count].SequenceEqual(y[..count])) return false;
            if (count < x.Length) return true;
        }
    }
}
