using System.Text;
using Tango2.Checkpoints;
using Tango2.Cli.Verbs;

namespace Tango2.Tests.Checkpoints;

/// <summary>Headers are listed whatever the types; cases: ckpt/f8_e4m3.safetensors.</summary>
public sealed class NumberTypeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F4", 4, 2, "is of type F4, which cannot be loaded")]
    [InlineData("F6_E2M3", 4, 3, "is of type F6_E2M3, which cannot be loaded")]
    [InlineData("F6_E3M2", 4, 3, "is of type F6_E3M2, which cannot be loaded")]
    [InlineData("F8_E4M3", 4, 4, "is of type F8_E4M3, which cannot be loaded")]
    [InlineData("F8_E5M2", 4, 4, "is of type F8_E5M2, which cannot be loaded")]
    [InlineData("F8_E8M0", 4, 4, "is of type F8_E8M0, which cannot be loaded")]
    [InlineData("U16", 4, 8, "is of type U16, which cannot be loaded")]
    [InlineData("U32", 4, 16, "is of type U32, which cannot be loaded")]
    [InlineData("U64", 4, 32, "is of type U64, which cannot be loaded")]
    [InlineData("C64", 4, 32, "is of type C64, which cannot be loaded")]
    [InlineData("Q99", 4, 12, "has the unknown dtype 'Q99', which cannot be loaded")]
    public void A_type_of_safetensors_that_cannot_be_loaded_is_listed(string dtype, int count, int bytes, string message)
    {
        using var scope = NewDisposeScope();
        WriteSafeTensors(dtype, $"[{count}]", bytes);
        using var reader = CheckpointReader.Open(_folder["a.safetensors"]);
        Assert.Equal($"{dtype} [{count}]", reader.Entries["w"].Describe());
        Assert.Equal((count, bytes), (reader.Entries["w"].Count, reader.Entries["w"].Bytes));
        Assert.Equal([1.5f], reader.Read("scale").data<float>().ToArray());
        Assert.StartsWith($"{_folder["a.safetensors"]}: key 'w' {message}",
            Assert.Throws<InvalidDataException>(() => reader.Read("w")).Message);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => reader.ReadInto("w", zeros(count))).Message);
        var text = Inspect("a.safetensors");
        Assert.Matches($@"w +│? *\[{count}\] +│? *{dtype} ", text);
        Assert.Contains($"safetensors: 2 tensors, {count + 1} numbers, 0.0 MiB", text);
        Assert.Contains($"Of type {dtype}, which is listed but cannot be loaded: w", text);
    }

    [Theory]
    [InlineData("F8_E4M3", "[4]", 8, "dtype F8_E4M3 needs 4 times 8 bits, but its offsets 0 to 8 hold 8 bytes")]
    [InlineData("F4", "[3]", 2, "dtype F4 needs 3 times 4 bits, but its offsets 0 to 2 hold 2 bytes")]
    [InlineData("C64", "[4]", 4, "needs 4 times 64 bits")]
    [InlineData("Q99", "[65]", 8, "has 65 numbers of the unknown dtype 'Q99', but its offsets 0 to 8 hold only 64 bits")]
    [InlineData("Q99", "[9223372036854775807, 9]", 8, "is larger than any file")]
    public void Its_place_is_checked_as_far_as_its_size_is_known(string dtype, string shape, int bytes, string message)
    {
        WriteSafeTensors(dtype, shape, bytes);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(_folder["a.safetensors"])).Message);
    }

    [Fact]
    public void A_network_is_not_filled_with_it_and_the_message_names_key_and_type()
    {
        using var scope = NewDisposeScope();
        var module = nn.Linear(4, 1, hasBias: false);
        WriteSafeTensors("F8_E4M3", "[1, 4]", 4, "weight");
        var before = module.weight!.clone();
        var message = Assert.Throws<InvalidDataException>(() => StateDict.Load(module, _folder["a.safetensors"])).Message;
        Assert.Contains("of a type that cannot be loaded, weight: expected Float32 [1, 4], found F8_E4M3 [1, 4]", message);
        Golden.Close(before, module.weight!, atol: 0, rtol: 0, "weight");
    }

    [Theory]
    [InlineData("torch", "ComplexFloatStorage", 8, "ComplexFloatStorage")]
    [InlineData("torch", "ComplexDoubleStorage", 16, "ComplexDoubleStorage")]
    [InlineData("torch", "QInt8Storage", 1, "QInt8Storage")]
    [InlineData("torch", "QInt32Storage", 4, "QInt32Storage")]
    [InlineData("torch", "QUInt4x2Storage", 1, "QUInt4x2Storage")]
    [InlineData("torch", "FutureStorage", 3, "FutureStorage")]
    [InlineData("vendor", "XStorage", 3, "vendor.XStorage")]
    public void A_storage_of_PyTorch_that_cannot_be_loaded_is_listed(string module, string type, int bytes, string name)
    {
        using var scope = NewDisposeScope();
        var rebuild = type.StartsWith('Q') ? "_rebuild_qtensor" : "_rebuild_tensor_v2";
        WriteZip(PickleText.Vector(PickleText.Storage(0, module, type, 4), 4, rebuild), new byte[4 * bytes]);
        AssertListed(name, 4);
    }

    [Theory]
    [InlineData("float8_e4m3fn", 1)]
    [InlineData("float8_e5m2", 1)]
    [InlineData("float8_e8m0fnu", 1)]
    [InlineData("uint16", 2)]
    [InlineData("uint32", 4)]
    [InlineData("uint64", 8)]
    [InlineData("complex32", 4)]
    [InlineData("float3_future", 1)]
    public void A_type_over_an_untyped_storage_is_listed(string dtype, int bytes)
    {
        using var scope = NewDisposeScope();
        WriteZip(Untyped(dtype, 4 * bytes, 4), new byte[4 * bytes]);
        AssertListed(dtype, 4);
    }

    [Fact]
    public void A_known_type_over_an_untyped_storage_is_loaded()
    {
        using var scope = NewDisposeScope();
        WriteZip(Untyped("int16", 4, 2), [1, 0, 0xfe, 0xff]);
        Assert.Equal([1, -2], TorchFile.Read(_folder["a.bin"])["w"].data<short>().ToArray());
    }

    [Fact]
    public void A_view_beyond_an_untyped_storage_is_refused()
    {
        WriteZip(Untyped("uint32", 12, 4), new byte[12]);
        Assert.Contains("reaches element 3 of a storage of 3",
            Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(_folder["a.bin"])).Message);
    }

    [Fact]
    public void What_lies_behind_a_storage_of_unknown_size_in_the_old_layout_is_listed_but_not_found()
    {
        using var scope = NewDisposeScope();
        byte[] Floats(int key) => PickleText.Vector(PickleText.Storage(key, "torch", "FloatStorage", 1, legacy: true), 1);
        byte[] file = [.. PickleText.Whole([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
            .. PickleText.Whole(PickleText.Number(1001)), .. PickleText.Whole(PickleText.Dictionary(("little_endian", [0x88]))),
            .. PickleText.Whole(PickleText.Dictionary(("before", Floats(1)),
                ("w", PickleText.Vector(PickleText.Storage(0, "torch", "FutureStorage", 4, legacy: true), 4)), ("after", Floats(2)))),
            .. PickleText.Whole([.. "](X"u8, 1, 0, 0, 0, .. "1X"u8, 1, 0, 0, 0, .. "0X"u8, 1, 0, 0, 0, .. "2e"u8]),
            .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(2.5f), .. BitConverter.GetBytes(4L), .. new byte[12],
            .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(3.5f)];
        File.WriteAllBytes(_folder["a.bin"], file);
        using var reader = CheckpointReader.Open(_folder["a.bin"]);
        Assert.Equal(["FutureStorage [4]", "Float32 [1]", "Float32 [1]"],
            new[] { "w", "before", "after" }.Select(k => reader.Entries[k].Describe()));
        Assert.Equal(2.5f, reader.Read("before").item<float>());
        Assert.Contains("key 'after' cannot be found: it lies behind storage '0' of type FutureStorage, whose size is unknown",
            Assert.Throws<InvalidDataException>(() => reader.Read("after")).Message);
        Assert.Contains("key 'w' has the unknown dtype 'FutureStorage'",
            Assert.Throws<InvalidDataException>(() => reader.Read("w")).Message);
    }

    private static byte[] Untyped(string dtype, int bytes, int count) => PickleText.Vector(
        PickleText.Storage(0, "torch.storage", "UntypedStorage", bytes), count, "_rebuild_tensor_v3", PickleText.Global("torch", dtype));

    private void AssertListed(string name, int count)
    {
        using var reader = CheckpointReader.Open(_folder["a.bin"]);
        Assert.Equal($"{name} [{count}]", reader.Entries["w"].Describe());
        Assert.Equal([1.5f], reader.Read("scale").data<float>().ToArray());
        var message = Assert.Throws<InvalidDataException>(() => reader.Read("w")).Message;
        Assert.StartsWith($"{_folder["a.bin"]}: key 'w' ", message);
        Assert.Contains(name, message);
        Assert.Contains("cannot be loaded", message);
        Assert.Matches($@"w +│? *\[{count}\] +│? *{name} ", Inspect("a.bin"));
    }

    private void WriteZip(byte[] tensor, byte[] storage)
    {
        var scale = PickleText.Vector(PickleText.Storage(1, "torch", "FloatStorage", 1), 1);
        HandmadeZip.Write(_folder["a.bin"], wide: false,
            ("a/data.pkl", PickleText.Whole(PickleText.Dictionary(("w", tensor), ("scale", scale))), null),
            ("a/data/0", storage, null), ("a/data/1", BitConverter.GetBytes(1.5f), null));
    }

    private void WriteSafeTensors(string dtype, string shape, int bytes, string key = "w")
    {
        var header = Encoding.UTF8.GetBytes(
            $"{{\"{key}\": {{\"dtype\": \"{dtype}\", \"shape\": {shape}, \"data_offsets\": [0, {bytes}]}}" +
            (key == "w" ? $", \"scale\": {{\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [{bytes}, {bytes + 4}]}}}}" : "}"));
        File.WriteAllBytes(_folder["a.safetensors"], [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[bytes],
            .. key == "w" ? BitConverter.GetBytes(1.5f) : []]);
    }

    private string Inspect(string file)
    {
        var output = new StringWriter();
        Assert.Equal(0, InspectVerb.Print(_folder[file], output));
        return output.ToString();
    }
}
