using Tango2.Audio;
using Tango2.Mini;
using Tango2.Models;

namespace Tango2.Benchmarks.Cases;

/// <summary>Sound and spectrograms: mel, autoencoder, vocoder.</summary>
internal static class AudioCases
{
    private static readonly AutoencoderKLConfig Full = AutoencoderKLConfig.Tango2, Mini = MiniScale.Vae;

    /// <summary>The cases.</summary>
    public static IReadOnlyList<PairedCase> All { get; } =
    [
        Mel(),
        Encode("vae-encode-mini", Mini, [16, 1, 128, 32]),
        Decode("vae-decode-mini", Mini, [16, 8, 32, 8]),
        Encode("vae-encode", Full, [1, 1, 1024, 64]),
        Decode("vae-decode", Full, [1, 8, 256, 16]),
        Vocoder("vocoder", HiFiGanConfig.Tango2, [1, 64, 256]),
    ];

    private static PairedCase Mel() => new(
        "mel", "log-mel of two clips of 10.24 s",
        _ => Words.Case("mel", ("mel", Words.Of(MelConfig.Tango2)), ("input", Words.Of<long[]>([2, 163_840]))),
        _ =>
        {
            var (front, waveform) = (new TacotronMel(MelConfig.Tango2), rand(2, 163_840) * 1.8 - 0.9);
            return new(() => front.Transform(waveform));
        });

    private static PairedCase Encode(string name, AutoencoderKLConfig config, long[] shape) => new(
        name, $"autoencoder, mel {Sizes(shape)} to latents",
        _ => Words.Case("vae-encode", ("vae", Words.Of(config)), ("input", Words.Of(shape))),
        _ =>
        {
            var (network, mel, generator) = (Evaluating(new AutoencoderKL(config)), randn(shape), new Generator(1));
            return new(() => network.EncodeToLatents(mel, generator), network);
        });

    private static PairedCase Decode(string name, AutoencoderKLConfig config, long[] shape) => new(
        name, $"autoencoder, latents {Sizes(shape)} to mel",
        _ => Words.Case("vae-decode", ("vae", Words.Of(config)), ("input", Words.Of(shape))),
        _ =>
        {
            var (network, latents) = (Evaluating(new AutoencoderKL(config)), randn(shape));
            return new(() => network.DecodeLatents(latents), network);
        });

    private static PairedCase Vocoder(string name, HiFiGanConfig config, long[] shape) => new(
        name, $"HiFi-GAN, mel {Sizes(shape)} to {shape[2] * config.HopSize / 16_000.0:0.00} s of sound",
        _ => Words.Case("vocoder", ("vocoder", Words.Of(config)), ("input", Words.Of(shape))),
        _ =>
        {
            var (network, mel) = (Evaluating(new HiFiGanGenerator(config)), randn(shape));
            return new(() => network.call(mel), network);
        });

    /// <summary>A shape for the table.</summary>
    internal static string Sizes(long[] shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The network in evaluation mode.</summary>
    internal static T Evaluating<T>(T network) where T : nn.Module
    {
        network.eval();
        return network;
    }
}
