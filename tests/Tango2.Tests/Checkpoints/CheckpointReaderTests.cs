using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Tango2.Checkpoints;
using Tango2.Models;

namespace Tango2.Tests.Checkpoints;

public sealed class CheckpointReaderTests : IDisposable
{
    private const long Large = 3_500_000_000; // bytes

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_tensor_of_a_large_safetensors_file_costs_little_time_and_memory()
    {
        using var scope = NewDisposeScope();
        var path = _folder["large.safetensors"];
        WriteSparse(path, "{\"large\":{\"dtype\":\"F32\",\"shape\":[875000000],\"data_offsets\":[0,3500000000]}," +
            "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[3500000000,3500000008]}}", Large + 8, [1f, 2f]);
        AssertLastTensorIsCheap(path);
    }

    [Fact]
    public void One_tensor_of_a_large_zip_checkpoint_costs_little_time_and_memory()
    {
        using var scope = NewDisposeScope();
        var path = _folder["large.bin"];
        // {'large': float32 [875000000], 'last': its last two numbers}
        byte[] storage = [.. "((X"u8, 7, 0, 0, 0, .. "storagectorch\nFloatStorage\nX"u8, 1, 0, 0, 0, .. "0X"u8, 3, 0, 0, 0,
            .. "cpuJ"u8, .. BitConverter.GetBytes(875_000_000), .. "tQ"u8];
        byte[] View(int offset, int size) => [.. "ctorch._utils\n_rebuild_tensor_v2\n"u8, .. storage, .. "J"u8,
            .. BitConverter.GetBytes(offset), .. "J"u8, .. BitConverter.GetBytes(size), 0x85, .. "K"u8, 1, 0x85, 0x89, .. "NtR"u8];
        HandmadeZip.Write(path, wide: false,
            ("a/data.pkl", [0x80, 2, .. "}(X"u8, 5, 0, 0, 0, .. "large"u8, .. View(0, 875_000_000),
                .. "X"u8, 4, 0, 0, 0, .. "last"u8, .. View(874_999_998, 2), .. "u."u8], null),
            ("a/data/0", [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], Large));
        AssertLastTensorIsCheap(path);
    }

    private static void AssertLastTensorIsCheap(string path)
    {
        var clock = Stopwatch.StartNew();
        var rise = ResidentMemory.RiseDuring(() =>
        {
            using var reader = CheckpointReader.Open(path);
            Assert.Equal(Large, reader.Entries["large"].Bytes);
            Assert.Equal([1f, 2f], reader.Read("last").data<float>().ToArray());
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{clock.Elapsed.TotalMilliseconds:0.0} ms, {rise / 1e6:0.0} MB");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.InRange(rise, 0, 40_000_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Filling_a_network_costs_no_second_copy(bool pytorch)
    {
        using var scope = NewDisposeScope();
        const long Size = 4 * 4096 * 6144; // bytes: 101 MB
        var path = _folder["linear"];
        {
            using var source = NewDisposeScope();
            var tensors = new Dictionary<string, Tensor> { ["weight"] = ones(6144, 4096) };
            if (pytorch) TorchFile.Write(path, tensors);
            else SafeTensors.Write(path, tensors);
        }
        var module = nn.Linear(4096, 6144, hasBias: false);
        var rise = ResidentMemory.RiseDuring(() => StateDict.Load(module, path));
        Assert.InRange(rise, 0, Size / 4); // beside the network, which was there before
        Assert.Equal(1, module.weight!.min().item<float>());
    }

    /// <summary>
    /// What loading adds to the memory that the network's own parameters take. It needs 4 GB and draws random weights
    /// for ten seconds: for the nightly run.
    /// </summary>
    [Fact, Trait("Category", "Nightly")]
    public void The_published_U_Net_loads_within_a_fifth_more_than_its_size()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("TANGO2_NIGHTLY") == "1", "Set TANGO2_NIGHTLY=1 to run it.");
        using var scope = NewDisposeScope();
        using var network = new UNet2DConditionModel(UNet2DConditionConfig.Tango2);
        var path = _folder["unet.safetensors"];
        var (header, at) = (new StringBuilder("{"), 0L);
        foreach (var (key, tensor) in network.state_dict())
        {
            var end = at + 4 * tensor.numel();
            header.Append($"{(at > 0 ? "," : "")}\"{key}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', tensor.shape)}]," +
                $"\"data_offsets\":[{at},{end}]}}");
            at = end;
        }
        Assert.Equal(865_933_768L * 4, at);
        WriteSparse(path, header.Append('}').ToString(), at, []);
        var clock = Stopwatch.StartNew();
        var rise = ResidentMemory.RiseDuring(() => StateDict.Load(network, path));
        TestContext.Current.TestOutputHelper?.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s, {rise / 1e6:0.0} MB above the network");
        Assert.InRange(rise, 0, at / 5);
        Assert.All(network.parameters(), p => Assert.Equal(0, p.detach().view(-1)[0].item<float>()));
    }

    [Fact]
    public void Values_are_converted_to_the_targets_type()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(_folder["half.safetensors"], [new("a", tensor(new[] { 1.5f, -2f }).to(float16))]);
        using var reader = SafeTensors.Open(_folder["half.safetensors"]);
        var target = zeros(2, float64);
        reader.ReadInto("a", target);
        Assert.Equal([1.5, -2], target.data<double>().ToArray());
        var transposed = zeros(1, 2, float16).t();
        Assert.Contains("target must be [2] as 'a' is, but is [2, 1].",
            Assert.Throws<ArgumentException>(() => reader.ReadInto("a", transposed)).Message);
        Assert.Contains("has no tensor 'b'", Assert.Throws<ArgumentException>(() => reader.Read("b")).Message);
    }

