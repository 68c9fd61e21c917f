using System.Buffers.Binary;
using System.Diagnostics;
using Tango2.Checkpoints;
using Tango2.Cli;
using Tango2.Cli.Verbs;
using Tango2.Models;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Cli;

public sealed class InspectVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_shows_names_shapes_types_sizes_and_totals()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(_folder["a.safetensors"],
            [new("weights.of.something", zeros(256, 3)), new("mask", zeros(1024, ScalarType.Bool))],
            new Dictionary<string, string> { ["scale_factor"] = "0.9" });
        var text = Inspect("a.safetensors");
        Assert.Matches(@"weights\.of\.something +│? *\[256, 3\] +│? *Float32 +│? *3\.0", text);
        Assert.Matches(@"mask +│? *\[1024\] +│? *Bool +│? *1\.0", text);
        Assert.Contains("scale_factor: 0.9", text);
        Assert.Contains("safetensors: 2 tensors, 1,792 numbers, 0.0 MiB", text);
        Assert.Contains("of no layout that this library knows", text);
    }

    [Fact]
    public void The_networks_that_a_file_fills_are_named()
    {
        using var scope = NewDisposeScope();
        var tagger = new Cnn14Model(MiniScale.Tagger with { Widths = [4, 8] });
        var weights = tagger.state_dict().ToDictionary(t => t.Key, t => (object?)t.Value);
        weights["logmel_extractor.melW"] = zeros(5, 4);
        TorchFile.Write(_folder["Cnn14.pth"], new Dictionary<string, object?> { ["model"] = weights, ["other"] = zeros(1) });
        var text = Inspect("Cnn14.pth");
        Assert.Contains("Layout: PANNs", text);
        Assert.Contains($"Cnn14Model: {weights.Count - 1} tensors", text);
        Assert.Contains("PyTorch zip", text);
    }

    [Fact]
    public void Only_the_header_of_a_large_file_is_read()
    {
        var path = _folder["large.safetensors"];
        using (var stream = File.Create(path))
        {
            var header = "{\"conv_in.weight\":{\"dtype\":\"F32\",\"shape\":[875000000],\"data_offsets\":[0,3500000000]}}"u8;
            var prefix = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
            stream.Write(prefix);
            stream.Write(header);
            stream.SetLength(8 + header.Length + 3_500_000_000);
        }
        Inspect("large.safetensors");
        var clock = Stopwatch.StartNew();
        Assert.InRange(ResidentMemory.RiseDuring(
            () => Assert.Contains("875,000,000 numbers", Inspect("large.safetensors"))), 0, 40_000_000);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
    }

    [Theory]
    [InlineData("st_overlap.safetensors", "overlaps the tensor")]
    [InlineData("pickle_os_system.bin", "which no checkpoint of weights needs")]
    [InlineData("truncated_zip.bin", "cut off")]
    public async Task A_bad_file_ends_with_2_and_says_what_is_wrong(string file, string message)
    {
        var errors = new StringWriter();
        var path = Golden.Path("checkpoints/hostile/" + file);
        Assert.Equal(2, await Program.Run(["inspect", path], errors));
        Assert.StartsWith($"tango2: {path}: ", errors.ToString());
        Assert.Contains(message, errors.ToString());
    }

    private string Inspect(string file)
    {
        var output = new StringWriter();
        Assert.Equal(0, InspectVerb.Print(_folder[file], output));
        return output.ToString();
    }
}
