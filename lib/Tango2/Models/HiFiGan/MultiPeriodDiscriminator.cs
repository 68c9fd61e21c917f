// HiFi-GAN's multi-period discriminator (Kong, Kim, Bae, 2020, section 2.3), written from its architecture.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Judges waveforms folded at several periods, so that each discriminator sees every P-th sample.</summary>
public sealed class MultiPeriodDiscriminator : nn.Module<Tensor, DiscriminatorOutput>
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
