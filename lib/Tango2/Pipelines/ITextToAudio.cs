namespace Tango2.Pipelines;

/// <summary>What makes sound of prompts, of any kind and scale.</summary>
public interface ITextToAudio
{
    /// <summary>Hz.</summary>
    int SampleRate { get; }

    /// <summary>How clips are generated where nothing else is asked for.</summary>
    GenerationOptions Defaults { get; }

    /// <summary>Waveforms [B, N] for prompts; prompt i with seed i is the same in any batch.</summary>
    /// <param name="prompts">B prompts; several samples of one stand beside each other.</param>
    /// <param name="seeds">B seeds, one for each clip's noise.</param>
    /// <param name="options">Steps, guidance and sampler; null takes <see cref="Defaults"/>.</param>
    /// <param name="progress">Told the calls of the denoising network that are done, and their number.</param>
    Tensor Generate(
        IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions? options = null,
        Action<int, int>? progress = null);
}
