namespace Tango2.Checkpoints;

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
