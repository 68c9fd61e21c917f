// Numerics of diffusers' AudioLDM2Pipeline (v0.21.4), written from its documented steps. Left out: its noise of eta above 0.
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Tensors;

namespace Tango2.Pipelines;

/// <summary>AudioLDM 2, the paper's baseline: prompts to latents by two encoders and a language model, then to sound.</summary>
/// <remarks>
/// <see cref="Encode"/>, <see cref="Latents"/>, <see cref="Decode"/> and <see cref="Rank"/> are the reference's steps, and take
/// all they are given as one of its batches. There the language model counts padding among its places, so that a prompt's
/// clip depends on the longest prompt beside it. <see cref="Generate(IReadOnlyList{string}, IReadOnlyList{long}, AudioLdm2Options, Action{int, int}?)"/>
/// reads each prompt alone instead: its clips are those of the reference asked for that prompt only.
/// </remarks>
public sealed class AudioLdm2 : ITextToAudio
{
    private readonly AudioLdm2TextEncoder _text;
    private readonly AudioLdm2Listener _listener;
    private readonly AudioLdm2UNet _unet;
    private readonly AutoencoderKL _vae;
    private readonly HiFiGanGenerator _vocoder;

    /// <summary>Puts the networks together.</summary>
    /// <exception cref="ArgumentException">The networks do not fit together; the message tells which and how.</exception>
    internal AudioLdm2(
        AudioLdm2TextEncoder text, AudioLdm2Listener listener, AudioLdm2UNet unet, AutoencoderKL vae, HiFiGanGenerator vocoder,
        NoiseSchedule schedule)
    {
        var squeezed = vae.Config.Compression;
        Fits.Same(unet.Config.InChannels, vae.Config.EmbedDim, "the U-Net's in_channels", "the autoencoder's latent_channels");
        Fits.Same(unet.Config.OutChannels, vae.Config.EmbedDim, "the U-Net's out_channels", "the autoencoder's latent_channels");
        foreach (var width in unet.Config.Widths(generated: true))
            Fits.Same(width, text.GeneratedWidth, "a cross_attention_dim of the U-Net", "the language model's n_embd");
        foreach (var width in unet.Config.Widths(generated: false))
            Fits.Same(width, text.TextWidth, "a cross_attention_dim of the U-Net", "the text encoder's d_model");
        Fits.Same(vocoder.Config.NumMels % squeezed, 0, $"the vocoder's model_in_dim modulo {squeezed}", "what the autoencoder can halve");
        (_text, _listener, _unet, _vae, _vocoder, Schedule) = (text, listener, unet, vae, vocoder, schedule);
    }

    /// <inheritdoc/>
    public int SampleRate => _vocoder.Config.SamplingRate;

    /// <inheritdoc/>
    public GenerationOptions Defaults => Reference;

    /// <summary>The reference's steps, guidance and sampler.</summary>
    internal static GenerationOptions Reference { get; } = new() { GuidanceScale = 3.5, Sampler = Sampler.Ddim, BatchSize = 4 };

    /// <summary>The schedule that the denoiser was trained with.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>Where the networks are, and all tensors that they make.</summary>
    public Device Device => _unet.Device;

    /// <summary>The length of a clip that nobody asks another of, seconds.</summary>
    public double Seconds => _unet.Config.SampleSize * _vae.Config.Compression * SecondsPerFrame;

    private double SecondsPerFrame => _vocoder.Config.HopSize / (double)SampleRate;

    /// <summary>Moves the networks, in place; only the denoiser takes the precision.</summary>
    /// <param name="device">cpu, or a GPU that is there.</param>
    /// <param name="precision">The number type of the denoiser's weights.</param>
    /// <returns>This pipeline.</returns>
    public AudioLdm2 To(Device device, Precision precision = Precision.Float32)
    {
        _unet.Moved(device, precision.OfDenoiser());
        _text.Move(device);
        foreach (var network in (nn.Module[])[_vae, _vocoder]) network.Moved(device, float32);
        return this;
    }

