using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>Text to audio by latent diffusion, at any scale: prompt → text states → latents → spectrogram → waveform.</summary>
public sealed class TextToAudio
{
    private readonly PromptEncoder _text;
    private readonly AutoencoderKL _vae;
    private readonly HiFiGanGenerator _vocoder;
    private readonly MelConfig _mel;

    /// <summary>Puts the networks together.</summary>
    /// <param name="text">Prompts to states.</param>
    /// <param name="unet">The denoiser of latents.</param>
    /// <param name="vae">Spectrograms to latents and back.</param>
    /// <param name="vocoder">Spectrograms to waveforms.</param>
    /// <param name="mel">The spectrograms' geometry; a clip is as long as it says.</param>
    /// <param name="schedule">The schedule that the denoiser was trained with, which the pipeline keeps.</param>
    /// <param name="defaults">How clips are generated where nothing else is asked for.</param>
    /// <exception cref="ArgumentException">The networks do not fit together; the message tells which and how.</exception>
    public TextToAudio(
        PromptEncoder text, UNet2DConditionModel unet, AutoencoderKL vae, HiFiGanGenerator vocoder, MelConfig mel,
        NoiseSchedule schedule, GenerationOptions defaults)
    {
        var squeezed = vae.Config.Compression;
        Fits.Same(unet.Config.InChannels, vae.Config.EmbedDim, "the U-Net's in_channels", "the autoencoder's embed_dim");
        Fits.Same(unet.Config.OutChannels, vae.Config.EmbedDim, "the U-Net's out_channels", "the autoencoder's embed_dim");
        Fits.Same(unet.Config.CrossAttentionDim, text.Width, "the U-Net's cross_attention_dim", "the text encoder's width");
        Fits.Same(vocoder.Config.NumMels, mel.MelBins, "the vocoder's num_mels", "the mel bins");
        Fits.Same(vocoder.Config.HopSize, mel.HopLength, "the vocoder's hop_size", "the mel's hop");
        Fits.Same(vocoder.Config.SamplingRate, mel.SampleRate, "the vocoder's sampling_rate", "the mel's rate");
        Fits.Same(mel.ClipSamples % mel.HopLength, 0, $"the clip's samples modulo {mel.HopLength}", "what frames fill");
        Fits.Same(mel.ClipFrames % squeezed, 0, $"the clip's frames modulo {squeezed}", "what the autoencoder can halve");
        Fits.Same(mel.MelBins % squeezed, 0, $"the mel bins modulo {squeezed}", "what the autoencoder can halve");
        Fits.Same(mel.MelBins % 2, 0, "the mel bins modulo 2", "what the front end keeps");
        (_text, UNet, _vae, _vocoder, _mel, Schedule, Defaults) = (text, unet, vae, vocoder, mel, schedule, defaults);
        LatentShape = [vae.Config.EmbedDim, mel.ClipFrames / squeezed, mel.MelBins / squeezed];
    }

    /// <summary>The denoising network.</summary>
    public UNet2DConditionModel UNet { get; private init; }

    /// <summary>The denoising network with its text.</summary>
    public TextDenoiser Denoise => DenoiserOf(UNet);

    /// <summary>The schedule that the network was trained with.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>How clips are generated where nothing else is asked for.</summary>
    public GenerationOptions Defaults { get; }

    /// <summary>Shape of one clip's latents: C, T, F.</summary>
    public IReadOnlyList<long> LatentShape { get; }

    /// <summary>Hz.</summary>
    public int SampleRate => _mel.SampleRate;

    /// <summary>Samples of a clip, as its frames count them; the published vocoder makes 32 more.</summary>
    public int ClipSamples => _mel.ClipSamples;

    /// <summary>Tokens that are read of a prompt.</summary>
    public int TextLength => _text.Length;

    /// <summary>The same pipeline with another U-Net, such as one in training.</summary>
    public TextToAudio With(UNet2DConditionModel unet) => new(_text, unet, _vae, _vocoder, _mel, Schedule, Defaults);

    /// <summary>A U-Net as a denoiser with its text.</summary>
    public static TextDenoiser DenoiserOf(UNet2DConditionModel unet) => (noisyLatents, timesteps, text) =>
        unet.call(noisyLatents, timesteps, text.EncoderHiddenStates, text.EncoderAttentionMask);

