using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>Text to audio by latent diffusion: prompt → text states → latents → spectrogram → waveform.</summary>
public sealed class TextToAudio
{
    /// <summary>Shape of one clip's latents: C, T, F.</summary>
    public static IReadOnlyList<long> LatentShape { get; } = [8, 32, 8];

    private readonly UnigramTokenizer _tokenizer;
    private readonly T5EncoderModel _textEncoder;
    private readonly AutoencoderKL _vae;
    private readonly HiFiGanGenerator _vocoder;
    private static readonly NoiseSchedule Schedule = new();
    private static readonly UnreadEnds Unread = new("the text encoder", TextLength);

    /// <summary>Loads a model.</summary>
    /// <param name="models">The weights.</param>
    /// <param name="model">"base", "aligned" or another; see <see cref="ModelStore.UNet"/>.</param>
    public TextToAudio(ModelStore models, string model = "base")
        : this(models, models.TextEncoder(), models.UNet(model), models.Vae(), models.Vocoder()) { }

    private TextToAudio(
        ModelStore models, T5EncoderModel textEncoder, UNet2DConditionModel unet, AutoencoderKL vae,
        HiFiGanGenerator vocoder)
    {
        _tokenizer = models.Tokenizer();
        (_textEncoder, UNet, _vae, _vocoder) = (textEncoder, unet, vae, vocoder);
    }

    /// <summary>The denoising network.</summary>
    public UNet2DConditionModel UNet { get; private init; }

    /// <summary>The same pipeline with another U-Net, such as one in training.</summary>
    public TextToAudio With(UNet2DConditionModel unet, ModelStore models) =>
        new(models, _textEncoder, unet, _vae, _vocoder);

    /// <summary>Waveforms [B, N] at 16 kHz for prompts; prompt i with seed i is the same in any batch.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="seeds">B seeds, one for each clip's noise.</param>
    /// <param name="options">Steps, guidance and sampler.</param>
    /// <param name="progress">Told the clips done and their number.</param>
    public Tensor Generate(
        IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions? options = null,
        Action<int, int>? progress = null)
    {
        options ??= GenerationOptions.Default;
        Check(prompts, seeds, options);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = new List<Tensor>();
        for (var first = 0; first < prompts.Count; first += options.BatchSize)
        {
            var count = Math.Min(options.BatchSize, prompts.Count - first);
            using var inner = NewDisposeScope();
            var latents = Walked([.. prompts.Skip(first).Take(count)], [.. seeds.Skip(first).Take(count)], options);
            parts.Add(Decode(latents).MoveToOuterDisposeScope());
            progress?.Invoke(first + count, prompts.Count);
        }
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Latents z_0 [B, 8, T, F] for one batch of prompts.</summary>
    public Tensor Latents(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions options)
    {
        Check(prompts, seeds, options);
        return Walked(prompts, seeds, options);
    }

    // Before any work, and once for all batches.
    private void Check(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions options)
    {
        if (prompts.Count != seeds.Count)
            throw new ArgumentException($"Each prompt needs a seed: {prompts.Count} prompts, {seeds.Count} seeds.");
        if (prompts.Count == 0) throw new ArgumentException("At least one prompt is needed.", nameof(prompts));
        options.Validate();
        WarnOfUnread(prompts);
    }

    private void WarnOfUnread(IReadOnlyList<string> prompts) =>
        Unread.Warn(prompts, prompt => _tokenizer.ReadLength(prompt.ToLowerInvariant(), TextLength));

    private Tensor Walked(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var generators = RowNoise.Generators(seeds);
        var noise = RowNoise.Draw(generators, LatentShape.ToArray());
        using var denoiser = Guidance.Guide(
            UNet.call, States(prompts), States([.. prompts.Select(_ => "")]), options.GuidanceScale);
        return (options.Sampler switch
        {
            Sampler.Ddpm => DdpmSampler.Sample(Schedule, denoiser.Predict, noise, options.Steps, generators),
            Sampler.Ddim => DdimSampler.Sample(Schedule, denoiser.Predict, noise, options.Steps),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Sampler, "Unknown sampler."),
        }).MoveToOuterDisposeScope();
    }

    /// <summary>Waveforms [B, N] of latents [B, 8, T, F].</summary>
    public Tensor Decode(Tensor latents)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _vocoder.Vocode(_vae.DecodeLatents(latents)).MoveToOuterDisposeScope();
    }

    /// <summary>Spectrograms [B, 1, T, F] of latents [B, 8, T, F].</summary>
    public Tensor DecodeMel(Tensor latents)
    {
        using var noGrad = no_grad();
        return _vae.DecodeLatents(latents);
    }

    /// <summary>Latents [B, 8, T, F] of waveforms [B, N]: a sample of the posterior.</summary>
    public Tensor EncodeAudio(Tensor waveforms, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mel = new TacotronMel(ModelStore.Mel).Transform(waveforms, ModelStore.Mel.ClipFrames);
        return _vae.EncodeToLatents(mel, generator).MoveToOuterDisposeScope();
    }

    /// <summary>The text encoder's states of prompts, padded to <see cref="TextLength"/>.</summary>
    public TextStates Encode(IReadOnlyList<string> prompts)
    {
        WarnOfUnread(prompts);
        return States(prompts);
    }

    private TextStates States(IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var tokens = Tokens(_tokenizer, prompts);
        var states = _textEncoder.call(tokens.Ids, tokens.Mask);
        return new(states.MoveToOuterDisposeScope(), tokens.Mask.to(@bool).MoveToOuterDisposeScope());
    }

    /// <summary>How many tokens the mini models see of a caption; longer ones are cut.</summary>
    public const int TextLength = 32;

    /// <summary>Captions as the mini models read them: lower case, one length, so that a clip never depends on its batch.</summary>
    public static TokenBatch Tokens(UnigramTokenizer tokenizer, IReadOnlyList<string> captions) =>
        tokenizer.Batch([.. captions.Select(c => c.ToLowerInvariant())], TextLength, TextLength);
}
