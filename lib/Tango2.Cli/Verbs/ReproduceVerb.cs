using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tango2.Cli.Reports;
using Tango2.Evaluation;
using Tango2.Files;
using Tango2.Notebooks;
using Tango2.Mini;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 reproduce</c>: every notebook, two at a time, and one page with all of them.</summary>
internal static class ReproduceVerb
{
    public static Command Build()
    {
        var folder = new Option<string?>("--out") { Description = "Folder for results (default: out of the repository)." };
        var skip = new Option<bool>("--skip-untrained")
        {
            Description = "Leave out notebooks whose weights have not been trained, instead of failing.",
        };
        var timeout = Options.CellSeconds();
        var command = new Command(
            "reproduce", "Run all notebooks, two at a time; write out/notebooks, out/report.html and out/summary.json.")
        {
            folder, skip, timeout,
        };
        command.SetAction((result, cancellation) =>
            Run(result.GetValue(folder), result.GetValue(skip), result.GetValue(timeout), cancellation));
        return command;
    }

    private static async Task<int> Run(
        string? folder, bool skipUntrained, double cellSeconds, CancellationToken cancellation)
    {
        if (folder is not null) AtomicFile.CheckFolder(folder, "--out");
        var clock = Stopwatch.StartNew();
        var root = Repository.Root;
        var notebooks = Directory.GetFiles(Path.Combine(root, "notebooks"), "*.ipynb")
            .Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Order(StringComparer.Ordinal).ToArray();
        if (notebooks.Length == 0) throw new FileNotFoundException($"There is no numbered notebook in {root}/notebooks.");
        var untrained = notebooks.ToDictionary(path => path, Missing).Where(n => n.Value.Length > 0).ToArray();
        foreach (var (path, missing) in untrained)
        {
            var names = string.Join(", ", missing);
            if (!skipUntrained)
                throw new FileNotFoundException(
                    $"{Path.GetFileName(path)} needs weights that are not there: {names}. Run `tango2 train mini`, or " +
                    "leave such notebooks out with --skip-untrained.");
            Console.WriteLine($"skipped {Path.GetFileName(path)}: {names} not trained yet");
        }
        notebooks = [.. notebooks.Except(untrained.Select(n => n.Key))];
        HtmlReport.Check(notebooks);
        var outFolder = Path.GetFullPath(folder ?? Path.Combine(root, "out"));
        var (report, summary) = (Path.Combine(outFolder, "report.html"), Path.Combine(outFolder, "summary.json"));
        AtomicFile.Check(report, "--out");
        AtomicFile.Check(summary, "--out");
        var settings = new NotebookSettings(Path.Combine(outFolder, "notebooks"))
        {
            Environment = new Dictionary<string, string> { ["TANGO2_SUMMARY"] = summary },
            CellSeconds = cellSeconds,
        };
        NotebookBatch.Check(notebooks, settings);
        Directory.CreateDirectory(outFolder);
        File.Delete(summary); // Numbers of an earlier run must not pass for this one's.

        Console.WriteLine("Publishing the library that notebooks/setup.csx refers to.");
        await PublishedLibrary.Publish(root, cancellation);
        var atOnce = Math.Min(2, Environment.ProcessorCount);
        var results = await NotebookBatch.Run(NotebookBatch.AwaitedFirst(notebooks), settings, cancellation, atOnce);
        results = [.. results.OrderBy(r => r.Name, StringComparer.Ordinal)];

        var numbers = ResultSummary.Finish(summary, results, atOnce, clock.Elapsed.TotalSeconds);
        HtmlReport.Write(report, [.. results.Select(r => r.OutputPath).Where(File.Exists)], Opening(numbers));
        NotebookBatch.Print(results, Console.Out, Console.Error);
        foreach (var (name, value) in ResultSummary.Flat(numbers))
            Console.WriteLine($"{name,-48} {value}");
        Console.WriteLine(report);
        Console.WriteLine(summary);
        var failed = results.Count(r => r.Error is not null);
        Console.WriteLine($"{results.Count - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static ReportOpening Opening(JsonObject summary)
    {
        static GuidanceTable? Scales(string file) =>
            MiniModels.Default.PathOf(file) is var path && File.Exists(path) ? GuidanceTable.Read(path) : null;
        return new(summary, Scales("guidance.json"), Scales("guidance-guided.json"),
            AblationTable.Read(MiniModels.Default.PathOf("ablations.json")));
    }

    private static string[] Missing(string notebook) => [.. NotebookFile.Load(notebook).Needs
        .Where(name => !File.Exists(MiniModels.Default.PathOf(name)) &&
            !File.Exists(MiniModels.Default.PathOf(name + ".safetensors")))];
}