    /// <summary>Waveforms [B, N] for prompts; prompt i with seed i is the same in any batch.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="seeds">B seeds, one for each clip's noise.</param>
    /// <param name="options">Steps, guidance and sampler; null takes <see cref="Defaults"/>.</param>
    /// <param name="progress">Told the clips done and their number.</param>
    public Tensor Generate(
        IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions? options = null,
        Action<int, int>? progress = null)
    {
        options ??= Defaults;
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

    /// <summary>Latents z_0 [B, C, T, F] for one batch of prompts.</summary>
    /// <inheritdoc cref="Generate"/>
    public Tensor Latents(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions? options = null)
    {
        options ??= Defaults;
        Check(prompts, seeds, options);
        return Walked(prompts, seeds, options);
    }

    /// <summary>The network with prompts and guidance filled in; dispose it to free the texts.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="guidanceScale">w, 0 or more.</param>
    internal GuidedDenoiser Guided(IReadOnlyList<string> prompts, double guidanceScale)
    {
        using var scope = NewDisposeScope();
        var text = _text.States(prompts);
        return new(Denoise, text, Guidance.Applies(guidanceScale) ? _text.Empty(text) : null, guidanceScale);
    }

    /// <summary>The noise [B, C, T, F] that clips of these seeds start from, and what draws the rest of it.</summary>
    internal (Tensor Noise, IReadOnlyList<Generator> Generators) Noise(IReadOnlyList<long> seeds)
    {
        var generators = RowNoise.Generators(seeds);
        return (RowNoise.Draw(generators, LatentShape.ToArray()), generators);
    }

    /// <summary>Waveforms [B, N] of latents [B, C, T, F].</summary>
    public Tensor Decode(Tensor latents)
    {
        CheckLatents(latents);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _vocoder.Vocode(_vae.DecodeLatents(latents)).MoveToOuterDisposeScope();
    }

    /// <summary>Spectrograms [B, 1, T, F] of latents [B, C, T, F].</summary>
    public Tensor DecodeMel(Tensor latents)
    {
        CheckLatents(latents);
        using var noGrad = no_grad();
        return _vae.DecodeLatents(latents);
    }

    /// <summary>Latents [B, C, T, F] of waveforms [B, N]: a sample of the posterior.</summary>
    public Tensor EncodeAudio(Tensor waveforms, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mel = new TacotronMel(_mel).Transform(waveforms, _mel.ClipFrames);
        return _vae.EncodeToLatents(mel, generator).MoveToOuterDisposeScope();
    }

    /// <summary>The text encoder's states of prompts; warns of those whose end is not read.</summary>
    public TextStates Encode(IReadOnlyList<string> prompts) => _text.Encode(prompts);

    /// <summary>Refuses latents of another geometry: the networks take any T and F.</summary>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    internal void CheckLatents(Tensor latents) =>
        Tensors.Shape.Check(latents, $"B, {string.Join(", ", LatentShape)}", nameof(latents));

    // Before any work, and once for all batches.
    private void Check(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions options)
    {
        if (prompts.Count != seeds.Count)
            throw new ArgumentException($"Each prompt needs a seed: {prompts.Count} prompts, {seeds.Count} seeds.");
        if (prompts.Count == 0) throw new ArgumentException("At least one prompt is needed.", nameof(prompts));
        options.Validate(Schedule.Steps);
        _text.WarnOfUnread(prompts);
    }

    private Tensor Walked(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (noise, generators) = Noise(seeds);
        using var denoiser = Guided(prompts, options.GuidanceScale);
        return (options.Sampler switch
        {
            Sampler.Ddpm => DdpmSampler.Sample(Schedule, denoiser.Predict, noise, options.Steps, generators),
            Sampler.Ddim => DdimSampler.Sample(Schedule, denoiser.Predict, noise, options.Steps),
            Sampler.DpmSolver => DpmSolverSampler.Sample(Schedule, denoiser.Predict, noise, options.Steps),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Sampler, "Unknown sampler."),
        }).MoveToOuterDisposeScope();
    }
}
