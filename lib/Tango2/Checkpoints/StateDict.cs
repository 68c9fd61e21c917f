namespace Tango2.Checkpoints;

/// <summary>Moves weights between modules and files, strictly: every key fits, or none is copied.</summary>
public static class StateDict
{
    /// <summary>
    /// Copies the tensors into the module's parameters and buffers, in the module's types and devices.
    /// </summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="tensors">Names and values.</param>
    /// <param name="prefix">Only names that begin so are taken, without it; for example <c>"unet."</c>.</param>
    /// <exception cref="InvalidDataException">
    /// Keys are missing, unexpected or misshapen; the message lists them all.
    /// </exception>
    public static void Load(nn.Module module, IReadOnlyDictionary<string, Tensor> tensors, string prefix = "") =>
        Fill(module, "", tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(
            t => t.Key[prefix.Length..],
            t => new Source(new(t.Key, t.Value.dtype, t.Value.shape), target => target.copy_(t.Value))), prefix);

    /// <summary>Copies an open checkpoint's tensors into the module, one at a time: no second copy is held.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="reader">The checkpoint.</param>
    /// <param name="prefix">Only names that begin so are taken, without it; for example <c>"unet."</c>.</param>
    /// <exception cref="InvalidDataException">
    /// Keys are missing, unexpected or misshapen: the message lists them all, and nothing has been copied. Or a
    /// tensor's bytes are damaged: those before it have been copied.
    /// </exception>
    public static void Load(nn.Module module, CheckpointReader reader, string prefix = "") =>
        Load(module, reader, reader.Entries.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(k => k[prefix.Length..]), [], prefix);

    /// <summary>Opens a checkpoint of any layout and copies its tensors into the module, one at a time.</summary>
    /// <inheritdoc cref="Load(nn.Module, CheckpointReader, string)"/>
    /// <param name="module">The module to fill.</param>
    /// <param name="path">The file; see <see cref="CheckpointReader.Open"/>.</param>
    /// <param name="prefix">Only names that begin so are taken, without it; for example <c>"unet."</c>.</param>
    public static void Load(nn.Module module, string path, string prefix = "")
    {
        using var reader = CheckpointReader.Open(path);
        Load(module, reader, prefix);
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

    /// <summary>
    /// Loads by a table of names, the module's and the file's; unclaimed names of the file are unexpected.
    /// </summary>
    internal static void Load(
        nn.Module module, CheckpointReader reader, IReadOnlyDictionary<string, string> keys,
        IReadOnlyList<string> unclaimed, string prefix) =>
        Fill(module, $"{reader.Path}: ", keys.ToDictionary(
            k => k.Key,
            k => new Source(reader.Entries[k.Value], target => reader.ReadInto(k.Value, target))), prefix, unclaimed);

    private static void Fill(
        nn.Module module, string place, Dictionary<string, Source> sources, string prefix,
        IReadOnlyList<string>? unclaimed = null)
    {
        var targets = module.state_dict();
        string[] misfits =
        [
            .. targets.Keys.Except(sources.Keys).Order(StringComparer.Ordinal).Select(k => $"missing {prefix}{k}"),
            .. sources.Keys.Except(targets.Keys).Select(k => sources[k].Entry.Key).Concat(unclaimed ?? [])
                .Order(StringComparer.Ordinal).Select(k => $"unexpected {k}"),
            .. targets.Where(t => sources.TryGetValue(t.Key, out var s) && !Fits(t.Value, s.Entry)).Select(t =>
                $"misshapen {sources[t.Key].Entry.Key}: " +
                $"expected {Describe(t.Value)}, found {sources[t.Key].Entry.Describe()}"),
        ];
        if (misfits.Length > 0)
            throw new InvalidDataException(
                $"{place}{(place.Length > 0 ? "the" : "The")} weights do not fit {module.GetName()}, " +
                $"{misfits.Length} of their keys differ:\n  " + string.Join("\n  ", misfits));
        using var gradients = no_grad();
        foreach (var (key, target) in targets) sources[key].CopyTo(target);
    }

    private static bool Fits(Tensor target, CheckpointEntry source) =>
        target.shape.AsSpan().SequenceEqual([.. source.Shape]) && target.is_floating_point() == IsFloat(source.Type);

    private static bool IsFloat(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    private static string Describe(Tensor tensor) => new CheckpointEntry("", tensor.dtype, tensor.shape).Describe();

    /// <summary>Where a target's numbers come from.</summary>
    private sealed record Source(CheckpointEntry Entry, Action<Tensor> CopyTo);
}
