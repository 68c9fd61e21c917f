namespace Tango2.Interactive;

/// <summary>Every notebook in .NET Interactive's kernel, beside what our runner showed of it.</summary>
public sealed class NotebookTests(Workspace workspace, ITestOutputHelper output)
{
    /// <summary>
    /// Notebook 07 generates and measures 512 clips, which takes as long as all others together, and <c>reproduce</c> does it in CI
    /// anyway. Here it has fewer prompts, enough for its expectations to hold, and what it shows is compared by kind. With
    /// TANGO2_FULL=1 it has all of them and is compared as the others are.
    /// </summary>
    private static readonly Dictionary<string, string> Shortened = Environment.GetEnvironmentVariable("TANGO2_FULL") == "1"
        ? []
        : new() { ["07-evaluation"] = "prompts = 32;" };

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Path.Combine(Workspace.Repository, "notebooks"), "*.ipynb")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_notebook_shows_in_the_kernel_what_it_shows_in_our_runner(string name)
    {
        var notebook = Notebook.Load(Path.Combine(workspace.Notebooks, name + ".ipynb"));
        var shorter = Shortened.GetValueOrDefault(name);
        using var kernel = new InteractiveKernel();
        var differences = new List<string>();
        var (shown, clock) = (0, System.Diagnostics.Stopwatch.StartNew());
        foreach (var (index, cell) in notebook.Cells.Index())
        {
            var place = $"{name}[cell {index + 1}]";
            var code = cell.IsParameters && shorter is not null ? $"{cell.Source}\n{shorter}" : cell.Source;
            var run = await kernel.Run(code, TestContext.Current.CancellationToken);
            Assert.True(run.Error is null, $"{place}: {run.Error}");
            var (ours, theirs) = (Sight.Of(cell.Outputs), Sight.Of(run.Outputs));
            shown += ours.Count;
            if (shorter is not null) (ours, theirs) = (Sight.Kinds(ours), Sight.Kinds(theirs));
            differences.AddRange(Likeness.Differences(ours, theirs).Select(d => $"{place}: {d}"));
        }
        output.WriteLine($"{name}: {notebook.Cells.Count} cells, {shown} things shown, {clock.Elapsed.TotalSeconds:f0} s, "
            + $"{Environment.WorkingSet >> 20} MiB");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