    /// <summary>The timesteps of a walk, one call of the network each: the reference's for DDIM and DDPM at any number but all.</summary>
    /// <param name="options">Steps and sampler; null takes <see cref="Defaults"/>.</param>
    public IReadOnlyList<int> Timesteps(GenerationOptions? options = null) =>
        (options ?? Defaults).Timesteps(Schedule, asReferenced: true);

    /// <summary>Shape of one clip's latents: C, T, F.</summary>
    /// <param name="seconds">The clip's length; null takes <see cref="Seconds"/>.</param>
    /// <exception cref="ArgumentException">The clip is shorter than one place of the latents.</exception>
    public IReadOnlyList<long> LatentShape(double? seconds = null)
    {
        var (squeezed, length) = (_vae.Config.Compression, seconds ?? Seconds);
        var least = SecondsPerFrame * squeezed;
        if (!double.IsFinite(length) || length < least || length * SampleRate > int.MaxValue)
            throw new ArgumentException(FormattableString.Invariant(
                $"A clip must be {least:0.###} seconds or longer, but {length:0.###} are asked for."), nameof(seconds));
        var frames = (long)(length / SecondsPerFrame);
        return [_vae.Config.EmbedDim, (frames + squeezed - 1) / squeezed, _vocoder.Config.NumMels / squeezed];
    }

    /// <summary>What the two encoders and the language model make of prompts, as one batch of the reference.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="length">
    /// Tokens of the text encoder that all are filled up or cut to, which the reference makes negative prompts to be as many as
    /// the prompts'; null takes the longest.
    /// </param>
    /// <param name="newTokens">States that the language model makes; null takes its configuration's.</param>
    public AudioLdm2Text Encode(IReadOnlyList<string> prompts, int? length = null, int? newTokens = null)
    {
        if (prompts.Count == 0) throw new ArgumentException("At least one prompt is needed.", nameof(prompts));
        using var noGrad = no_grad();
        return _text.Encode(prompts, length, newTokens);
    }

    /// <summary>Latents z_0 [B·n, C, T, F] for one batch of prompts, by noise that is given.</summary>
    /// <param name="text">B prompts.</param>
    /// <param name="negative">What is not to be heard, of the same shapes; may be null where the guidance is 1 or less.</param>
    /// <param name="noise">Of B·n clips, the n of a prompt beside each other.</param>
    /// <param name="options">Steps, guidance and sampler; null takes <see cref="Defaults"/>.</param>
    /// <param name="watch">Told the steps done and z_t after them, which it must not keep.</param>
    public Tensor Latents(
        AudioLdm2Text text, AudioLdm2Text? negative, WalkNoise noise, GenerationOptions? options = null,
        Action<int, Tensor>? watch = null)
    {
        options ??= Defaults;
        Shape.Check(noise.Initial, $"B, {_vae.Config.EmbedDim}, T, F", nameof(noise));
        noise.Check((int)noise.Initial.shape[0], Timesteps(options).Count, options);
        return Walked(text.States, negative?.States, NoiseSource.Of(noise, Device), options, watch);
    }

    /// <summary>Spectrograms [B, 1, T, F] of latents [B, C, T, F].</summary>
    public Tensor DecodeMel(Tensor latents)
    {
        Shape.Check(latents, $"B, {_vae.Config.EmbedDim}, T, {_vocoder.Config.NumMels / _vae.Config.Compression}");
        using var noGrad = no_grad();
        return _vae.DecodeLatents(latents.to(Device));
    }

