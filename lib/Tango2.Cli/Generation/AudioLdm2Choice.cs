using System.Text.Json.Nodes;
using Tango2.Pipelines;
using TorchSharp;

namespace Tango2.Cli.Generation;

/// <summary>What may be asked of AudioLDM 2 alone.</summary>
/// <param name="Negative">What is not to be heard; null for nothing.</param>
/// <param name="Seconds">The clips' length; null for the model's own.</param>
/// <param name="BestOf">Clips made of each prompt and seed, of which CLAP's best is kept.</param>
internal sealed record AudioLdm2Choice(string? Negative, double? Seconds, int BestOf)
{
    /// <summary>Refuses what a model cannot do.</summary>
    /// <exception cref="ArgumentException">Something is asked for, and the model is another.</exception>
    public void Check(ChosenModel model)
    {
        if (!model.IsAudioLdm2 && (Negative is not null || Seconds is not null || BestOf > 1))
            throw new ArgumentException($"--negative, --seconds and --best-of are of AudioLDM 2, but --model {model.Name} is another: leave them out.");
    }

    /// <summary>Adds what is asked for to the settings of a folder of clips.</summary>
    public void AddTo(JsonObject settings)
    {
        if (Negative is not null) settings["negative"] = Negative;
        if (Seconds is not null) settings["seconds"] = Seconds;
        if (BestOf > 1) settings["best of"] = BestOf;
    }

    /// <summary>Waveforms [B, N] of prompts by a pipeline of either kind.</summary>
    public torch.Tensor Generate(
        ITextToAudio tango, IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions options, Action<int, int> progress)
    {
        if (tango is not AudioLdm2 ldm) return tango.Generate(prompts, seeds, options, progress);
        using var scope = torch.NewDisposeScope();
        var all = ldm.Generate(prompts, seeds, new AudioLdm2Options
        {
            Walk = options,
            Seconds = Seconds,
            NegativePrompts = Negative is null ? null : [Negative],
            WaveformsPerPrompt = BestOf,
        }, progress);
        return all[torch.TensorIndex.Slice(0, null, BestOf)].clone().MoveToOuterDisposeScope(); // a prompt's best comes first
    }
}
