using System.Diagnostics;
using System.IO.Compression;
using Tango2.Checkpoints;

namespace Tango2.Tests.Checkpoints;

public sealed class TorchPickleTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".bin");

    public static TheoryData<string> HostileFiles => [.. Directory.GetFiles(Golden.Path("checkpoints/hostile"))
        .Select(f => Path.GetFileName(f)!).Where(f => !f.StartsWith("st_", StringComparison.Ordinal)).Order()];

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("pytorch_model_main.bin", "", "truth")]
    [InlineData("legacy.bin", "", "truth")]
    [InlineData("module_state_dict.bin", "", "module_state_dict.truth")]
    [InlineData("lightning_style.ckpt", "state_dict.", "lightning_style.truth")]
    [InlineData("optimizer.bin", "state.0.", "optimizer.truth")]
    public void Every_tensor_is_the_one_that_was_saved(string file, string prefix, string truth)
    {
        using var scope = NewDisposeScope();
        var expected = SafeTensors.Read(Golden.Path($"checkpoints/{truth}.safetensors"));
        var read = TorchFile.Read(Golden.Path($"checkpoints/{file}"));
        Assert.Equal(expected.Keys.Select(k => prefix + k).Order(), read.Keys.Order());
        foreach (var (key, value) in expected)
        {
            var tensor = read[prefix + key];
            Assert.Equal(value.dtype, tensor.dtype);
            Assert.Equal(value.shape, tensor.shape);
            Assert.True(tensor.is_contiguous());
            Assert.True(value.bytes.SequenceEqual(tensor.bytes), key);
        }
    }

    [Fact]
    public void Tensors_in_lists_have_their_place_as_a_name()
    {
        using var scope = NewDisposeScope();
        TorchFile.Write(_path, new Dictionary<string, object?>
        {
            ["a"] = ones(1),
            ["b"] = new List<object?> { 3L, ones(2), new Dictionary<string, object?> { ["c"] = ones(3) } },
        });
        Assert.Equal(["a", "b.1", "b.2.c"], TorchFile.Read(_path).Keys.Order());
    }

    [Theory, MemberData(nameof(HostileFiles))]
    public void A_hostile_file_is_refused_quickly_with_its_name(string name)
    {
        var path = Golden.Path($"checkpoints/hostile/{name}");
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<InvalidDataException>(() => TorchFile.Read(path));
        Assert.True(clock.Elapsed.TotalSeconds < 1);
        Assert.StartsWith(path + ": ", error.Message);
    }

    [Theory]
    [InlineData("pickle_os_system.bin", "system', which no checkpoint of weights needs")]
    [InlineData("pickle_os_system_raw.bin", "'posix.system', which no checkpoint of weights needs")]
    [InlineData("pickle_eval_legacy.bin", "eval', which no checkpoint of weights needs")]
    [InlineData("git_lfs_pointer.bin", "Git LFS pointer")]
    [InlineData("empty.bin", "the file is empty")]
    [InlineData("bad_opcode.pkl", "is not one that checkpoints use")]
    [InlineData("stack_underflow.pkl", "stack is empty")]
    [InlineData("huge_binunicode.pkl", "runs past the end of the pickle")]
    [InlineData("deep_nesting.pkl", "found another pickle")]
    [InlineData("truncated_zip.bin", "damaged or cut off")]
    [InlineData("truncated_legacy.bin", "the file is cut off")]
    [InlineData("missing_storage.bin", "is missing")]
    [InlineData("short_storage.bin", "has 216 bytes, expected 108 elements of 4")]
    [InlineData("negative_stride.bin", "negative offset, size or stride")]
    [InlineData("offset_beyond_storage.bin", "reaches element")]
    [InlineData("size_beyond_storage.bin", "reaches element")]
    public void The_message_says_what_is_wrong(string name, string message) => Assert.Contains(
        message,
        Assert.Throws<InvalidDataException>(() => TorchFile.Read(Golden.Path($"checkpoints/hostile/{name}"))).Message);

    [Fact]
    public void A_small_storage_repeated_without_end_is_refused()
    {
        // {'a': a tensor of 2^40 elements with stride 0 on a storage of one}
        WriteZip([0x80, 2, .. "}X"u8, 1, 0, 0, 0, .. "actorch._utils\n_rebuild_tensor_v2\n((X"u8, 7, 0, 0, 0,
            .. "storagectorch\nFloatStorage\nX"u8, 1, 0, 0, 0, .. "0X"u8, 3, 0, 0, 0, .. "cpuK"u8, 1, .. "tQK"u8, 0,
            0x8a, 6, 0, 0, 0, 0, 0, 1, 0x85, .. "K"u8, 0, 0x85, 0x89, .. "NtRs."u8], CompressionLevel.NoCompression);
        Assert.Contains("far more than the file's", Assert.Throws<InvalidDataException>(() => TorchFile.Read(_path)).Message);
    }

    [Fact]
    public void Protocol_4_is_read()
    {
        // {'a': x, 'b': x} with x of two elements: framed, names by STACK_GLOBAL, and each value remembered in turn
        HandmadeZip.Write(_path, wide: false, ("a/data.pkl", [0x80, 4, 0x95, 120, 0, 0, 0, 0, 0, 0, 0, .. "}"u8, 0x94,
            0x8c, 1, .. "a"u8, 0x94, 0x8c, 12, .. "torch._utils"u8, 0x94, 0x8c, 18, .. "_rebuild_tensor_v2"u8, 0x94, 0x93, 0x94,
            .. "(("u8, 0x8c, 7, .. "storage"u8, 0x94, 0x8c, 5, .. "torch"u8, 0x94, 0x8c, 12, .. "FloatStorage"u8, 0x94, 0x93, 0x94,
            0x8c, 1, .. "0"u8, 0x94, 0x8c, 3, .. "cpu"u8, 0x94, .. "K"u8, 2, .. "t"u8, 0x94, .. "QK"u8, 0,
            .. "K"u8, 2, 0x85, 0x94, .. "K"u8, 1, 0x85, 0x94, 0x89, .. "Nt"u8, 0x94, .. "R"u8, 0x94, .. "s"u8,
            0x8c, 1, .. "bh"u8, 15, .. "s."u8], null), ("a/data/0", [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], null));
        using var scope = NewDisposeScope();
        var read = TorchFile.Read(_path);
        Assert.Equal([1, 2], read["a"].data<float>().ToArray());
        Assert.Equal([1, 2], read["b"].data<float>().ToArray());
    }

    [Fact]
    public void A_compressed_pickle_is_read_and_refused_for_what_it_says()
    {
        WriteZip(new byte[100_000], CompressionLevel.Optimal);
        Assert.Contains("the pickle opcode 0x00 is not one that checkpoints use",
            Assert.Throws<InvalidDataException>(() => TorchFile.Read(_path)).Message);
    }

    [Fact]
    public void A_dictionary_that_holds_itself_is_refused()
    {
        WriteZip([0x80, 2, .. "}q"u8, 0, .. "X"u8, 1, 0, 0, 0, .. "ah"u8, 0, .. "s."u8], CompressionLevel.NoCompression);
        Assert.Contains("nested too deeply", Assert.Throws<InvalidDataException>(() => TorchFile.Read(_path)).Message);
    }

    [Fact]
    public void Any_single_damaged_byte_is_read_or_refused_but_nothing_else()
    {
        var whole = File.ReadAllBytes(Golden.Path("checkpoints/legacy.bin"));
        for (var i = 0; i < 2000; i += 3)
        {
            using var scope = NewDisposeScope();
            var damaged = (byte[])whole.Clone();
            damaged[i] ^= 0x55;
            TemporaryFolder.Rewrite(_path, damaged);
            var error = Record.Exception(() => TorchFile.Read(_path));
            Assert.True(error is null or InvalidDataException, $"byte {i}: {error}");
        }
    }

    private void WriteZip(byte[] pickle, CompressionLevel level)
    {
        using var archive = ZipFile.Open(_path, ZipArchiveMode.Create);
        foreach (var (name, content) in new[] { ("x/data.pkl", pickle), ("x/data/0", new byte[4]) })
        {
            using var entry = archive.CreateEntry(name, level).Open();
            entry.Write(content);
        }
    }
}
