using System.Diagnostics;
using System.Text;
using Tango2.Checkpoints;

namespace Tango2.Tests.Checkpoints;

public sealed class TorchReaderTests : IDisposable
{
    private static readonly ScalarType[] AllTypes =
    [
        ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
        ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64,
    ];

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["a.bin"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Types_views_and_nested_dictionaries_come_back_from_both_layouts(bool legacy)
    {
        using var scope = NewDisposeScope();
        var grid = arange(24).reshape(4, 6).to(float32);
        var module = new Dictionary<string, object?>
        {
            ["grid"] = grid,
            ["row"] = grid[2],
            ["columns"] = grid.t(),
            ["block"] = grid.narrow(0, 1, 2).narrow(1, 2, 3),
            ["repeated"] = grid[0].unsqueeze(0).expand(5, 6),
            ["scalar"] = tensor(2.5),
            ["empty"] = zeros(0, 3),
        };
        foreach (var type in AllTypes) module[$"of {type}"] = arange(6).reshape(2, 3).to(type);
        var root = new Dictionary<string, object?>
        {
            ["epoch"] = 3L,
            ["name"] = "é",
            ["loss"] = 0.5,
            ["done"] = false,
            ["nothing"] = null,
            ["state_dict"] = module,
            ["optimizer"] = new Dictionary<object, object?> { [0L] = new Dictionary<string, object?> { ["step"] = tensor(7L) } },
            ["history"] = new List<object?> { 1L, "two", new List<object?>(), zeros(2) },
        };
        if (legacy) TorchFile.WriteLegacy(Path, root);
        else TorchFile.Write(Path, root);
        using var reader = CheckpointReader.Open(Path);
        Assert.Equal(module.Keys.Select(k => "state_dict." + k).Concat(["history.3", "optimizer.0.step"]).Order(), reader.Entries.Keys.Order());
        foreach (var (key, value) in module)
        {
            var (expected, read) = ((Tensor)value!, reader.Read("state_dict." + key));
            Assert.Equal(expected.dtype, read.dtype);
            Assert.Equal(expected.shape, read.shape);
            Assert.True(read.is_contiguous());
            Assert.True(expected.contiguous().bytes.SequenceEqual(read.bytes), key);
        }
        Assert.Equal(7, reader.Read("optimizer.0.step").item<long>());
        var target = zeros(6, 4, float64);
        reader.ReadInto("state_dict.columns", target);
        Golden.Close(grid.t(), target, atol: 0, rtol: 0, "columns");
    }

    [Fact]
    public void Opening_and_reading_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var grid = arange(24).reshape(4, 6);
        TorchFile.Write(Path, new Dictionary<string, object?> { ["a"] = grid, ["b"] = grid.t() });
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        foreach (var tensor in TorchFile.Read(Path).Values) tensor.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void The_64_bit_directory_of_large_files_is_read()
    {
        using var scope = NewDisposeScope();
        HandmadeZip.Write(Path, wide: true, ("a/data.pkl", OneTensor(count: 2), null), ("a/data/0", new byte[8], null));
        Assert.Equal([0f, 0f], TorchFile.Read(Path)["a"].data<float>().ToArray());
    }

    [Theory]
    [InlineData("a/data/0", 40, 0, "overlaps what begins at byte")]
    [InlineData("a/data/0", 8, 100_000, "runs past the end of the file")]
    [InlineData("a/data/0", 2_000_000_000, 0, "runs past the end of the file")]
    [InlineData("a/data.pkl", 8, 0, "stands twice in the zip")]
    [InlineData("a/data/0", 4, 0, "has 4 bytes, expected 2 elements of 4")]
    [InlineData("a/data/1", 8, 0, "storage '0' of tensor 'a' is missing")]
    public void A_zip_whose_directory_lies_is_refused(string name, long size, long moved, string message)
    {
        using (var writer = new BinaryWriter(File.Create(Path)))
        {
            var pickle = OneTensor(count: 2);
            long[] places = [0, 30 + pickle.Length];
            foreach (var content in new[] { pickle, new byte[8] })
            {
                writer.Write(0x04034b50);
                writer.Write(new byte[26]);
                writer.Write(content);
            }
            var directory = writer.BaseStream.Position;
            HandmadeZip.Entry(writer, false, "a/data.pkl", pickle.Length, pickle.Length, places[0], method: 0);
            HandmadeZip.Entry(writer, false, name, size, size, places[1] + moved, method: 0);
            HandmadeZip.End(writer, false, 2, directory);
        }
        AssertRefused(message);
    }

    [Fact]
    public void A_compressed_entry_that_cannot_hold_what_it_says_is_refused()
    {
        using (var writer = new BinaryWriter(File.Create(Path)))
        {
            writer.Write(new byte[100]);
            HandmadeZip.Entry(writer, false, "a/data.pkl", stored: 50, size: 4_000_000_000, header: 0, method: 8);
            HandmadeZip.End(writer, false, 1, directory: 100);
        }
        File.WriteAllBytes(Path, [.. "PK"u8, .. File.ReadAllBytes(Path)[2..]]);
        AssertRefused("entry 'a/data.pkl' is compressed to 50 bytes, which cannot hold the 4000000000 that the zip's directory gives");
    }

    [Theory]
    [InlineData(-1, "storage '0' has -1 elements")]
    [InlineData(long.MaxValue, "storage '0' has 9223372036854775807 elements")]
    [InlineData(1L << 60, "has 8 bytes, expected 1152921504606846976 elements of 4")]
    public void A_storage_of_a_size_that_is_not_there_is_refused(long count, string message)
    {
        HandmadeZip.Write(Path, wide: false, ("a/data.pkl", OneTensor(count), null), ("a/data/0", new byte[8], null));
        AssertRefused(message);
    }

    [Fact]
    public void Storages_that_contradict_each_other_are_refused()
    {
        byte[] one = OneTensor(2)[3..^2], other = OneTensor(3)[3..^2];
        HandmadeZip.Write(Path, wide: false, ("a/data.pkl", [0x80, 2, .. "}("u8, .. one, .. other, .. "u."u8], null));
        AssertRefused("storage '0' is described in two ways");
    }

    // Few bytes that ask for the same long thing again and again: each would take hours or all memory.
    public static TheoryData<string, string> Repetitions => new()
    {
        { "pairs", "takes more than" },
        { "marks", "takes more than" },
        { "key", "longer than 1000 characters" },
        { "shape", "over the limit of 64" },
        { "identity", "expected the identity of a storage" },
        { "names", "too long" },
        { "items", "nested too deeply" },
        { "cycle", "nested too deeply" },
    };

    [Theory, MemberData(nameof(Repetitions))]
    public void Work_that_a_file_has_not_paid_for_is_refused_within_a_second(string kind, string message)
    {
        HandmadeZip.Write(Path, wide: false, ("a/data.pkl", Repeating(kind), null), ("a/data/0", new byte[8], null));
        AssertRefused(message);
    }

    private static byte[] Repeating(string kind)
    {
        var pickle = new List<byte>([0x80, 2]);
        void Add(params ReadOnlySpan<byte> bytes) => pickle.AddRange(bytes);
        void Repeat(int count, params ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < count; i++) pickle.AddRange(bytes);
        }
        void Text(string text) => Add([(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)]);
        void Nest(int level, string key) // sixty entries, all of them the one dictionary of the level below
        {
            if (level == 0) Add(OneTensor(2).AsSpan(2..^1));
            else
            {
                Add("}"u8);
                Text(key);
                Nest(level - 1, key);
                Add("s"u8);
                for (var i = 0; i < 59; i++)
                {
                    Text(key + i);
                    Add((byte)'h', (byte)(level - 1), (byte)'s');
                }
            }
            Add((byte)'q', (byte)level);
        }
        switch (kind)
        {
            case "pairs": // a list of 100,000 pairs, made into 100,000 dictionaries
                Add([.. "](K"u8, 1, .. "K"u8, 1, 0x86, .. "q\0"u8]);
                Repeat(100_000, "h\0"u8);
                Add([.. "e"u8, 0x85, .. "q"u8, 1, .. "ccollections\nOrderedDict\nq"u8, 2]);
                Repeat(100_000, [.. "h"u8, 2, .. "h"u8, 1, .. "R"u8]);
                break;
            case "marks": Repeat(5_000_000, "("u8); break;
            case "key": // one long key, set 100,000 times
                Add("}q\0"u8);
                Text(new('k', 1_000_000));
                Add("q\u0001N"u8);
                Repeat(100_000, "h\0h\u0001Ns"u8);
                break;
            case "shape": // a tuple of 500,000 sizes
                Add("("u8);
                Repeat(500_000, "K\u0001"u8);
                Add("tq\0"u8);
                Add(OneTensor(2, sizes: [.. "h\0"u8]).AsSpan(2));
                break;
            case "identity":
                Add("("u8);
                Repeat(500_000, "N"u8);
                Add("tQ"u8);
                break;
            case "names": Nest(5, new('k', 900)); break;
            case "items": Nest(5, "k"); break;
            default: // a dictionary with fifty entries, all of them itself
                Add("}q\0"u8);
                for (var i = 0; i < 50; i++)
                {
                    Text($"{i}");
                    Add("h\0s"u8);
                }
                break;
        }
        return [.. pickle, (byte)'.'];
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_with_its_name()
    {
        using var scope = NewDisposeScope();
        foreach (var file in new[] { "legacy.bin", "pytorch_model_main.bin" })
        {
            var whole = File.ReadAllBytes(Golden.Path("checkpoints/" + file));
            for (var length = 0; length < whole.Length; length += 13)
            {
                TemporaryFolder.Rewrite(Path, whole.AsSpan(0, length));
                Assert.StartsWith(Path + ": ", Assert.Throws<InvalidDataException>(() => TorchFile.Read(Path)).Message);
            }
        }
    }

    /// <summary>{'a': a float32 tensor of two elements} on a storage that claims to have that many.</summary>
    private static byte[] OneTensor(long count, byte[]? sizes = null) =>
    [
        0x80, 2, .. "}X"u8, 1, 0, 0, 0, .. "actorch._utils\n_rebuild_tensor_v2\n((X"u8, 7, 0, 0, 0,
        .. "storagectorch\nFloatStorage\nX"u8, 1, 0, 0, 0, .. "0X"u8, 3, 0, 0, 0, .. "cpu"u8, 0x8a, 8,
        .. BitConverter.GetBytes(count), .. "tQK"u8, 0, .. sizes ?? [(byte)'K', 2, 0x85], .. "K"u8, 1, 0x85, 0x89, .. "NtRs."u8,
    ];

    private void AssertRefused(string message)
    {
        var clock = Stopwatch.StartNew();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidDataException>(() => TorchFile.Read(Path));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 4); // a second on an idle machine
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 500_000_000);
        Assert.StartsWith(Path + ": ", error.Message);
        Assert.Contains(message, error.Message);
    }
}
