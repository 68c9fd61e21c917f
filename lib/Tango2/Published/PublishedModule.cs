using Tango2.Checkpoints;

namespace Tango2.Published;

/// <summary>What is the same for all networks that are built from a published file.</summary>
internal static class PublishedModule
{
    /// <summary>Fills a network by the layout of a file, strictly, and makes it ready to listen on a device.</summary>
    /// <exception cref="InvalidDataException">The file is of another layout or size; the message lists the keys.</exception>
    public static T Load<T>(T network, string path, Device? device) where T : nn.Module
    {
        ForeignLayouts.Load(network, path);
        return Ready(network, device);
    }

    /// <summary>A network in evaluation mode, without gradients, on a device, that outlives the scope it was made in.</summary>
    public static T Ready<T>(T network, Device? device) where T : nn.Module
    {
        network.eval();
        if (device is not null) network.to(device);
        foreach (var parameter in network.parameters()) parameter.requires_grad = false;
        foreach (var tensor in network.parameters().Concat(network.buffers())) tensor.DetachFromDisposeScope();
        return network;
    }
}

/// <summary>The shapes of a file's tensors by the keys of one network, from which its sizes are read.</summary>
internal sealed class PublishedShapes : IDisposable
{
    private readonly CheckpointReader _reader;
    private readonly string _path;
    private readonly IReadOnlyDictionary<string, string> _keys;
    private readonly CheckpointNames _names;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; see <see cref="CheckpointReader.Open"/>.</param>
    /// <param name="network">The class in Tango2.Models.</param>
    /// <param name="layout">What the layout is called, such as "LAION CLAP".</param>
    /// <exception cref="InvalidDataException">It is of another layout.</exception>
    public PublishedShapes(string path, string network, string layout)
    {
        _path = path;
        _reader = CheckpointReader.Open(path);
        try
        {
            var keys = _reader.Entries.Keys.ToArray();
            var found = ForeignLayouts.Recognise(keys);
            if (found?.Name != layout)
                throw new InvalidDataException($"{path}: expected a file of {layout}, found " +
                    (found is null ? "keys of no known layout" : $"one of {found.Name}") + ": name another file.");
            _keys = found.KeysOf(network, keys);
            _names = new(keys);
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <summary>Whether the network has a tensor of that name in the file.</summary>
    public bool Has(string key) => _keys.ContainsKey(key);

    /// <summary>One size of a tensor that must be there.</summary>
    /// <exception cref="InvalidDataException">It is not there, or has fewer dimensions.</exception>
    public int Size(string key, int dimension = 0) => _keys.TryGetValue(key, out var name)
        && _reader.Entries[name].Shape is var shape && dimension < shape.Count
            ? checked((int)shape[dimension])
            : throw new InvalidDataException($"{_path}: expected a tensor {key} of {dimension + 1} dimensions or more, found none: the file is incomplete.");

    /// <summary>How many there are of a numbered part, such as <c>layers.{0}.norm.weight</c>.</summary>
    public int Count(string key, int first = 0)
    {
        var count = 0;
        while (Has(string.Format(System.Globalization.CultureInfo.InvariantCulture, key, first + count))) count++;
        return count;
    }

    /// <summary>The tensor whose name ends so, of those that the network computes itself; null if the file lacks it.</summary>
    public Tensor? Computed(string end) =>
        _names.All.FirstOrDefault(name => name.Plain.EndsWith(end, StringComparison.Ordinal)).Key is { } key ? _reader.Read(key) : null;

    /// <summary>Its shape; null if the file lacks it.</summary>
    public IReadOnlyList<long>? ComputedShape(string end) =>
        _names.All.FirstOrDefault(name => name.Plain.EndsWith(end, StringComparison.Ordinal)).Key is { } key ? _reader.Entries[key].Shape : null;

    public void Dispose() => _reader.Dispose();
}