    [Fact]
    public void The_layout_is_seen_in_the_file_not_in_its_name()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor> { ["a"] = arange(3) };
        SafeTensors.Write(_folder["blob1"], tensors);
        TorchFile.Write(_folder["blob2"], tensors);
        TorchFile.WriteLegacy(_folder["blob3"], tensors);
        foreach (var (name, format) in new[] { ("blob1", "safetensors"), ("blob2", "PyTorch zip"), ("blob3", "PyTorch before 1.6") })
        {
            using var reader = CheckpointReader.Open(_folder[name]);
            Assert.Equal(format, reader.Format);
            Assert.Equal([0L, 1, 2], reader.Read("a").data<long>().ToArray());
            Assert.Equal(["a"], reader.ReadAll().Keys);
        }
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_open_is_refused()
    {
        using var scope = NewDisposeScope();
        var path = _folder["a.safetensors"];
        SafeTensors.Write(path, [new("a", zeros(100_000))]);
        using var reader = SafeTensors.Open(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) stream.SetLength(1000);
        var error = Assert.Throws<InvalidDataException>(() => reader.Read("a"));
        Assert.StartsWith(path, error.Message);
        Assert.Contains("run past the end of the file (1000 bytes)", error.Message);
    }

    [Fact]
    public void A_byte_that_is_no_bool_is_refused_with_its_place()
    {
        using var scope = NewDisposeScope();
        var path = _folder["bool.safetensors"];
        SafeTensors.Write(path, [new("flags", ones(5, ScalarType.Bool))]);
        var bytes = File.ReadAllBytes(path);
        bytes[^2] = 7;
        File.WriteAllBytes(path, bytes);
        Assert.Contains($"key 'flags' is of type Bool, so its bytes are 0 or 1, but byte {bytes.Length - 2} is 7",
            Assert.Throws<InvalidDataException>(() => SafeTensors.Read(path)).Message);
    }

    [Theory]
    [InlineData("[0,9223372036854775807,9223372036854775807]", "is larger than any file")]
    [InlineData("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1," +
        "1,1,1,1,1,1,1,1,1,1,1,1,1,0]", "has 65 dimensions, over the limit of 64")]
    public void A_shape_that_torch_could_not_hold_is_refused(string shape, string message)
    {
        WriteSparse(_folder["a.safetensors"], $"{{\"a\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[0,0]}}}}", 0, []);
        Assert.Contains("key 'a' ", Refusal("a.safetensors"));
        Assert.Contains(message, Refusal("a.safetensors"));
    }

    [Fact]
    public void A_header_of_millions_of_values_is_refused_within_a_second()
    {
        WriteSparse(_folder["a.safetensors"], $"{{\"a\":[{string.Concat(Enumerable.Repeat("0,", 5_000_000))}0]}}", 0, []);
        var clock = Stopwatch.StartNew();
        Assert.Contains("It has more than 4000000 values", Refusal("a.safetensors"));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 4); // a second on an idle machine
    }

    private string Refusal(string file) =>
        Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(_folder[file])).Message;

    /// <summary>A header, then zeros, then the last numbers; the zeros take no place on disk.</summary>
    private static void WriteSparse(string path, string header, long dataBytes, float[] last)
    {
        using var stream = File.Create(path);
        var text = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        stream.Write(prefix);
        stream.Write(text);
        stream.SetLength(8 + text.Length + dataBytes);
        stream.Position = stream.Length - 4 * last.Length;
        stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(last.AsSpan()));
    }
}