    /// <summary>Waveforms [B, N] of latents [B, C, T, F], float32, cut to whole samples of a length.</summary>
    /// <param name="latents">[B, C, T, F].</param>
    /// <param name="seconds">The length; null cuts nothing off.</param>
    public Tensor Decode(Tensor latents, double? seconds = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var waveforms = _vocoder.Vocode(DecodeMel(latents));
        if (seconds is { } length) waveforms = waveforms[.., ..(int)Math.Min(waveforms.shape[1], (long)(length * SampleRate))];
        return waveforms.contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The log-mel in decibels, [B, 1, T, F], that CLAP hears of clips: the first seconds of ones that are longer than its window.</summary>
    /// <param name="waveforms">[B, N], of <see cref="SampleRate"/>.</param>
    public Tensor Heard(Tensor waveforms)
    {
        using var noGrad = no_grad();
        return _listener.Mel(waveforms, SampleRate);
    }

    /// <summary>Scores clips by CLAP and orders them.</summary>
    /// <remarks>
    /// As in the reference, each of several texts chooses among all clips, also those that were made for another. Longer clips than
    /// CLAP's window are heard from their beginning, where the reference draws a part at random.
    /// </remarks>
    /// <param name="texts">B texts.</param>
    /// <param name="waveforms">n clips, n a multiple of B, [n, N], of <see cref="SampleRate"/>.</param>
    public AudioLdm2Ranking Rank(IReadOnlyList<string> texts, Tensor waveforms)
    {
        Clips.CheckFinite(waveforms);
        if (texts.Count == 0 || waveforms.shape[0] % texts.Count != 0)
            throw new ArgumentException($"There must be as many clips for each text, but there are {waveforms.shape[0]} for {texts.Count}.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var logits = _listener.LogitsPerText(_text.Clap(texts), Heard(waveforms)); // [B, n]
        var order = logits.argsort(dim: 1, descending: true).narrow(1, 0, waveforms.shape[0] / texts.Count).reshape(-1);
        return new(logits.MoveToOuterDisposeScope(), order.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Generate(
        IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, GenerationOptions? options = null,
        Action<int, int>? progress = null) =>
        Generate(prompts, seeds, new AudioLdm2Options { Walk = options }, progress);

    /// <summary>Waveforms [B·n, N] for prompts, float32; prompt i with seed i is the same, but for rounding, in any batch.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="seeds">B seeds, each for the noise of one prompt's n clips.</param>
    /// <param name="options">Length, negative prompts, n and the walk.</param>
    /// <param name="progress">Told the calls of the denoising network that are done, and their number.</param>
    /// <returns>The n clips of a prompt stand beside each other, of more than one the best by CLAP first.</returns>
    public Tensor Generate(
        IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, AudioLdm2Options options, Action<int, int>? progress = null)
    {
        var (walk, perPrompt) = (options.Walk ?? Defaults, options.WaveformsPerPrompt);
        Check(prompts, seeds, options);
        var (shape, calls) = (LatentShape(options.Seconds).ToArray(), Timesteps(walk).Count);
        var together = Math.Max(1, walk.BatchSize / perPrompt);
        var all = calls * ((prompts.Count + together - 1) / together);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clips = new List<Tensor>();
        foreach (var part in Enumerable.Range(0, prompts.Count).Chunk(together))
        {
            using var inner = NewDisposeScope();
            var before = calls * (part[0] / together);
            var texts = part.Select(i => Encode([prompts[i]], null, options.NewTokens)).ToArray();
            var negatives = walk.GuidanceScale > 1 ? part.Select((i, k) => Encode(
                [Negative(options, i)], (int)texts[k].AttentionMask.shape[1], options.NewTokens)).ToArray() : null;
            // A prompt's generator draws for its clips one after another.
            var generators = RowNoise.Generators(part.Select(i => seeds[i])).SelectMany(g => Enumerable.Repeat(g, perPrompt)).ToArray();
            var latents = Walked(
                Joined(texts), negatives is null ? null : Joined(negatives), NoiseSource.Of(generators, shape, Device), walk,
                (done, _) => progress?.Invoke(before + done, all));
            var waveforms = Decode(latents, options.Seconds ?? Seconds);
            foreach (var (i, row) in part.Select((i, k) => (i, k * perPrompt)))
            {
                var own = waveforms.narrow(0, row, perPrompt);
                if (perPrompt > 1) own = own.index_select(0, Rank([prompts[i]], own).Order);
                clips.Add(own.MoveToOuterDisposeScope());
            }
        }
        return cat(clips).MoveToOuterDisposeScope();
    }

    private static string Negative(AudioLdm2Options options, int prompt) =>
        options.NegativePrompts is not { } all ? "" : all.Count == 1 ? all[0] : all[prompt];

    // Before any work, and once for all batches.
    private void Check(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, AudioLdm2Options options)
    {
        if (prompts.Count == 0) throw new ArgumentException("At least one prompt is needed.", nameof(prompts));
        if (prompts.Count != seeds.Count)
            throw new ArgumentException($"Each prompt needs a seed: {prompts.Count} prompts, {seeds.Count} seeds.");
        if (options.NegativePrompts is { } negatives && negatives.Count != 1 && negatives.Count != prompts.Count)
            throw new ArgumentException(
                $"There must be one negative prompt for all or one for each prompt, but there are {negatives.Count} for {prompts.Count} prompts.");
        if (options.WaveformsPerPrompt < 1)
            throw new ArgumentException($"{nameof(options.WaveformsPerPrompt)} must be at least 1, but is {options.WaveformsPerPrompt}.");
        if (options.NewTokens is < 1)
            throw new ArgumentException($"{nameof(options.NewTokens)} must be at least 1, but is {options.NewTokens}.");
        _text.WarnOfUnread(prompts);
        if (options.NegativePrompts is not null) _text.WarnOfUnread(options.NegativePrompts);
    }

    /// <summary>Texts that were read alone as one batch: the shorter ones are filled up with states that the mask hides.</summary>
    private static AudioLdm2States Joined(AudioLdm2Text[] texts)
    {
        var longest = texts.Max(t => t.AttentionMask.shape[1]);
        return new(
            cat([.. texts.Select(t => t.GeneratedPromptEmbeds)]),
            cat([.. texts.Select(t => nn.functional.pad(t.PromptEmbeds, [0, 0, 0, longest - t.PromptEmbeds.shape[1]]))]),
            cat([.. texts.Select(t => nn.functional.pad(t.AttentionMask, [0, longest - t.AttentionMask.shape[1]]))]));
    }

    private Tensor Walked(
        AudioLdm2States text, AudioLdm2States? negative, NoiseSource noise, GenerationOptions options, Action<int, Tensor>? watch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (timesteps, guided, calls) = (Timesteps(options), options.GuidanceScale > 1, 0);
        if (guided && negative is null)
            throw new ArgumentNullException(nameof(negative), "negative is needed where the guidance scale is above 1.");
        var states = Read(text);
        if (guided) states = Then(Read(negative!.Value), states);
        var latents = options.Walk(Schedule, Predict, noise, timesteps);
        watch?.Invoke(calls, latents);
        return latents.MoveToOuterDisposeScope();

        Tensor Predict(Tensor noisyLatents, Tensor timestep)
        {
            using var inner = NewDisposeScope();
            if (calls > 0) watch?.Invoke(calls, noisyLatents);
            calls++;
            var x = noisyLatents.to(_unet.Type);
            if (!guided) return _unet.call(x, timestep, states).to(noisyLatents.dtype).MoveToOuterDisposeScope();
            var halves = _unet.call(cat([x, x]), cat([timestep, timestep]), states).to(noisyLatents.dtype).chunk(2);
            return Guidance.Combine(halves[0], halves[1], options.GuidanceScale).MoveToOuterDisposeScope();
        }

        // On the denoiser's device and in its type, each row as often as there are clips of it.
        AudioLdm2States Read(AudioLdm2States one)
        {
            var times = noise.Initial.shape[0] / one.TextMask.shape[0];
            if (times * one.TextMask.shape[0] != noise.Initial.shape[0])
                throw new ArgumentException(
                    $"The noise must be of as many clips for each prompt, but is of {noise.Initial.shape[0]} for {one.TextMask.shape[0]} prompts.");
            Tensor Of(Tensor all) => all.to(Device).repeat_interleave(times, 0);
            return new(Of(one.Generated.to(_unet.Type)), Of(one.Text.to(_unet.Type)), Of(one.TextMask));
        }

        static AudioLdm2States Then(AudioLdm2States first, AudioLdm2States second) => new(
            cat([first.Generated, second.Generated]), cat([first.Text, second.Text]), cat([first.TextMask, second.TextMask]));
    }
}
