namespace Tango2.Checkpoints;

/// <summary>Moves weights between modules and files, strictly: every key fits, or none is copied.</summary>
public static class StateDict
{
    /// <summary>Copies the tensors into the module's parameters and buffers, in the module's types and devices.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="tensors">Names and values.</param>
    /// <param name="prefix">Only names that begin so are taken, without it; for example <c>"unet."</c>.</param>
    /// <exception cref="InvalidDataException">Keys are missing, unexpected or misshapen; the message lists them all.</exception>
    public static void Load(nn.Module module, IReadOnlyDictionary<string, Tensor> tensors, string prefix = "")
    {
        var targets = module.state_dict();
        var sources = tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
        string[] misfits =
        [
            .. targets.Keys.Except(sources.Keys).Order(StringComparer.Ordinal).Select(k => $"missing {prefix}{k}"),
            .. sources.Keys.Except(targets.Keys).Order(StringComparer.Ordinal).Select(k => $"unexpected {prefix}{k}"),
            .. targets.Where(t => sources.TryGetValue(t.Key, out var s) && !Fits(t.Value, s))
                .Select(t => $"misshapen {prefix}{t.Key}: expected {Describe(t.Value)}, found {Describe(sources[t.Key])}"),
        ];
        if (misfits.Length > 0)
            throw new InvalidDataException(
                $"The weights do not fit {module.GetName()}, {misfits.Length} of their keys differ:\n  " +
                string.Join("\n  ", misfits));
        using var gradients = no_grad();
        foreach (var (key, target) in targets) target.copy_(sources[key]);
    }

    /// <summary>Writes the module's parameters and buffers as a safetensors file.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="module">The module to save.</param>
    /// <param name="half">Whether floating-point tensors are written as float16.</param>
    /// <param name="metadata">Strings to keep with them.</param>
    public static void Save(
        string path, nn.Module module, bool half = false, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(path, module.state_dict().Select(t => KeyValuePair.Create(
            t.Key, half && t.Value.is_floating_point() ? t.Value.detach().to(float16) : t.Value)), metadata);
    }

    private static bool Fits(Tensor target, Tensor source) =>
        target.shape.SequenceEqual(source.shape) && target.is_floating_point() == source.is_floating_point();

    private static string Describe(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
