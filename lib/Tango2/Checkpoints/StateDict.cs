namespace Tango2.Checkpoints;

/// <summary>Moves weights between modules and files, strictly: every key fits, or none is copied.</summary>
/// <remarks>
/// One network has keys of several forms. The names that wrappers leave anywhere in them, such as <c>module.</c> and
/// <c>_orig_mod.</c>, are seen through; and a normalised weight may be two tensors, under the older or newer names.
/// </remarks>
public static class StateDict
{
    /// <summary>In the data of an exception: how many keys do not fit, where that is what is wrong.</summary>
    internal const string Misfits = "misfits";

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
        Fill(module, "", Inside(prefix, tensors.Keys).Select(k => (k.Own, new WeightSource(
            new(k.Key, NumberType.Of(tensors[k.Key].dtype), tensors[k.Key].shape),
            target => target.copy_(tensors[k.Key])))), prefix, []);

    /// <summary>Copies an open checkpoint's tensors into the module, one at a time: no second copy is held.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="reader">The checkpoint.</param>
    /// <param name="prefix">Only names that begin so are taken, without it; for example <c>"unet."</c>.</param>
    /// <exception cref="InvalidDataException">
    /// Keys are missing, unexpected or misshapen: the message lists them all, and nothing has been copied. Or a
    /// tensor's bytes are damaged: those before it have been copied.
    /// </exception>
    internal static void Load(nn.Module module, CheckpointReader reader, string prefix = "") =>
        Load(module, reader, Inside(prefix, reader.Entries.Keys).Select(k => new ForeignKey(k.Own, k.Key)), [], prefix);

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
        nn.Module module, CheckpointReader reader, IEnumerable<ForeignKey> keys, IReadOnlyList<string> unclaimed,
        string prefix) =>
        Fill(module, $"{reader.Path}: ", ForeignKey.Sources(keys, reader), prefix, unclaimed);

    /// <summary>The keys with a prefix, without it; the prefix may stand behind or between wrappers' names.</summary>
    private static IEnumerable<(string Own, string Key)> Inside(string prefix, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal)) yield return (key[prefix.Length..], key);
            else if (CheckpointNames.WithoutWrappers(key) is var plain && plain.StartsWith(prefix, StringComparison.Ordinal))
                yield return (plain[prefix.Length..], key);
        }
    }

    private static void Fill(
        nn.Module module, string place, IEnumerable<(string Own, WeightSource Source)> found, string prefix,
        IReadOnlyList<string> unclaimed)
    {
        var targets = module.state_dict();
        var (sources, twice) = ByName(found, targets);
        WeightNormKeys.Fold(sources, targets);
        string[] misfits =
        [
            .. targets.Keys.Except(sources.Keys).Order(StringComparer.Ordinal).Select(k => $"missing {prefix}{k}"),
            .. sources.Keys.Except(targets.Keys).Select(k => sources[k].Entry.Key).Concat(unclaimed)
                .Order(StringComparer.Ordinal).Select(k => $"unexpected {k}"),
            .. twice,
            .. targets.Where(t => sources.ContainsKey(t.Key)).Select(t => Misfit(t.Value, sources[t.Key])).OfType<string>(),
        ];
        if (misfits.Length > 0)
            throw new InvalidDataException(
                $"{place}{(place.Length > 0 ? "the" : "The")} weights do not fit {module.GetName()}, " +
                $"{misfits.Length} of their keys differ:\n  " + string.Join("\n  ", misfits))
            { Data = { [Misfits] = misfits.Length } };
        using var gradients = no_grad();
        foreach (var (key, target) in targets) sources[key].CopyTo(target);
    }

    /// <summary>Sources by the module's keys, and what must be said of keys that are the same one of the module's.</summary>
    private static (Dictionary<string, WeightSource> Sources, List<string> Twice) ByName(
        IEnumerable<(string Own, WeightSource Source)> found, Dictionary<string, Tensor> targets)
    {
        var (sources, twice) = (new Dictionary<string, WeightSource>(), new List<string>());
        foreach (var (own, source) in found)
        {
            // A module of the caller's may have a part with a wrapper's name.
            var name = targets.ContainsKey(own) ? own : WeightNormKeys.Older(CheckpointNames.WithoutWrappers(own));
            if (!sources.TryAdd(name, source))
                twice.Add($"twice {name}: '{sources[name].Entry.Key}' and '{source.Entry.Key}' are both it; keep one");
        }
        return (sources, twice);
    }

    private static string? Misfit(Tensor target, WeightSource source)
    {
        var (expected, found) = (new CheckpointEntry("", NumberType.Of(target.dtype), target.shape), source.Entry);
        if (source.Problem is { } problem) return problem;
        if (!target.shape.AsSpan().SequenceEqual([.. found.Shape]) ||
            (found.Type.Loads is not null && target.is_floating_point() != found.Type.IsFloat))
            return $"misshapen {found.Key}: expected {expected.Describe()}, found {found.Describe()}";
        return found.Type.Loads is not null
            ? null
            : $"of a type that cannot be loaded, {found.Key}: expected {expected.Describe()}, found {found.Describe()}";
    }
}

/// <summary>Where the numbers of one of a network's tensors come from.</summary>
/// <param name="Entry">What a file says of them.</param>
/// <param name="CopyTo">Copies them into a tensor of the entry's shape, in that one's type and on its device.</param>
internal sealed record WeightSource(CheckpointEntry Entry, Action<Tensor> CopyTo)
{
    /// <summary>A line on what is wrong with the tensors that they are computed from; null if nothing is.</summary>
    public string? Problem { get; init; }
}
