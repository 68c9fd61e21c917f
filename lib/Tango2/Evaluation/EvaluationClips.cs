using System.Globalization;
using System.Text.Json;
using Tango2.Checkpoints;
using Tango2.Pipelines;

namespace Tango2.Evaluation;

/// <summary>The clips of an evaluation as files, so that they are generated once: FOLDER/&lt;model&gt;.safetensors.</summary>
/// <param name="folder">Where the files lie.</param>
/// <param name="weights">A digest of all that makes a model's clips, by its name; clips of other weights are not taken.</param>
/// <param name="defaults">How clips are generated where nothing else is asked for.</param>
public sealed class EvaluationClips(string folder, Func<string, string> weights, GenerationOptions defaults)
{
    /// <summary>The path of a model's file.</summary>
    public string PathOf(string model) => Path.Combine(folder, $"{model}.safetensors");

    /// <summary>Keeps clips.</summary>
    /// <param name="model">What the model is called.</param>
    /// <param name="waveforms">[B, N], one for each prompt, at the protocol's rate.</param>
    /// <param name="protocol">Their prompts and seeds.</param>
    /// <param name="options">How they were generated; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is not one clip for each prompt.</exception>
    public void Write(string model, Tensor waveforms, Protocol protocol, GenerationOptions? options = null)
    {
        if (waveforms.shape[0] != protocol.Prompts.Count)
            throw new ArgumentException(
                $"Each of {protocol.Prompts.Count} prompts needs a clip, but there are {waveforms.shape[0]} clips.");
        SafeTensors.Write(PathOf(model), [new("waveforms", waveforms)], new Dictionary<string, string>
        {
            ["weights"] = weights(model),
            ["prompts"] = JsonSerializer.Serialize(protocol.Prompts),
            ["seeds"] = JsonSerializer.Serialize(protocol.Seeds),
            ["options"] = Told(options),
            ["rate"] = Rate(protocol),
        });
    }

    /// <summary>The kept clips [B, N]; null when there are none of these prompts, seeds, rate, weights and options.</summary>
    /// <remarks>A file of another program, which does not tell what its clips are of, holds none.</remarks>
    /// <param name="model">What the model is called.</param>
    /// <param name="protocol">The prompts: all that were kept, or the first of them.</param>
    /// <param name="options">How they must have been generated; null for the defaults.</param>
    public Tensor? Read(string model, Protocol protocol, GenerationOptions? options = null)
    {
        if (!File.Exists(PathOf(model))) return null;
        var kept = SafeTensors.ReadMetadata(PathOf(model));
        if (!kept.TryGetValue("weights", out var digest) || digest != weights(model)
            || !kept.TryGetValue("options", out var told) || told != Told(options)
            || !kept.TryGetValue("rate", out var rate) || rate != Rate(protocol)
            || !kept.TryGetValue("prompts", out var prompts) || !Begins(prompts, protocol.Prompts)
            || !kept.TryGetValue("seeds", out var seeds) || !Begins(seeds, protocol.Seeds))
            return null;
        using var scope = NewDisposeScope();
        return SafeTensors.Read(PathOf(model))["waveforms"].narrow(0, 0, protocol.Prompts.Count).clone().MoveToOuterDisposeScope();
    }

    /// <summary>The kept clips of these prompts, or new ones.</summary>
    /// <param name="tango">Makes new ones.</param>
    /// <param name="model">What it is called.</param>
    /// <param name="protocol">The prompts.</param>
    public Tensor ReadOrGenerate(TextToAudio tango, string model, Protocol protocol) =>
        Read(model, protocol) ?? protocol.Generate(tango);

    private static string Rate(Protocol protocol) => protocol.SampleRate.ToString(CultureInfo.InvariantCulture);

    // A batch's size changes no clip.
    private string Told(GenerationOptions? options) =>
        JsonSerializer.Serialize((options ?? defaults) with { BatchSize = 1 });

    private static bool Begins<T>(string kept, IReadOnlyList<T> wanted)
        where T : notnull => JsonSerializer.Deserialize<T[]>(kept)!.Take(wanted.Count).SequenceEqual(wanted);
}
