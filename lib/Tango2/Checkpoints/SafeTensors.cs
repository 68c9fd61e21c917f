// The safetensors format: https://github.com/huggingface/safetensors, "Format".
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tango2.Files;

namespace Tango2.Checkpoints;

/// <summary>Reads and writes safetensors files: named tensors, and a few strings about them.</summary>
public static class SafeTensors
{
    /// <summary>
    /// Opens a file: its header is read and checked, its tensors stay in the file until they are asked for.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged; the message names the file, the key and the offset.
    /// </exception>
    internal static CheckpointReader Open(string path) => new SafeTensorsReader(path);

    /// <summary>Reads every tensor, on the CPU and in the type that the file has.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged; the message names the file, the key and the offset.
    /// </exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var reader = Open(path);
        return reader.ReadAll();
    }

    /// <summary>Reads the strings of the header's <c>__metadata__</c>; empty where there are none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var reader = Open(path);
        return reader.Metadata;
    }

    /// <summary>Writes the tensors in the types they have; the old file is replaced only when all is written.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="tensors">Names and tensors, on any device; the names must differ.</param>
    /// <param name="metadata">Strings to keep with them.</param>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Wide types first keeps each tensor aligned to its own size; names next makes equal content equal bytes.
        var ordered = tensors.OrderByDescending(t => t.Value.element_size()).ThenBy(t => t.Key, StringComparer.Ordinal)
            .ToArray();
        var header = Header(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            var prefix = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach (var (_, tensor) in ordered)
            {
                using var scope = NewDisposeScope();
                var flat = tensor.detach().cpu().contiguous().view(-1);
                const long Step = 64 << 20; // elements; a span holds fewer than 2^31 bytes
                for (var start = 0L; start < flat.shape[0]; start += Step)
                    stream.Write(flat.narrow(0, start, Math.Min(Step, flat.shape[0] - start)).bytes);
            }
        });
    }

    private static byte[] Header(
        KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata);
            var (at, seen) = (0L, new HashSet<string> { SafeTensorsHeader.MetadataKey });
            foreach (var (key, tensor) in tensors)
            {
                if (!seen.Add(key))
                    throw new ArgumentException($"The key '{key}' is given twice or is reserved.", nameof(tensors));
                var end = at + tensor.numel() * tensor.element_size();
                WriteEntry(json, key, tensor, at, end);
                at = end;
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafeTensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, string key, Tensor tensor, long begin, long end)
    {
        json.WriteStartObject(key);
        json.WriteString("dtype", SafeTensorsHeader.NameOf(tensor.dtype));
        WriteNumbers(json, "shape", tensor.shape);
        WriteNumbers(json, "data_offsets", [begin, end]);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}

/// <summary>An open safetensors file.</summary>
internal sealed class SafeTensorsReader : CheckpointReader
{
    private readonly CheckpointFile _file;
    private readonly long _dataStart;
    private readonly Dictionary<string, CheckpointEntry> _entries;

    public SafeTensorsReader(string path) : base(path)
    {
        _file = new(path);
        try
        {
            var header = new SafeTensorsHeader(_file);
            _dataStart = header.DataStart;
            _entries = header.Entries.ToDictionary(e => e.Key, e => (CheckpointEntry)e);
            Metadata = header.Metadata;
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override string Format => "safetensors";

    public override IReadOnlyDictionary<string, CheckpointEntry> Entries => _entries;

    public override IReadOnlyDictionary<string, string> Metadata { get; }

    private protected override void Fill(CheckpointEntry entry, Tensor target) =>
        _file.Copy(_dataStart + ((SafeTensorsEntry)entry).Begin, target, entry.Key);

    private protected override void Close() => _file.Dispose();
}
