using System.Diagnostics;
using System.Text.RegularExpressions;
using Tango2.Checkpoints;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Parity;

/// <summary>Checkpoint files: those that must be read, to the bit, and those that must be refused.</summary>
internal static partial class CheckpointParity
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>"state_dict equals other.safetensors": every tensor under that name is that file's.</summary>
    public static void Run(ParityFixture f, Comparison c)
    {
        var expect = Expectation().Match((string)f.Entry["expect"]!);
        Assert.True(expect.Success, $"{f} expects '{f.Entry["expect"]}', which says not what its tensors equal.");
        var root = expect.Groups["root"].Value.Replace('[', '.').Replace("]", "", StringComparison.Ordinal);
        var prefix = root.Length > 0 ? root + "." : "";
        var truth = SafeTensors.Read(Path.Combine(Path.GetDirectoryName(f.Path)!, expect.Groups["truth"].Value));
        var read = TorchFile.Read(f.Path);
        c.That(truth.Keys.Select(k => prefix + k).Order().SequenceEqual(read.Keys.Order()),
            $"expected the keys {string.Join(", ", truth.Keys.Order())}, found {string.Join(", ", read.Keys.Order())}");
        foreach (var (key, value) in truth)
            if (read.TryGetValue(prefix + key, out var tensor)) Same(c, key, value, tensor);
    }

    /// <summary>A file of the format that is also written: read, it has the manifest's tensors, and written again the same.</summary>
    public static void RunTruth(ParityFixture f, Comparison c)
    {
        var read = SafeTensors.Read(f.Path);
        c.That(f.Entry["tensors"]!.AsObject().Select(t => t.Key).Order().SequenceEqual(read.Keys.Order()), "other keys than the manifest's");
        foreach (var (key, tensor) in read)
        {
            var shape = f.Entry["tensors"]![key]!["shape"]!.AsArray().Select(n => (long)n!);
            c.That(shape.SequenceEqual(tensor.shape), $"{key} has another shape than the manifest says");
        }
        var copy = Path.GetTempFileName();
        try
        {
            SafeTensors.Write(copy, read);
            foreach (var (key, tensor) in SafeTensors.Read(copy)) Same(c, key, read[key], tensor);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>A file that is damaged or means harm: refused at once, with its name and a reason, and nothing run.</summary>
    public static void RunHostile(ParityFixture f, Comparison c)
    {
        var clock = Stopwatch.StartNew();
        var error = Record.Exception(() =>
            f.Path.EndsWith(".safetensors", StringComparison.Ordinal) ? SafeTensors.Read(f.Path) : TorchFile.Read(f.Path));
        c.That(clock.Elapsed < Patience, $"it took {clock.Elapsed.TotalSeconds:0.0} seconds to refuse");
        if (error is null && ((string)f.Entry["expect"]!).Contains("or success", StringComparison.Ordinal)) return;
        c.That(error is InvalidDataException, $"expected '{f.Entry["expect"]}', but got {error?.GetType().Name ?? "tensors"}: {error?.Message}");
        c.That(error?.Message.StartsWith(f.Path + ": ", StringComparison.Ordinal) ?? false, $"the message does not name the file: {error?.Message}");
    }

    private static void Same(Comparison c, string key, Tensor expected, Tensor actual)
    {
        c.That(expected.dtype == actual.dtype, $"{key} is {actual.dtype}, expected {expected.dtype}");
        c.Beside(key, expected, actual, default);
        c.That(expected.contiguous().bytes.SequenceEqual(actual.contiguous().bytes), $"{key} has other bytes");
    }

    [GeneratedRegex(@"^(?:(?<root>\S+) )?equals (?<truth>\S+)$")]
    private static partial Regex Expectation();
}
