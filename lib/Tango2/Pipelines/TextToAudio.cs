using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>Text to audio by latent diffusion, at any scale: prompt → text states → latents → spectrogram → waveform.</summary>
public sealed class TextToAudio : ITextToAudio
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

    /// <inheritdoc/>
    public GenerationOptions Defaults { get; }

    /// <summary>
    /// Whether it walks as the paper's code does where that differs from the formulas: by <see cref="TimestepSpacing.Leading"/>
    /// at any number of steps but all, and without guidance at any scale of 1 or less.
    /// </summary>
    public bool AsPublished { get; init; }

    /// <summary>Where the networks are, and all tensors that they make.</summary>
    public Device Device => UNet.Device;

    /// <summary>Shape of one clip's latents: C, T, F.</summary>
    public IReadOnlyList<long> LatentShape { get; }

    /// <inheritdoc/>
    public int SampleRate => _mel.SampleRate;

    /// <summary>Samples of a clip, as its frames count them; the published vocoder makes 32 more.</summary>
    public int ClipSamples => _mel.ClipSamples;

    /// <summary>Tokens that are read of a prompt.</summary>
    public int TextLength => _text.Length;

    /// <summary>The same pipeline with another U-Net, such as one in training.</summary>
    public TextToAudio With(UNet2DConditionModel unet) =>
        new(_text, unet, _vae, _vocoder, _mel, Schedule, Defaults) { AsPublished = AsPublished };

    /// <summary>Moves the networks, in place.</summary>
    /// <remarks>
    /// Only the denoiser takes the precision, and the text encoder bfloat16, which T5 was trained in; in float16 it overflows.
    /// The walk, the autoencoder and the vocoder stay in float32. Noise is drawn on the CPU, so that a seed is the same clip,
    /// but for rounding, on any device.
    /// </remarks>
    /// <param name="device">cpu, or a GPU that is there.</param>
    /// <param name="precision">The number type of the denoiser's weights.</param>
    /// <returns>This pipeline.</returns>
    public TextToAudio To(Device device, Precision precision = Precision.Float32)
    {
        UNet.Moved(device, precision.OfDenoiser());
        _text.Move(device, precision.OfTextEncoder());
        _vae.Moved(device, float32);
        _vocoder.Moved(device, float32);
        return this;
    }

    /// <summary>A U-Net as a denoiser with its text.</summary>
    public static TextDenoiser DenoiserOf(UNet2DConditionModel unet) => (noisyLatents, timesteps, text) =>
    {
        var (states, mask) = text;
        if (states.dtype == unet.Type && noisyLatents.dtype == unet.Type) return unet.call(noisyLatents, timesteps, states, mask);
        using var scope = NewDisposeScope();
        return unet.call(noisyLatents.to(unet.Type), timesteps, states.to(unet.Type), mask)
            .to(noisyLatents.dtype).MoveToOuterDisposeScope();
    };

    /// <summary>The timesteps of a walk, one call of the network each.</summary>
    /// <param name="options">Steps and sampler; null takes <see cref="Defaults"/>.</param>
    public IReadOnlyList<int> Timesteps(GenerationOptions? options = null) =>
        (options ?? Defaults).Timesteps(Schedule, AsPublished);

    /// <inheritdoc/>
    public Tensor Generate(
        IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions? options = null,
        Action<int, int>? progress = null)
    {
        options ??= Defaults;
        Check(prompts, seeds, options);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (parts, calls) = (new List<Tensor>(), Timesteps(options).Count);
        var all = calls * ((prompts.Count + options.BatchSize - 1) / options.BatchSize);
        for (var first = 0; first < prompts.Count; first += options.BatchSize)
        {
            var count = Math.Min(options.BatchSize, prompts.Count - first);
            var before = calls * (first / options.BatchSize);
            using var inner = NewDisposeScope();
            var latents = Walked(
                [.. prompts.Skip(first).Take(count)], Noise([.. seeds.Skip(first).Take(count)]), options,
                (done, _) => progress?.Invoke(before + done, all));
            parts.Add(Decode(latents).MoveToOuterDisposeScope());
        }
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Waveforms [B, N] for one batch of prompts, by noise that is given.</summary>
    /// <param name="prompts">B prompts; several samples of one stand beside each other.</param>
    /// <param name="noise">What the walk starts from and, for DDPM, draws.</param>
    /// <param name="options">Steps, guidance and sampler; null takes <see cref="Defaults"/>.</param>
    public Tensor Generate(IReadOnlyList<string> prompts, WalkNoise noise, GenerationOptions? options = null)
    {
        using var latents = Latents(prompts, noise, options);
        return Decode(latents);
    }

    /// <summary>Latents z_0 [B, C, T, F] for one batch of prompts.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="seeds">B seeds, one for each clip's noise.</param>
    /// <param name="options">Steps, guidance and sampler; null takes <see cref="Defaults"/>.</param>
    public Tensor Latents(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions? options = null)
    {
        options ??= Defaults;
        Check(prompts, seeds, options);
        using var scope = NewDisposeScope();
        return Walked(prompts, Noise(seeds), options).MoveToOuterDisposeScope();
    }

    /// <summary>Latents z_0 [B, C, T, F] for one batch of prompts, by noise that is given.</summary>
    /// <inheritdoc cref="Generate(IReadOnlyList{string}, WalkNoise, GenerationOptions?)"/>
    public Tensor Latents(IReadOnlyList<string> prompts, WalkNoise noise, GenerationOptions? options = null)
    {
        options ??= Defaults;
        Check(prompts, options);
        CheckLatents(noise.Initial);
        noise.Check(prompts.Count, Timesteps(options).Count, options);
        using var scope = NewDisposeScope();
        return Walked(prompts, NoiseSource.Of(noise, Device), options).MoveToOuterDisposeScope();
    }

    /// <summary>The network with prompts and guidance filled in; dispose it to free the texts.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="guidanceScale">w, 0 or more.</param>
    internal GuidedDenoiser Guided(IReadOnlyList<string> prompts, double guidanceScale)
    {
        using var scope = NewDisposeScope();
        var text = _text.States(prompts);
        if (AsPublished) guidanceScale = Math.Max(guidanceScale, 1); // at most 1 is without, there
        return new(Denoise, Read(text), Guidance.Applies(guidanceScale) ? Read(_text.Empty(text)) : null, guidanceScale);

        // In the network's type, once for all steps.
        TextStates Read(TextStates states) => states with { EncoderHiddenStates = states.EncoderHiddenStates.to(UNet.Type) };
    }

    /// <summary>The noise of clips of these seeds, the same in any batch.</summary>
    internal NoiseSource Noise(IReadOnlyList<long> seeds) =>
        NoiseSource.Of(RowNoise.Generators(seeds), LatentShape.ToArray(), Device);

    /// <summary>Waveforms [B, N] of latents [B, C, T, F].</summary>
    public Tensor Decode(Tensor latents)
    {
        CheckLatents(latents);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _vocoder.Vocode(_vae.DecodeLatents(latents.to(Device))).MoveToOuterDisposeScope();
    }

    /// <summary>Spectrograms [B, 1, T, F] of latents [B, C, T, F].</summary>
    public Tensor DecodeMel(Tensor latents)
    {
        CheckLatents(latents);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _vae.DecodeLatents(latents.to(Device)).MoveToOuterDisposeScope();
    }

    /// <summary>A sound as training hears it, [1, N]: the pipeline's rate, one clip long, its peak at one half.</summary>
    /// <param name="waveform">Of any rate and length; longer ones are cut at the end, shorter ones filled with silence.</param>
    public Tensor Prepare(Waveform waveform) => TrainingAudio.Prepare(waveform, _mel);

    /// <summary>Spectrograms [B, 1, T, F], natural logarithm of magnitudes, of waveforms [B, N].</summary>
    public Tensor Mel(Tensor waveforms)
    {
        using var noGrad = no_grad();
        return new TacotronMel(_mel).Transform(waveforms, _mel.ClipFrames);
    }

    /// <summary>What the autoencoder says of waveforms [B, N]: the distribution of their latents, before these are scaled.</summary>
    public Posterior EncodeAudio(Tensor waveforms)
    {
        using var noGrad = no_grad();
        using var mel = Mel(waveforms.to(Device));
        return _vae.Encode(mel);
    }

    /// <summary>Latents [B, C, T, F] of waveforms [B, N]: a sample of the posterior.</summary>
    public Tensor EncodeAudio(Tensor waveforms, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var noise = randn(
            [waveforms.shape[0], .. LatentShape], dtype: float32, device: generator.device, generator: generator);
        return EncodeAudio(waveforms, noise).MoveToOuterDisposeScope();
    }

    /// <summary>Latents [B, C, T, F] of waveforms [B, N]: the sample of the posterior that noise [B, C, T, F] makes.</summary>
    public Tensor EncodeAudio(Tensor waveforms, Tensor noise)
    {
        CheckLatents(noise);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return (EncodeAudio(waveforms).Sample(noise.to(Device)) * _vae.Config.ScaleFactor).MoveToOuterDisposeScope();
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
        Check(prompts, options);
    }

    private void Check(IReadOnlyList<string> prompts, GenerationOptions options)
    {
        if (prompts.Count == 0) throw new ArgumentException("At least one prompt is needed.", nameof(prompts));
        options.Validate(Schedule.Steps);
        _text.WarnOfUnread(prompts);
    }

    private Tensor Walked(
        IReadOnlyList<string> prompts, NoiseSource noise, GenerationOptions options, Action<int, int>? progress = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var denoiser = Guided(prompts, options.GuidanceScale);
        return options.Walk(Schedule, denoiser.Predict, noise, Timesteps(options), progress).MoveToOuterDisposeScope();
    }
}
