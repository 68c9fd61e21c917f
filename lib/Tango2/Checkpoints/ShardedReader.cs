// The layout of model.safetensors.index.json, as transformers and diffusers write it for models of several files.
using System.Text.Json;

namespace Tango2.Checkpoints;

/// <summary>An open index and the safetensors files that it names.</summary>
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
            var map = WeightMap();
            foreach (var group in map.GroupBy(w => w.Value, w => w.Key)) Open(group.Key, [.. group]);
            foreach (var (name, shard) in _shards)
            {
                if (shard.Entries.Keys.FirstOrDefault(k => _shardOf.GetValueOrDefault(k) != shard) is { } extra)
                    throw Bad($"shard '{name}' holds key '{extra}', which the weight_map places " +
                        (map.TryGetValue(extra, out var other) ? $"in '{other}'" : "nowhere"));
            }
        }
        catch
        {
            Close();
            throw;
        }
    }

    public override string Format => $"safetensors in {_shards.Count} shards";

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

    private SafeTensorsReader Reader(string name, string place)
    {
        try
        {
            return new(place);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Bad($"shard '{name}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private Dictionary<string, string> WeightMap()
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
            return result;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad($"the index is not valid JSON: {e.Message.TrimEnd('.')}", e);
        }
    }

    private InvalidDataException Bad(string what, Exception? inner = null) => new($"{Path}: {what}.", inner);
}
