// HiFi-GAN's two groups of discriminators (Kong, Kim, Bae, 2020, section 2.3), written from their architecture.
// Left out: spectral normalisation of the first scale; all scales have weight normalisation.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Judges waveforms folded at several periods, so that each discriminator sees every P-th sample.</summary>
internal sealed class MultiPeriodDiscriminator : nn.Module<Tensor, DiscriminatorOutput>
{
    private readonly ModuleList<DiscriminatorStack> discriminators;
    private readonly int[] _periods;

    /// <summary>Builds one discriminator for each period, with random weights.</summary>
    public MultiPeriodDiscriminator(DiscriminatorConfig config) : base(nameof(MultiPeriodDiscriminator))
    {
        _periods = [.. config.Periods];
        discriminators = [.. _periods.Select(_ => DiscriminatorStack.OverPeriods(config.PeriodLayers))];
        RegisterComponents();
    }

    /// <summary>Scores and features of each period.</summary>
    /// <param name="waveform">[B, 1, N] in [−1, 1].</param>
    public override DiscriminatorOutput forward(Tensor waveform)
    {
        Shape.Check(waveform, "B, 1, N");
        using var scope = NewDisposeScope();
        var features = discriminators.Zip(_periods, (d, p) => d.call(Fold(waveform, p))).ToArray();
        return new DiscriminatorOutput([.. features.Select(f => f[^1].flatten(1))], features).MoveToOuterDisposeScope();
    }

    /// <summary>[B, 1, N] to [B, 1, ⌈N/P⌉, P]; the end is filled with the reflection of what precedes it.</summary>
    private static Tensor Fold(Tensor waveform, int period)
    {
        var samples = waveform.shape[2];
        var missing = (period - samples % period) % period;
        var padded = missing == 0 ? waveform : pad(waveform, [0, missing], PaddingModes.Reflect);
        return padded.view(waveform.shape[0], 1, (samples + missing) / period, period);
    }
}

/// <summary>Judges waveforms at their own sampling rate, at half of it, and so on.</summary>
internal sealed class MultiScaleDiscriminator : nn.Module<Tensor, DiscriminatorOutput>
{
    private readonly ModuleList<DiscriminatorStack> discriminators;

    /// <summary>Builds one discriminator for each scale, with random weights.</summary>
    public MultiScaleDiscriminator(DiscriminatorConfig config) : base(nameof(MultiScaleDiscriminator))
    {
        discriminators = [.. Enumerable.Range(0, config.Scales)
            .Select(_ => DiscriminatorStack.OverSamples(config.ScaleLayers))];
        RegisterComponents();
    }

    /// <summary>Scores and features of each scale.</summary>
    /// <param name="waveform">[B, 1, N] in [−1, 1].</param>
    public override DiscriminatorOutput forward(Tensor waveform)
    {
        Shape.Check(waveform, "B, 1, N");
        using var scope = NewDisposeScope();
        var features = new List<IReadOnlyList<Tensor>>();
        var scaled = waveform;
        foreach (var discriminator in discriminators)
        {
            if (features.Count > 0) scaled = avg_pool1d(scaled, kernel_size: 4, stride: 2, padding: 2);
            features.Add(discriminator.call(scaled));
        }
        return new DiscriminatorOutput([.. features.Select(f => f[^1].flatten(1))], features).MoveToOuterDisposeScope();
    }
}

/// <summary>What a group of discriminators says of a batch of waveforms.</summary>
/// <param name="Scores">For each discriminator [B, K], toward 1 for real and 0 for generated.</param>
/// <param name="Features">For each discriminator the output of each of its convolutions, for feature matching.</param>
internal sealed record DiscriminatorOutput(IReadOnlyList<Tensor> Scores, IReadOnlyList<IReadOnlyList<Tensor>> Features)
{
    /// <summary>The outputs of two groups, one after the other.</summary>
    public DiscriminatorOutput And(DiscriminatorOutput other) =>
        new([.. Scores, .. other.Scores], [.. Features, .. other.Features]);

