// How numpy pickles an array (ndarray.__reduce__), written from its documentation.
using System.Runtime.InteropServices;
using System.Text;

namespace Tango2.Checkpoints;

/// <summary>Arrays of numpy in a file of torch.save, such as VGGish's whitening; they are no tensors and passed over elsewhere.</summary>
internal static class NumpyArrays
{
    /// <summary>What makes an array, in numpy's older and newer versions.</summary>
    public const string Core = "numpy.core.multiarray._reconstruct", NewCore = "numpy._core.multiarray._reconstruct";

    /// <summary>The arrays by name: float32 tensors.</summary>
    /// <param name="path">A file of torch.save with a dictionary at the top; tensors of PyTorch in it are taken too.</param>
    /// <param name="names">Those that are wanted.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or an array is missing or of another kind.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path, params string[] names)
    {
        using var reader = new TorchReader(path);
        return names.ToDictionary(name => name, name => reader.Entries.ContainsKey(name)
            ? reader.Read(name).to(float32)
            : Of(reader.Items.GetValueOrDefault(name) as PickleOpaque, name, path));
    }

    private static Tensor Of(PickleOpaque? array, string name, string path)
    {
        if (array?.State is not object?[] { Length: 5 } state || state is not [_, object?[] shape, PickleOpaque { Arguments: [string type, ..] }, bool byColumns, var content])
            throw Bad($"expected an array of numpy or a tensor named {name}, found none");
        var sizes = shape.Select(size => size is long n and >= 0 and <= int.MaxValue ? n : throw Bad($"{name} has a size that is no size")).ToArray();
        var bytes = content switch
        {
            string text => Encoding.Latin1.GetBytes(text),
            PickleOpaque { Arguments: [string text, "latin1"] } => Encoding.Latin1.GetBytes(text),
            _ => throw Bad($"{name} has no numbers"),
        };
        var count = sizes.Aggregate((Int128)1, (product, size) => product * size);
        if (type is not ("f4" or "f8") || bytes.Length != count * (type == "f4" ? 4 : 8))
            throw Bad($"expected {name} to hold {count} float numbers, found {bytes.Length} bytes of type {type}");
        using var scope = NewDisposeScope();
        var flat = type == "f4"
            ? tensor(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), device: CPU)
            : tensor(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), device: CPU).to(float32);
        return (byColumns && sizes.Length > 1
            ? flat.reshape([.. sizes.Reverse()]).permute([.. Enumerable.Range(0, sizes.Length).Reverse().Select(i => (long)i)]).contiguous()
            : flat.reshape(sizes)).MoveToOuterDisposeScope();

        InvalidDataException Bad(string what) => new($"{path}: {what}.");
    }
}
