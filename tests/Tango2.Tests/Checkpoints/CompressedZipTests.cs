using System.IO.Compression;
using Tango2.Checkpoints;
using Tango2.Models;

namespace Tango2.Tests.Checkpoints;

/// <summary>Zip checkpoints whose entries are deflated, as TorchSharp.PyBridge writes them.</summary>
public sealed class CompressedZipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["a.pt"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.Fastest)]
    public void Tensors_and_views_come_back(CompressionLevel level)
    {
        using var scope = NewDisposeScope();
        var grid = arange(24).reshape(4, 6).to(float32);
        var tensors = new Dictionary<string, object?>
        {
            ["grid"] = grid,
            ["columns"] = grid.t(),
            ["block"] = grid.narrow(0, 1, 2).narrow(1, 2, 3),
            ["half"] = arange(5).to(float16),
            ["flags"] = tensor(new[] { true, false, true }),
            ["empty"] = zeros(0, 3),
            ["last"] = grid[3],
        };
        Write(tensors, level);
        using var reader = CheckpointReader.Open(Path);
        foreach (var key in tensors.Keys.Concat(tensors.Keys.Reverse()))
        {
            var (expected, read) = ((Tensor)tensors[key]!, reader.Read(key));
            Assert.Equal((expected.dtype, true), (read.dtype, read.is_contiguous()));
            Assert.Equal(expected.shape, read.shape);
            Assert.True(expected.contiguous().bytes.SequenceEqual(read.bytes), key);
        }
    }

    [Fact]
    public void A_network_is_filled_and_no_tensor_left_behind()
    {
        using var scope = NewDisposeScope();
        var (saved, loaded) = (new Cnn14Model(MiniScale.Tagger with { Widths = [4, 8] }), new Cnn14Model(MiniScale.Tagger with { Widths = [4, 8] }));
        Write(saved.state_dict().ToDictionary(t => t.Key, t => (object?)t.Value), CompressionLevel.Optimal);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var inner = NewDisposeScope()) ForeignLayouts.Load(loaded, Path);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        foreach (var (key, value) in saved.state_dict()) Golden.Close(value, loaded.state_dict()[key], atol: 0, rtol: 0, key);
    }

    [Fact]
    public void A_byte_that_is_no_bool_is_refused()
    {
        using var scope = NewDisposeScope();
        TorchFile.Write(_folder["plain.pt"], new Dictionary<string, object?> { ["flags"] = ones(5, ScalarType.Bool) });
        Recompress(CompressionLevel.Optimal, (name, bytes) =>
        {
            if (name.EndsWith("data/0", StringComparison.Ordinal)) bytes[3] = 7;
        });
        Assert.Contains("key 'flags' is of type Bool, so its bytes are 0 or 1, but byte 3 is 7",
            Assert.Throws<InvalidDataException>(() => TorchFile.Read(Path)).Message);
    }

    [Fact]
    public void A_damaged_entry_is_refused_with_its_name_and_nothing_else_happens()
    {
        using var scope = NewDisposeScope();
        Write(new() { ["a"] = randn(200), ["b"] = arange(300) }, CompressionLevel.Optimal);
        var whole = File.ReadAllBytes(Path);
        var refused = 0;
        for (var i = 0; i < whole.Length; i += 7)
        {
            var damaged = (byte[])whole.Clone();
            damaged[i] ^= 0x10;
            TemporaryFolder.Rewrite(Path, damaged);
            var error = Record.Exception(() => TorchFile.Read(Path));
            Assert.True(error is null or InvalidDataException, $"byte {i}: {error}");
            if (error is null) continue;
            refused++;
            Assert.StartsWith(Path + ": ", error.Message);
        }
        Assert.True(refused > 50, $"{refused} refused");
    }

    [Fact]
    public void An_entry_that_inflates_to_another_size_is_refused()
    {
        using var scope = NewDisposeScope();
        foreach (var (size, shown) in new[] { (3 * 4, 4), (5 * 4, 4) })
        {
            WriteLying(size, shown * 4);
            Assert.Contains("entry 'a/data/0' does not inflate to the 16 bytes that the zip's directory gives: it is damaged",
                Assert.Throws<InvalidDataException>(() => TorchFile.Read(Path)).Message);
        }
    }

    [Fact]
    public void Another_method_is_refused_with_its_number()
    {
        using (var writer = new BinaryWriter(File.Create(Path)))
        {
            writer.Write("PK"u8);
            writer.Write(new byte[98]);
            HandmadeZip.Entry(writer, false, "a/data.pkl", stored: 50, size: 50, header: 0, method: 14);
            HandmadeZip.End(writer, false, 1, directory: 100);
        }
        Assert.Contains("entry 'a/data.pkl' is compressed by method 14; expected it stored (0) or deflated (8)",
            Assert.Throws<InvalidDataException>(() => TorchFile.Read(Path)).Message);
    }

    private void Write(Dictionary<string, object?> tensors, CompressionLevel level)
    {
        TorchFile.Write(_folder["plain.pt"], tensors);
        Recompress(level, (_, _) => { });
    }

    private void Recompress(CompressionLevel level, Action<string, byte[]> change)
    {
        using var from = ZipFile.OpenRead(_folder["plain.pt"]);
        using var to = ZipFile.Open(Path, ZipArchiveMode.Create);
        foreach (var entry in from.Entries)
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            change(entry.FullName, bytes);
            using var target = to.CreateEntry(entry.FullName, level).Open();
            target.Write(bytes);
        }
    }

    /// <summary>A storage of four numbers whose entry inflates to fewer or more bytes.</summary>
    private void WriteLying(int size, int shown)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true)) stream.Write(new byte[size]);
        var pickle = PickleText.Whole(PickleText.Dictionary(
            ("w", PickleText.Vector(PickleText.Storage(0, "torch", "FloatStorage", 4), 4))));
        File.Delete(Path);
        using var writer = new BinaryWriter(File.Create(Path));
        long[] places = [0, 30 + pickle.Length];
        foreach (var content in new[] { pickle, deflated.ToArray() })
        {
            writer.Write(0x04034b50);
            writer.Write(new byte[26]);
            writer.Write(content);
        }
        var directory = writer.BaseStream.Position;
        HandmadeZip.Entry(writer, false, "a/data.pkl", pickle.Length, pickle.Length, places[0], method: 0);
        HandmadeZip.Entry(writer, false, "a/data/0", deflated.Length, shown, places[1], method: 8);
        HandmadeZip.End(writer, false, 2, directory);
    }
}
