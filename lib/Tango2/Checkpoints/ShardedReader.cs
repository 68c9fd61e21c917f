// The layout of model.safetensors.index.json and pytorch_model.bin.index.json, as transformers and diffusers write them
// for models of several files.
using System.Text.Json;
using Tango2.Files;

namespace Tango2.Checkpoints;

/// <summary>An open index and the files that it names, each of any layout.</summary>
internal sealed class ShardedReader : CheckpointReader
{
    private const int LongestIndex = 100_000_000; // bytes, as for a header

    private readonly Dictionary<string, CheckpointReader> _shards = [];
    private readonly Dictionary<string, CheckpointReader> _shardOf = [];
    private readonly Dictionary<string, CheckpointEntry> _entries = [];

    public ShardedReader(string path) : base(path)
    {
        try
        {
            var (map, totalSize) = Index();
            foreach (var group in map.GroupBy(w => w.Value, w => w.Key)) Open(group.Key, [.. group]);
            foreach (var (name, shard) in _shards)
            {
                if (shard.Entries.Keys.FirstOrDefault(k => _shardOf.GetValueOrDefault(k) != shard) is { } extra)
                    throw Bad($"shard '{name}' holds key '{extra}', which the weight_map places " +
                        (map.TryGetValue(extra, out var other) ? $"in '{other}'" : "nowhere"));
            }
            CheckTotal(totalSize);
        }
        catch
        {
            Close();
            throw;
        }
    }

    public override string Format =>
        $"{string.Join(" and ", _shards.Values.Select(s => s.Format).Distinct().Order(StringComparer.Ordinal))} in " +
        (_shards.Count == 1 ? "1 shard" : $"{_shards.Count} shards");

    public override IReadOnlyCollection<string> PassedOver =>
        [.. _shards.Values.SelectMany(s => s.PassedOver).Distinct()];

    public override IReadOnlyDictionary<string, CheckpointEntry> Entries => _entries;

    private protected override void Fill(CheckpointEntry entry, Tensor target) =>
        _shardOf[entry.Key].ReadInto(entry.Key, target);

    private protected override void Close()
    {
        foreach (var shard in _shards.Values) shard.Dispose();
    }

    private void Open(string name, string[] keys)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny("/\\:\0") || name is "." or "..")
            throw Bad($"shard '{name}' of key '{keys[0]}' must be the name of a file beside the index");
        var place = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, name);
        if (!File.Exists(place)) throw Bad($"shard '{name}' of key '{keys[0]}' is missing ({place})");
        var shard = _shards[name] = Reader(name, place);
        foreach (var key in keys)
        {
            if (!shard.Entries.TryGetValue(key, out var entry)) throw Bad($"key '{key}' is not in its shard '{name}'");
            _entries.Add(key, entry);
            _shardOf.Add(key, shard);
        }
    }

    private CheckpointReader Reader(string name, string place)
    {
        try
        {
            return OpenWhole(place);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Bad($"shard '{name}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>Warns if the bytes that the index counts are not there: its shards may be of another model.</summary>
    private void CheckTotal(double? expected)
    {
        var found = _entries.Values.Sum(e => (double?)e.Bytes ?? double.NaN); // NaN: of a type whose size is unknown
        // Tensors that share a storage are counted once or each, after the program that wrote the index.
        if (expected < _shards.Values.Sum(s => (double)s.StoredBytes) || expected > found)
            Warnings.Give(FormattableString.Invariant(
                $"{Path}: its total_size is {expected:0} bytes, but its tensors have {found:0}; they are read all the same."));
    }

    private (Dictionary<string, string> Map, double? TotalSize) Index()
    {
        using var file = new CheckpointFile(Path);
        if (file.Length > LongestIndex)
            throw Bad($"the index has {file.Length} bytes, over the limit of {LongestIndex}");
        try
        {
            using var json = HeaderJson.Parse(file.Bytes(0, (int)file.Length));
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                throw Bad("expected a JSON object with a weight_map of keys and file names");
            var result = new Dictionary<string, string>();
            foreach (var item in map.EnumerateObject())
            {
                if (item.Value.ValueKind != JsonValueKind.String)
                    throw Bad($"key '{item.Name}' in the weight_map must name a file, but is {item.Value.ValueKind}");
                if (!result.TryAdd(item.Name, item.Value.GetString()!))
                    throw Bad($"key '{item.Name}' stands twice in the weight_map");
            }
            return (result, TotalSize(json.RootElement));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad($"the index is not valid JSON: {e.Message.TrimEnd('.')}", e);
        }
    }

    // Some programs write it as 1e9, so it is not read as an integer.
    private static double? TotalSize(JsonElement index) =>
        index.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object &&
        metadata.TryGetProperty("total_size", out var size) && size.ValueKind == JsonValueKind.Number &&
        size.TryGetDouble(out var bytes) ? bytes : null;

    private InvalidDataException Bad(string what, Exception? inner = null) => new($"{Path}: {what}.", inner);
}
