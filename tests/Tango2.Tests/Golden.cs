using Tango2.Checkpoints;

namespace Tango2.Tests;

/// <summary>The golden figures in data/golden, by the names they have there. Parity tests read any such folder.</summary>
internal static class Golden
{
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } = System.IO.Path.Combine(Root, "data", "golden");

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>A golden file's tensors to be kept for many tests: no scope that happens to be open disposes them.</summary>
    public static Dictionary<string, Tensor> Keep(string name)
    {
        var tensors = SafeTensors.Read(Path(name));
        foreach (var tensor in tensors.Values) tensor.DetachFromDisposeScope();
        return tensors;
    }

    /// <summary>Asserts |actual − expected| ≤ atol + rtol·|expected| everywhere, and tells the worst place if not.</summary>
    public static void Close(Tensor expected, Tensor actual, double atol, double rtol, string name)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        var (e, a) = (expected.cpu().to(float64), actual.detach().cpu().to(float64));
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
