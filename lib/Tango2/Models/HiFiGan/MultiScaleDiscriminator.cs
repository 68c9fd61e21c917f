// HiFi-GAN's multi-scale discriminator (Kong, Kim, Bae, 2020, section 2.3), written from its architecture.
// Left out: spectral normalisation of the first scale; all scales have weight normalisation.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Judges waveforms at their own sampling rate, at half of it, and so on.</summary>
public sealed class MultiScaleDiscriminator : nn.Module<Tensor, DiscriminatorOutput>
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
