using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tango2.Files;

namespace Tango2.Cli.Generation;

/// <summary>One clip of a folder.</summary>
/// <param name="File">Its name in the folder, with / between folders.</param>
/// <param name="Prompt">What it was made of.</param>
/// <param name="Seed">Of its noise.</param>
internal sealed record PlannedFile(string File, string Prompt, long Seed)
{
    /// <summary>
    /// The files of prompts: output_0.wav and so on, as the reference's evaluation names them; of several samples a prompt,
    /// each in a folder of its own, so that each can be evaluated.
    /// </summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="samples">Samples of each.</param>
    /// <param name="seed">Of the first clip; each further one has the next. A prompt's samples follow each other.</param>
    public static IReadOnlyList<PlannedFile> Of(IReadOnlyList<string> prompts, int samples, long seed) =>
    [
        .. prompts.SelectMany((prompt, i) => Enumerable.Range(0, samples).Select(s => new PlannedFile(
            samples == 1 ? $"output_{i}.wav" : $"sample_{s + 1}/output_{i}.wav", prompt, unchecked(seed + (long)i * samples + s)))),
    ];
}

/// <summary>A folder of clips with its manifest.jsonl: what was made, of what, and how. A stopped run goes on in it.</summary>
internal sealed class ClipFolder
{
    private const string ManifestName = "manifest.jsonl";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, JsonObject> _lines;
    private readonly IReadOnlyList<PlannedFile> _plan;
    private readonly JsonObject _settings;

    /// <summary>Opens a folder, which may not be there yet.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="plan">All clips that it is to hold.</param>
    /// <param name="settings">How they are made.</param>
    /// <exception cref="ArgumentException">It holds clips that were made otherwise; the message tells what differs.</exception>
    /// <exception cref="InvalidDataException">Its manifest is damaged; the message names the line.</exception>
    public ClipFolder(string folder, IReadOnlyList<PlannedFile> plan, JsonObject settings)
    {
        AtomicFile.CheckFolder(folder, "--out");
        (Path, _plan, _settings) = (folder, plan, settings);
        _lines = Read();
        foreach (var (file, line) in _lines) Check(file, line);
        if (plan.FirstOrDefault(clip => File.Exists(At(clip.File)) && !_lines.ContainsKey(clip.File)) is { } foreign)
            throw Other($"{foreign.File}, of which no {ManifestName} tells");
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    private string ManifestPath => At(ManifestName);

    /// <summary>The clips that are not there yet, or are not what the manifest says.</summary>
    public IReadOnlyList<PlannedFile> Missing() => [.. _plan.Where(clip => !IsThere(clip.File))];

    /// <summary>Writes clips, each whole or not at all.</summary>
    /// <remarks>The manifest first: a clip that it tells of and that is not there is made again, one that it does not tell of is another's.</remarks>
    public void Write(IReadOnlyList<(PlannedFile Clip, byte[] Wav)> clips)
    {
        foreach (var (clip, wav) in clips)
        {
            _lines[clip.File] = new JsonObject
            {
                ["file"] = clip.File,
                ["prompt"] = clip.Prompt,
                ["seed"] = clip.Seed,
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(wav)),
                ["settings"] = _settings.DeepClone(),
            };
        }
        WriteManifest();
        foreach (var (clip, wav) in clips) AtomicFile.Write(At(clip.File), stream => stream.Write(wav));
    }

    // A line for each clip, in the plan's order.
    private void WriteManifest() => AtomicFile.WriteText(ManifestPath, string.Concat(
        _plan.Where(clip => _lines.ContainsKey(clip.File)).Select(clip => _lines[clip.File].ToJsonString(Plain) + "\n")));

    private string At(string file) => System.IO.Path.Combine(Path, file);

    private bool IsThere(string file)
    {
        if (!_lines.TryGetValue(file, out var line) || !File.Exists(At(file))) return false;
        using var stream = File.OpenRead(At(file));
        if (Convert.ToHexStringLower(SHA256.HashData(stream)) == (string?)line["sha256"]) return true;
        Warnings.Give($"{At(file)} is not what {ManifestName} says of it, and is made again.");
        return false;
    }

    private Dictionary<string, JsonObject> Read()
    {
        if (!File.Exists(ManifestPath)) return [];
        var lines = new Dictionary<string, JsonObject>();
        foreach (var (index, text) in Utf8File.Lines(ManifestPath).Index().Where(l => !string.IsNullOrWhiteSpace(l.Item)))
        {
            try
            {
                var line = JsonNode.Parse(text)!.AsObject();
                lines[(string)line["file"]!] = line["settings"] is JsonObject && (string?)line["prompt"] is not null && line["seed"] is not null
                    ? line : throw new InvalidOperationException("a key is missing");
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or NullReferenceException or FormatException)
            {
                throw new InvalidDataException(
                    $"{ManifestPath}, line {index + 1}: expected file, prompt, seed, sha256 and settings: {error.Message.TrimEnd('.')}. " +
                    "Remove the line, and its clip is made again.", error);
            }
        }
        return lines;
    }

    private void Check(string file, JsonObject line)
    {
        var clip = _plan.FirstOrDefault(c => c.File == file)
            ?? throw Other($"{file}, which this run would not make");
        if ((string)line["prompt"]! != clip.Prompt) throw Other($"{file} of the prompt \"{line["prompt"]}\", which is \"{clip.Prompt}\" here");
        if (line["seed"]!.ToJsonString() != $"{clip.Seed}") throw Other($"{file} with seed {line["seed"]}, which is {clip.Seed} here");
        var settings = line["settings"]!.AsObject();
        string[] differ =
        [
            .. settings.Select(s => s.Key).Union(_settings.Select(s => s.Key))
                .Where(key => settings[key]?.ToJsonString() != _settings[key]?.ToJsonString())
                .Select(key => $"{key} {settings[key]?.ToJsonString(Plain) ?? "unset"}, which is {_settings[key]?.ToJsonString(Plain) ?? "unset"} here"),
        ];
        if (differ.Length > 0) throw Other($"{file} with {string.Join("; ", differ)}");
    }

    private ArgumentException Other(string what) => new(
        $"{Path} belongs to another run: it holds {what}. Name another folder with --out, or remove this one.");
}
