using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>VGGish's view of clips, 0.96 seconds at a time, on which the Fréchet audio distance is computed.</summary>
public sealed class VggishEmbedder
{
    private const int Rate = 16_000, DecimatedRate = 32_000;

    private readonly VggishModel _network;
    private readonly VggishPostprocessor? _whitening;
    private readonly VggishMel _mel = new(MelConfig.Vggish);

    internal VggishEmbedder(VggishModel network, VggishPostprocessor? whitening) => (_network, _whitening) = (network, whitening);

    /// <summary>Embeddings before the last ReLU and without whitening, as FAD takes them: [E, D], one for each 0.96 seconds.</summary>
    /// <remarks>As in the reference, 32 kHz becomes 16 by leaving out every second sample; other rates are resampled by resampy.</remarks>
    /// <param name="clip">Of any rate; shorter than 0.975 s it has no embedding.</param>
    /// <exception cref="ArgumentException">The clip is empty or not finite.</exception>
    public Tensor Embeddings(Waveform clip)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _network.BeforeRelu(Examples(clip)).MoveToOuterDisposeScope();
    }

    /// <summary>Embeddings as AudioSet's release has them, after the last ReLU, whitened and in 8 bits: [E, D], whole numbers in [0, 255].</summary>
    /// <inheritdoc cref="Embeddings"/>
    /// <exception cref="InvalidOperationException">It was loaded without the whitening.</exception>
    public Tensor Quantised(Waveform clip)
    {
        if (_whitening is null)
            throw new InvalidOperationException("This VGGish was loaded without its whitening: name its vggish_pca_params file.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _whitening.call(_network.call(Examples(clip))).MoveToOuterDisposeScope();
    }

    private Tensor Examples(Waveform clip)
    {
        Clips.CheckFinite(clip);
        var samples = clip.SampleRate == DecimatedRate
            ? [.. clip.Samples.Where((_, i) => i % 2 == 0)]
            : KaiserResampler.Resample(clip.Samples, clip.SampleRate, Rate);
        return _mel.Examples(new Waveform(samples, Rate).ToTensor().to(Clips.DeviceOf(_network)));
    }
}
