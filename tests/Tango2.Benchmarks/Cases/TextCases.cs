using Tango2.Audio;
using Tango2.Mini;
using Tango2.Models;
using static Tango2.Benchmarks.Cases.AudioCases;

namespace Tango2.Benchmarks.Cases;

/// <summary>Text encoder and CLAP.</summary>
internal static class TextCases
{
    private static readonly ClapConfig Clap = ClapConfig.Laion630k;

    /// <summary>The cases.</summary>
    public static IReadOnlyList<PairedCase> All { get; } =
    [
        Encoder("t5-mini", MiniScale.TextEncoder, [32, 32]),
        Encoder("t5", T5Config.FlanT5Large, [2, 64]),
        ClapAudio([2, 480_000]),
        ClapText([4, 32]),
    ];

    private static PairedCase Encoder(string name, T5Config config, long[] shape) => new(
        name, $"T5 encoder, {config.NumLayers} layers of width {config.DModel}, ids {Sizes(shape)}",
        _ => Words.Case("text", ("text", Words.Of(config)), ("input", Words.Of(shape))),
        _ =>
        {
            var (network, ids) = (Evaluating(new T5EncoderModel(config)), randint(1, config.VocabSize, shape, int64));
            var mask = ones_like(ids);
            return new(() => network.call(ids, mask), network);
        });

    private static PairedCase ClapAudio(long[] shape) => new(
        "clap-audio", $"CLAP with HTSAT-tiny, waveforms {Sizes(shape)} to unit vectors, with the mel",
        _ => Words.Case("clap-audio", ("clap", Words.Of(Clap)), ("input", Words.Of(shape))),
        _ =>
        {
            var (network, mel) = (Evaluating(new ClapModel(Clap)), new ClapMel(MelConfig.Clap));
            var waveform = rand(shape) * 1.8 - 0.9;
            return new(
                () =>
                {
                    using var scope = NewDisposeScope();
                    return network.AudioEmbedding(mel.Transform(waveform)).MoveToOuterDisposeScope();
                },
                network);
        });

    private static PairedCase ClapText(long[] shape) => new(
        "clap-text", $"CLAP with RoBERTa-base, ids {Sizes(shape)} to unit vectors",
        _ => Words.Case("clap-text", ("clap", Words.Of(Clap)), ("input", Words.Of(shape))),
        _ =>
        {
            var network = Evaluating(new ClapModel(Clap));
            var ids = randint(3, Clap.Roberta.VocabSize, shape, int64);
            var mask = ones_like(ids);
            return new(() => network.TextEmbedding(ids, mask), network);
        });
}
