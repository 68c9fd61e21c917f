// Sizes of torchvggish's VGGish; file names of its release.
using Tango2.Checkpoints;
using Tango2.Models;
using Tango2.Pipelines;

namespace Tango2.Published;

/// <summary>VGGish from torchvggish's published files: vggish-10086976.pth and, for the whitening, vggish_pca_params-970ea276.pth.</summary>
public static class PublishedVggish
{
    private const string Vectors = "pca_eigen_vectors", Means = "pca_means";

    // Places of the convolutions among the layers; between them stand ReLU and pooling.
    private static readonly int[] Convolutions = [0, 3, 6, 8, 11, 13];

    /// <summary>Builds the network; its sizes follow from the file's tensors.</summary>
    /// <param name="path">The weights, in PyTorch's old or new format.</param>
    /// <param name="whitening">The parameters of the whitening, two arrays of numpy; null does without, as FAD does.</param>
    /// <param name="device">Where it listens; null for the CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is another one, incomplete or damaged.</exception>
    public static VggishEmbedder Load(string path, string? whitening = null, Device? device = null)
    {
        using var scope = NewDisposeScope();
        VggishConfig config;
        using (var shapes = new PublishedShapes(path, nameof(VggishModel), "torchvggish"))
        {
            var layers = 0;
            while (shapes.Has($"embeddings.{2 * layers}.weight")) layers++;
            config = new()
            {
                Widths = [.. Convolutions.Select(i => shapes.Size($"features.{i}.weight"))],
                Linear = [.. Enumerable.Range(0, layers).Select(i => shapes.Size($"embeddings.{2 * i}.weight"))],
            };
        }
        var network = PublishedModule.Load(new VggishModel(config), path, device);
        return new(network, whitening is null ? null : Whitening(whitening, config.Linear[^1], device));
    }

    private static VggishPostprocessor Whitening(string path, int width, Device? device)
    {
        var arrays = NumpyArrays.Read(path, Vectors, Means);
        var module = new VggishPostprocessor(width);
        if (arrays[Vectors].numel() != (long)width * width || arrays[Means].numel() != width)
            throw new InvalidDataException($"{path}: expected a whitening of {width} by {width} numbers for this VGGish, found " +
                $"[{string.Join(", ", arrays[Vectors].shape)}] and [{string.Join(", ", arrays[Means].shape)}].");
        StateDict.Load(module, new Dictionary<string, Tensor>
        {
            [Vectors] = arrays[Vectors].reshape(width, width),
            [Means] = arrays[Means].reshape(width, 1),
        });
        return PublishedModule.Ready(module, device);
    }
}