    /// <summary>Moves every tensor out of the innermost scope.</summary>
    internal DiscriminatorOutput MoveToOuterDisposeScope()
    {
        foreach (var tensor in Scores.Concat(Features.SelectMany(f => f))) tensor.MoveToOuterDisposeScope();
        return this;
    }
}

/// <summary>Convolutions with leaky rectifiers between them; every output is kept, the last has one channel.</summary>
internal sealed class DiscriminatorStack : nn.Module<Tensor, IReadOnlyList<Tensor>>
{
    private readonly ModuleList<WeightNormConv> convs;
    private readonly WeightNormConv conv_post;

    private DiscriminatorStack(IEnumerable<WeightNormConv> layers, WeightNormConv last)
        : base(nameof(DiscriminatorStack))
    {
        convs = [.. layers];
        conv_post = last;
        RegisterComponents();
    }

    /// <summary>For waveforms [B, 1, N].</summary>
    public static DiscriminatorStack OverSamples(IReadOnlyList<DiscriminatorLayer> layers) => new(
        layers.Select((l, i) => WeightNormConv.Conv1d(
            Channels(layers, i), l.Channels, l.Kernel, true, l.Stride, l.Kernel / 2, groups: l.Groups)),
        WeightNormConv.Conv1d(layers[^1].Channels, 1, kernel: 3, true, padding: 1));

    /// <summary>For folded waveforms [B, 1, N/P, P].</summary>
    public static DiscriminatorStack OverPeriods(IReadOnlyList<DiscriminatorLayer> layers) => new(
        layers.Select((l, i) => WeightNormConv.ColumnConv2d(Channels(layers, i), l.Channels, l.Kernel, true, l.Stride)),
        WeightNormConv.ColumnConv2d(layers[^1].Channels, 1, kernel: 3, true));

    public override IReadOnlyList<Tensor> forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var features = new List<Tensor>();
        foreach (var conv in convs) features.Add(leaky_relu(conv.call(features.LastOrDefault() ?? x), 0.1));
        features.Add(conv_post.call(features[^1]));
        return [.. features.Select(f => f.MoveToOuterDisposeScope())];
    }

    private static int Channels(IReadOnlyList<DiscriminatorLayer> layers, int i) => i == 0 ? 1 : layers[i - 1].Channels;
}

/// <summary>Geometry of HiFi-GAN's discriminators.</summary>
internal sealed record DiscriminatorConfig
{
    /// <summary>Periods, in samples, that a waveform is folded at: one discriminator for each.</summary>
    public required IReadOnlyList<int> Periods { get; init; }

    /// <summary>Convolutions of each period discriminator, along the periods.</summary>
    public required IReadOnlyList<DiscriminatorLayer> PeriodLayers { get; init; }

    /// <summary>Number of scales: each after the first sees the waveform at half the rate of the one before.</summary>
    public required int Scales { get; init; }

    /// <summary>Convolutions of each scale discriminator.</summary>
    public required IReadOnlyList<DiscriminatorLayer> ScaleLayers { get; init; }

    /// <summary>HiFi-GAN's published discriminators.</summary>
    public static DiscriminatorConfig HiFiGan { get; } = new()
    {
        Periods = [2, 3, 5, 7, 11],
        PeriodLayers = [new(32, 5, 3), new(128, 5, 3), new(512, 5, 3), new(1024, 5, 3), new(1024, 5)],
        Scales = 3,
        ScaleLayers =
        [
            new(128, 15), new(128, 41, 2, 4), new(256, 41, 2, 16), new(512, 41, 4, 16),
            new(1024, 41, 4, 16), new(1024, 41, 1, 16), new(1024, 5),
        ],
    };
}

/// <summary>One convolution of a discriminator.</summary>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Kernel">Samples that it sees.</param>
/// <param name="Stride">By how much it shortens its input.</param>
/// <param name="Groups">Groups of channels that do not see each other; 1 in the period discriminators.</param>
internal sealed record DiscriminatorLayer(int Channels, int Kernel, int Stride = 1, int Groups = 1);
