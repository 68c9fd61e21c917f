using System.Diagnostics;
using Tango2.Checkpoints;

namespace Tango2.Tests.Checkpoints;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");

    public static TheoryData<string> HostileFiles =>
        [.. Directory.GetFiles(Golden.Path("checkpoints/hostile"), "st_*").Select(f => Path.GetFileName(f)!).Order()];

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Every_type_comes_back_as_it_was_written()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var type in (ScalarType[])[ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16,
            ScalarType.Int32, ScalarType.Int64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64])
            tensors[$"of {type} é\""] = arange(6).reshape(2, 3).to(type);
        tensors["scalar"] = tensor(2.5f);
        tensors["empty"] = zeros(0, 3);
        tensors["transposed"] = arange(6).reshape(2, 3).t();
        SafeTensors.Write(_path, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        var read = SafeTensors.Read(_path);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (key, expected) in tensors)
        {
            Assert.Equal(expected.dtype, read[key].dtype);
            Assert.Equal(expected.shape, read[key].shape);
            Assert.True(Same(expected, read[key]), key);
        }
        Assert.Equal("pt", SafeTensors.ReadMetadata(_path)["format"]);
    }

    [Fact]
    public void Golden_files_read_completely()
    {
        using var scope = NewDisposeScope();
        var read = SafeTensors.Read(Golden.Path("checkpoints/truth.safetensors"));
        Assert.NotEmpty(read);
        SafeTensors.Write(_path, read);
        Assert.All(SafeTensors.Read(_path), t => Assert.True(Same(read[t.Key], t.Value), t.Key));
    }

    [Theory, MemberData(nameof(HostileFiles))]
    public void A_damaged_file_is_refused_quickly_with_its_name(string name)
    {
        var path = Golden.Path($"checkpoints/hostile/{name}");
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(path));
        Assert.True(clock.Elapsed.TotalSeconds < 1);
        Assert.StartsWith(path + ": ", error.Message);
    }

    [Theory]
    [InlineData("st_duplicate_key", "stands twice")]
    [InlineData("st_hole", "leaves a hole")]
    [InlineData("st_overlap", "overlaps")]
    [InlineData("st_trailing", "follow the last tensor")]
    [InlineData("st_shape_overflow", "larger than any file")]
    [InlineData("st_negative_dim", "non-negative integers in shape")]
    [InlineData("st_reversed_offsets", "before its begin")]
    [InlineData("st_unknown_dtype", "unknown dtype")]
    [InlineData("st_header_past_eof", "past the end of the file")]
    [InlineData("st_bad_json", "not valid JSON")]
    public void The_message_says_what_is_wrong(string name, string message) => Assert.Contains(
        message,
        Assert.Throws<InvalidDataException>(
            () => SafeTensors.Read(Golden.Path($"checkpoints/hostile/{name}.safetensors"))).Message);

    [Fact]
    public void A_key_given_twice_is_refused()
    {
        using var one = zeros(1);
        Assert.Contains("'a' is given twice", Assert.Throws<ArgumentException>(
            () => SafeTensors.Write(_path, [new("a", one), new("a", one)])).Message);
        Assert.False(File.Exists(_path));
    }

    private static bool Same(Tensor a, Tensor b) =>
        a.dtype == b.dtype && a.shape.SequenceEqual(b.shape) && a.contiguous().bytes.SequenceEqual(b.bytes);
}
