// Keys and numerics of VGGish (Hershey et al., 2017) as torchvggish has it, with its Postprocessor, written from their
// architecture. Left out: the front end (Tango2.Audio.VggishMel).
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>VGGish: log-mel examples [B, 1, T, F] to embeddings [B, D].</summary>
internal sealed class VggishModel : Module<Tensor, Tensor>
{
    private readonly Sequential features, embeddings;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit together; the message says which.</exception>
    public VggishModel(VggishConfig config) : base(nameof(VggishModel))
    {
        config.Validate();
        Config = config;
        features = Sequential(config.Widths
            .SelectMany((width, i) => Convolution(i == 0 ? 1 : config.Widths[i - 1], width, i)).ToArray());
        embeddings = Sequential(config.Linear
            .SelectMany((width, i) => Dense(i == 0 ? config.Flattened : config.Linear[i - 1], width, i)).ToArray());
        RegisterComponents();
    }

    /// <summary>The sizes it was built with.</summary>
    public VggishConfig Config { get; }

    /// <summary>Embeddings after the last ReLU, [B, D].</summary>
    /// <param name="examples">[B, 1, T, F], from the front end; B may be 0.</param>
    public override Tensor forward(Tensor examples)
    {
        using var scope = NewDisposeScope();
        return relu(BeforeRelu(examples)).MoveToOuterDisposeScope();
    }

    /// <summary>Embeddings before the last ReLU, [B, D]: those that the Fréchet audio distance is taken of.</summary>
    /// <param name="examples">[B, 1, T, F], from the front end; B may be 0.</param>
    public Tensor BeforeRelu(Tensor examples)
    {
        Shape.Check(examples, $"B, 1, {Config.Frames}, {Config.Mels}");
        using var scope = NewDisposeScope();
        var map = features.call(examples).permute(0, 2, 3, 1);               // [B, T', F', C]: channels come last
        return embeddings.call(map.reshape(map.shape[0], Config.Flattened)).MoveToOuterDisposeScope();
    }

    // The layers without weights have places in the sequence, and so in the keys, too.
    private static IEnumerable<Module<Tensor, Tensor>> Convolution(int channels, int outChannels, int index)
    {
        yield return new Conv2d(channels, outChannels, kernel: 3, padding: 1);
        yield return ReLU();
        if (index is 0 or 1 or 3 or 5) yield return MaxPool2d(2, stride: 2);
    }

    private static IEnumerable<Module<Tensor, Tensor>> Dense(int width, int outWidth, int index)
    {
        if (index > 0) yield return ReLU();
        yield return Linear(width, outWidth);
    }
}

/// <summary>Whitens embeddings and quantises them to 8 bits, as AudioSet's release has them; FAD does without.</summary>
internal sealed class VggishPostprocessor : nn.Module<Tensor, Tensor>
{
    private const double Limit = 2;
    private readonly Tensor pca_eigen_vectors, pca_means;

    /// <summary>Builds a whitening that changes nothing; the checkpoint holds the published one.</summary>
    /// <param name="width">Width D of the embeddings.</param>
    public VggishPostprocessor(int width = 128) : base(nameof(VggishPostprocessor))
    {
        pca_eigen_vectors = eye(width, device: CPU).DetachFromDisposeScope();
        pca_means = zeros(width, 1, device: CPU).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>[B, D] to [B, D], whole numbers from 0 to 255 for whitened values from −2 to 2.</summary>
    public override Tensor forward(Tensor embeddings)
    {
        Shape.Check(embeddings, $"B, {pca_means.shape[0]}");
        using var scope = NewDisposeScope();
        var whitened = pca_eigen_vectors.matmul(embeddings.t() - pca_means).t(); // [B, D]
        return ((whitened.clamp(-Limit, Limit) + Limit) * (255 / (2 * Limit))).round().MoveToOuterDisposeScope();
    }
}
