using System.Buffers.Binary;
using System.Text.Json;

namespace Tango2.Checkpoints;

/// <summary>One tensor of a safetensors file: its type, its shape and its bytes' place after the header.</summary>
internal sealed record SafeTensorsEntry(string Key, NumberType Type, IReadOnlyList<long> Shape, long Begin, long End)
    : CheckpointEntry(Key, Type, Shape)
{
    public override long? Bytes => End - Begin;
}

/// <summary>The checked header of a safetensors file: 8 bytes of length (little-endian), then JSON.</summary>
internal sealed class SafeTensorsHeader
{
    public const string MetadataKey = "__metadata__";
    private const long LongestHeader = 100_000_000; // The format's own limit.

    private readonly CheckpointFile _file;

    public List<SafeTensorsEntry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The place of the first tensor's bytes in the file.</summary>
    public long DataStart { get; }

    public SafeTensorsHeader(CheckpointFile file)
    {
        _file = file;
        if (file.Length < 8)
            throw Bad($"expected at least 8 bytes of header length, found {file.Length} bytes");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, 8));
        if (length > LongestHeader)
            throw Bad($"the header's length at byte 0 is {length}, over the limit of {LongestHeader}; is this a safetensors file?");
        if ((long)length > file.Length - 8)
            throw Bad($"the header of {length} bytes at byte 8 runs past the end of the file ({file.Length} bytes)");
        DataStart = 8 + (long)length;
        Parse(file.Bytes(8, (int)length));
        CheckPlaces(file.Length - DataStart);
    }

    public static string NameOf(ScalarType type) => type switch
    {
        ScalarType.Bool => "BOOL",
        ScalarType.Byte => "U8",
        ScalarType.Int8 => "I8",
        ScalarType.Int16 => "I16",
        ScalarType.Int32 => "I32",
        ScalarType.Int64 => "I64",
        ScalarType.Float16 => "F16",
        ScalarType.BFloat16 => "BF16",
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        _ => throw new ArgumentException($"A safetensors file cannot hold {type}: convert the tensor first."),
    };

    private void Parse(byte[] text)
    {
        try
        {
            using var json = HeaderJson.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad($"the header at byte 8 must be a JSON object, but is {json.RootElement.ValueKind}");
            var seen = new HashSet<string>();
            foreach (var item in json.RootElement.EnumerateObject())
            {
                if (!seen.Add(item.Name)) throw Bad($"key '{item.Name}' stands twice in the header");
                if (item.Name == MetadataKey) ParseMetadata(item.Value);
                else Entries.Add(ParseEntry(item.Name, item.Value));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad($"the header at byte 8 is not valid JSON: {e.Message}", e);
        }
    }

    private void ParseMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Bad($"{MetadataKey} must be a JSON object of strings");
        foreach (var item in value.EnumerateObject())
        {
            if (item.Value.ValueKind != JsonValueKind.String)
                throw Bad($"{MetadataKey} '{item.Name}' must be a string, but is {item.Value.ValueKind}");
            if (!Metadata.TryAdd(item.Name, item.Value.GetString()!))
                throw Bad($"{MetadataKey} '{item.Name}' stands twice");
        }
    }

    private SafeTensorsEntry ParseEntry(string key, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Bad($"key '{key}' must be a JSON object");
        var shape = Numbers(key, value, "shape");
        var offsets = Numbers(key, value, "data_offsets");
        var name = value.TryGetProperty("dtype", out var dtype) && dtype.ValueKind == JsonValueKind.String
            ? dtype.GetString()
            : throw Bad($"key '{key}' has no dtype");
        var type = NumberType.OfSafeTensors(name!);
        if (offsets is not [var begin, var end])
            throw Bad($"key '{key}' must have two data_offsets, but has {offsets.Length}");
        if (end < begin) throw Bad($"key '{key}' ends at offset {end}, before its begin {begin}");
        if (CheckpointEntry.Problem(shape, type) is { } problem) throw Bad($"key '{key}' {problem}");
        var entry = new SafeTensorsEntry(key, type, shape, begin, end);
        // Of a type that is newer than this library no more is known than that a number takes a bit or more.
        var stored = (Int128)(end - begin) * 8;
        if (type.Bits is null && entry.Count > stored)
            throw Bad($"key '{key}' of shape [{string.Join(", ", shape)}] has {entry.Count} numbers of the unknown dtype " +
                $"'{name}', but its offsets {begin} to {end} hold only {stored} bits");
        if (type.Bits is { } bits && (Int128)entry.Count * bits != stored)
            throw Bad($"key '{key}' of shape [{string.Join(", ", shape)}] and dtype {name} needs " +
                $"{entry.Count} times {bits} bits, but its offsets {begin} to {end} hold {end - begin} bytes");
        return entry;
    }

    private long[] Numbers(string key, JsonElement entry, string property)
    {
        if (!entry.TryGetProperty(property, out var list) || list.ValueKind != JsonValueKind.Array)
            throw Bad($"key '{key}' has no list {property}");
        return [.. list.EnumerateArray().Select(n =>
            n.ValueKind == JsonValueKind.Number && n.TryGetInt64(out var number) && number >= 0
                ? number
                : throw Bad($"key '{key}' must have non-negative integers in {property}, but has {n.GetRawText()}"))];
    }

    private void CheckPlaces(long dataLength)
    {
        Entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        var at = 0L;
        foreach (var entry in Entries)
        {
            if (entry.Begin < at)
                throw Bad($"key '{entry.Key}' at offset {entry.Begin} overlaps the tensor that ends at {at}");
            if (entry.Begin > at)
                throw Bad($"key '{entry.Key}' at offset {entry.Begin} leaves a hole after offset {at}");
            if (entry.End > dataLength)
                throw Bad($"key '{entry.Key}' ends at offset {entry.End}, but the file has {dataLength} bytes of data");
            at = entry.End;
        }
        if (at != dataLength) throw Bad($"{dataLength - at} bytes follow the last tensor, which ends at offset {at}");
    }

    private InvalidDataException Bad(string what, Exception? inner = null) => _file.Bad(what, inner);
}

/// <summary>Parses the JSON of a header, after seeing that it is no larger than headers are.</summary>
internal static class HeaderJson
{
    private const int MostTokens = 4_000_000; // 250,000 tensors; a parsed document takes many times its tokens' bytes

    /// <exception cref="JsonException">The text is not JSON, or has too many values.</exception>
    public static JsonDocument Parse(byte[] text)
    {
        var reader = new Utf8JsonReader(text);
        for (var tokens = 0; reader.Read(); tokens++)
            if (tokens == MostTokens) throw new JsonException($"It has more than {MostTokens} values.");
        return JsonDocument.Parse(text);
    }
}
