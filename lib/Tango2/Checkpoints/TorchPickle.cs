namespace Tango2.Checkpoints;

/// <summary>
/// Reads the weights out of PyTorch's own checkpoints (.bin, .pt, .pth, .ckpt) without running what they say.
/// </summary>
/// <remarks>
/// A pickle is a program. This reader knows the few instructions that weights need, and runs nothing: an object that is
/// not made of tensors is passed over, whatever its class, and a name that only an attack needs, such as
/// <c>os.system</c>, is refused.
/// </remarks>
public static class TorchPickle
{
    /// <summary>
    /// Opens a file: its pickle is read and checked, its tensors stay in the file until they are asked for.
    /// </summary>
    /// <remarks>
    /// Tensors in dictionaries of dictionaries get names joined by dots, such as <c>state_dict.conv.weight</c>, which
    /// the prefix of <see cref="StateDict.Load(nn.Module, CheckpointReader, string)"/> takes; in lists and tuples the
    /// place is the name. Values that are not tensors are passed over.
    /// </remarks>
    /// <exception cref="InvalidDataException">The file is damaged, or asks for more than weights need.</exception>
    public static CheckpointReader Open(string path) => new TorchReader(path);

    /// <summary>
    /// Reads every tensor, contiguous, on the CPU and in the type that the file has; named as by <see cref="Open"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged, or asks for more than weights need.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var reader = Open(path);
        return reader.ReadAll();
    }
}
