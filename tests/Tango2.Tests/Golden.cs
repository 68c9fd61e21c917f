using System.Text.Json;

namespace Tango2.Tests;

/// <summary>The folder of golden figures: data/golden, or the one TANGO2_FIXTURES names.</summary>
internal static class Golden
{
    public static string Root { get; } = FindRoot();

    public static string Folder => Environment.GetEnvironmentVariable("TANGO2_FIXTURES") is { Length: > 0 } chosen
        ? chosen
        : System.IO.Path.Combine(Root, "data", "golden");

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>A golden file's tensors to be kept for many tests: no scope that happens to be open disposes them.</summary>
    public static Dictionary<string, Tensor> Keep(string name)
    {
        var tensors = Tango2.Checkpoints.SafeTensors.Read(Path(name));
        foreach (var tensor in tensors.Values) tensor.DetachFromDisposeScope();
        return tensors;
    }

    /// <summary>The manifest's entry of that name.</summary>
    public static JsonElement Entry(string name)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path("manifest.json")));
        return manifest.RootElement.GetProperty("fixtures").EnumerateArray()
            .First(e => e.GetProperty("name").GetString() == name).Clone();
    }

    /// <summary>Asserts |actual − expected| ≤ atol + rtol·|expected| everywhere, and tells the worst place if not.</summary>
    public static void Close(Tensor expected, Tensor actual, double atol, double rtol, string name)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        var (e, a) = (expected.to(float64), actual.detach().to(float64));
        var difference = (e - a).abs();
        var worst = difference.max().item<double>();
        var over = (difference > atol + rtol * e.abs()).sum().item<long>();
        Assert.True(over == 0, $"{name}: {over} of {e.numel()} values differ; worst absolute difference {worst:g4}.");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Tango2.Research.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Tango2.Research.sln is in no parent folder.");
    }
}
