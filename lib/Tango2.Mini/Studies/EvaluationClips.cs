using System.Security.Cryptography;
using System.Text.Json;
using Tango2.Checkpoints;
using Tango2.Files;
using Tango2.Lab;
using Tango2.Pipelines;

namespace Tango2.Studies;

/// <summary>The clips of an evaluation as a file, so that they are generated once: out/evaluation/&lt;model&gt;.safetensors.</summary>
/// <param name="models">The weights that the clips come from; clips of other weights are not taken.</param>
/// <param name="folder">Where the files lie; by default out/evaluation of the repository.</param>
public sealed class EvaluationClips(ModelStore models, string? folder = null)
{
    private readonly string _folder = folder ?? Path.Combine(Repository.Root, "out", "evaluation");

    /// <summary>The path of a model's file.</summary>
    public string PathOf(string model) => Path.Combine(_folder, $"{model}.safetensors");

    /// <summary>Keeps clips.</summary>
    /// <param name="model">"base" or "aligned".</param>
    /// <param name="waveforms">[B, N] at 16 kHz, one for each prompt.</param>
    /// <param name="set">Their prompts and seeds.</param>
    /// <param name="options">How they were generated; by default as the evaluation does it.</param>
    /// <exception cref="ArgumentException">There is not one clip for each prompt.</exception>
    public void Write(string model, Tensor waveforms, EvaluationSet set, GenerationOptions? options = null)
    {
        if (waveforms.shape[0] != set.Clips.Count)
            throw new ArgumentException(
                $"Each of {set.Clips.Count} prompts needs a clip, but there are {waveforms.shape[0]} clips.");
        SafeTensors.Write(PathOf(model), [new("waveforms", waveforms)], new Dictionary<string, string>
        {
            ["weights"] = Weights(model),
            ["prompts"] = JsonSerializer.Serialize(set.Prompts),
            ["seeds"] = JsonSerializer.Serialize(set.Seeds),
            ["options"] = Told(options),
        });
    }

    /// <summary>The kept clips [B, N], or null when there are none of these prompts, seeds, weights and options.</summary>
    /// <remarks>A file of another program, which does not tell what its clips are of, holds none.</remarks>
    /// <param name="model">"base" or "aligned".</param>
    /// <param name="set">The prompts: all that were kept, or the first of them.</param>
    /// <param name="options">How they must have been generated; by default as the evaluation does it.</param>
    public Tensor? Read(string model, EvaluationSet set, GenerationOptions? options = null)
    {
        if (!File.Exists(PathOf(model))) return null;
        var kept = SafeTensors.ReadMetadata(PathOf(model));
        if (!kept.TryGetValue("weights", out var weights) || weights != Weights(model)
            || !kept.TryGetValue("options", out var told) || told != Told(options)
            || !kept.TryGetValue("prompts", out var prompts) || !Begins(prompts, set.Prompts)
            || !kept.TryGetValue("seeds", out var seeds) || !Begins(seeds, set.Seeds))
            return null;
        using var scope = NewDisposeScope();
        return SafeTensors.Read(PathOf(model))["waveforms"].narrow(0, 0, set.Clips.Count).clone().MoveToOuterDisposeScope();
    }

    /// <summary>The kept clips of these prompts, or new ones.</summary>
    /// <param name="pipeline">Makes new ones.</param>
    /// <param name="model">What the pipeline's model is called.</param>
    /// <param name="set">The prompts.</param>
    public Tensor ReadOrGenerate(TextToAudio pipeline, string model, EvaluationSet set) =>
        Read(model, set) ?? pipeline.Generate(set.Prompts, set.Seeds);

    // A batch's size changes no clip.
    private static string Told(GenerationOptions? options) =>
        JsonSerializer.Serialize((options ?? GenerationOptions.Default) with { BatchSize = 1 });

    private static bool Begins<T>(string kept, IReadOnlyList<T> wanted)
        where T : notnull => JsonSerializer.Deserialize<T[]>(kept)!.Take(wanted.Count).SequenceEqual(wanted);

    private string Weights(string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in new[] { "tokenizer.model", "text-encoder.safetensors", $"unet-{model}.safetensors",
            "vae.safetensors", "vocoder.safetensors" })
            if (File.Exists(models.PathOf(name))) hash.AppendData(File.ReadAllBytes(models.PathOf(name)));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
