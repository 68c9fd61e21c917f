using System.Diagnostics;
using CsCheck;
using Tango2.Checkpoints;

namespace Tango2.Tests.Checkpoints;

/// <summary>Valid files with bytes flipped, cut, repeated and inserted: they are read or refused by name, and nothing else.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int MostBytes = 200 << 20; // of managed memory in one case; the files have less than 6 KB

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("safetensors")]
    [InlineData("zip")]
    [InlineData("legacy")]
    [InlineData("index")]
    public void A_damaged_file_is_read_or_refused_by_name(string layout) => Check(layout, 1250);

    [Theory, Trait("Category", "Nightly")]
    [InlineData("safetensors")]
    [InlineData("zip")]
    [InlineData("legacy")]
    [InlineData("index")]
    public void A_damaged_file_is_read_or_refused_by_name_all_night(string layout)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("TANGO2_NIGHTLY") == "1", "Set TANGO2_NIGHTLY=1 to run it.");
        Check(layout, 30_000);
    }

    private static readonly Gen<(int Kind, double At, int Length, byte Value)> Damage =
        Gen.Select(Gen.Int[0, 7], Gen.Double.Unit, Gen.OneOf(Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[1, 600]), Gen.Byte);

    private void Check(string layout, int cases)
    {
        var whole = Whole(layout);
        var path = _folder["damaged" + (layout == "index" ? ".index.json" : layout == "safetensors" ? ".safetensors" : ".bin")];
        var (read, refused, slowest) = (0, 0, TimeSpan.Zero);
        Gen.Select(Gen.Int[0, whole.Count - 1], Damage.List[1, 2]).Sample(
            (file, damages) =>
            {
                TemporaryFolder.Rewrite(path, damages.Aggregate(whole[file], Damaged));
                using var scope = NewDisposeScope();
                var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
                var error = Record.Exception(() => ReadAll(path));
                if (error is null) read++;
                else refused++;
                if (clock.Elapsed > slowest) slowest = clock.Elapsed;
                if (error is not (null or InvalidDataException)) throw new InvalidOperationException("Not refused: " + error, error);
                if (error is not null && !error.Message.StartsWith(path + ": ", StringComparison.Ordinal))
                    throw new InvalidOperationException("The file is not named: " + error.Message);
                if (clock.Elapsed > TimeSpan.FromSeconds(5)) throw new InvalidOperationException($"It took {clock.Elapsed}.");
                if (GC.GetAllocatedBytesForCurrentThread() - before is var bytes and > MostBytes)
                    throw new InvalidOperationException($"It took {bytes} bytes.");
            },
            iter: cases, threads: 1, print: c => $"file {c.Item1}, damages (kind, at, length, value): {string.Join(' ', c.Item2)}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{layout}: {read} read, {refused} refused, slowest {slowest.TotalMilliseconds:0} ms");
        Assert.True(refused > cases / 10 && read > 0, $"{read} read, {refused} refused: the damage is not of a useful strength.");
    }

    private static void ReadAll(string path)
    {
        using var reader = CheckpointReader.Open(path);
        foreach (var (key, entry) in reader.Entries)
        {
            using var tensor = reader.Read(key);
            Assert.Equal(entry.Shape, tensor.shape);
        }
        ForeignLayouts.Recognise([.. reader.Entries.Keys]);
    }

    private static byte[] Damaged(byte[] bytes, (int Kind, double At, int Length, byte Value) damage)
    {
        if (bytes.Length == 0) return bytes;
        var at = (int)(damage.At * bytes.Length);
        var end = Math.Min(bytes.Length, at + damage.Length);
        var changed = (byte[])bytes.Clone();
        switch (damage.Kind)
        {
            case 0 or 6 or 7: changed[at] ^= (byte)(1 << (damage.Value & 7)); return changed;
            case 1: changed[at] = damage.Value; return changed;
            case 2: return [.. bytes[..at], .. bytes[end..]];                                   // cut out
            case 3: return damage.Value < 32 ? bytes[..at] : [.. bytes[..at], .. bytes[end..]]; // cut off
            case 4: return [.. bytes[..end], .. bytes[at..end], .. bytes[end..]];               // repeated
            default: return [.. bytes[..at], .. Enumerable.Repeat(damage.Value, damage.Length), .. bytes[at..]];
        }
    }

    private List<byte[]> Whole(string layout)
    {
        using var scope = NewDisposeScope();
        var grid = arange(6).reshape(2, 3);
        var module = new Dictionary<string, Tensor>
        {
            ["conv_in.weight"] = grid.to(float32),
            ["flags"] = grid.to(ScalarType.Bool),
            ["half"] = grid.to(float16),
            ["scalar"] = tensor(1L),
            ["empty"] = zeros(0, 2),
        };
        var nested = new Dictionary<string, object?>
        {
            ["epoch"] = 3L,
            ["state_dict"] = module.ToDictionary(t => t.Key, t => (object?)t.Value),
            ["view"] = grid.t(),
            ["list"] = new List<object?> { "a", 1.5, null },
        };
        switch (layout)
        {
            case "safetensors":
                SafeTensors.Write(_folder["own"], module, new Dictionary<string, string> { ["format"] = "pt" });
                return [File.ReadAllBytes(_folder["own"]), File.ReadAllBytes(Golden.Path("checkpoints/truth.safetensors"))];
            case "zip":
                TorchFile.Write(_folder["own"], nested);
                HandmadeZip.Write(_folder["wide"], wide: true, ("a/data.pkl", [0x80, 2, .. "}."u8], null), ("a/data/0", [1], null));
                return [File.ReadAllBytes(_folder["own"]), File.ReadAllBytes(_folder["wide"]),
                    File.ReadAllBytes(Golden.Path("checkpoints/lightning_style.ckpt"))];
            case "legacy":
                TorchFile.WriteLegacy(_folder["own"], nested);
                return [File.ReadAllBytes(_folder["own"]), File.ReadAllBytes(Golden.Path("checkpoints/legacy.bin"))];
            default:
                SafeTensors.Write(_folder["a.safetensors"], module);
                var map = string.Join(", ", module.Keys.Select(k => $"\"{k}\": \"a.safetensors\""));
                return [System.Text.Encoding.UTF8.GetBytes($"{{\"metadata\": {{}}, \"weight_map\": {{{map}}}}}")];
        }
    }
}
