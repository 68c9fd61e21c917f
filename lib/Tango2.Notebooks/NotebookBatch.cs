using Spectre.Console;
using Tango2.Files;

namespace Tango2.Notebooks;

/// <summary>Several notebooks, with a progress bar for each and one for all, and the table of what came out.</summary>
internal static class NotebookBatch
{
    /// <summary>OpenMP's variable for the threads of one operator of libtorch.</summary>
    private const string Threads = "OMP_NUM_THREADS";

    /// <summary>Checks, before anything runs, what can be known of the notebooks and of where they go.</summary>
    /// <exception cref="InvalidDataException">A notebook cannot be run; the message names it and the cell.</exception>
    /// <exception cref="ArgumentException">Two would be written to one file, or one cannot be written.</exception>
    public static void Check(IReadOnlyList<string> paths, NotebookSettings settings)
    {
        var targets = new Dictionary<string, string>();
        foreach (var path in paths)
        {
            NotebookFile.LoadToRun(path, settings.Parameters);
            var target = settings.TargetOf(path);
            if (!targets.TryAdd(target, path))
                throw new ArgumentException(
                    $"{targets[target]} and {path} would both be written to {target}: run them with different --out.");
            AtomicFile.Check(target, "--out");
            if (AtomicFile.IsStream(target))
                throw new ArgumentException($"{target} is a pipe or a device, but an executed notebook is written again after each cell.");
        }
    }

    /// <summary>Runs the notebooks; one that fails does not keep the others from running.</summary>
    /// <param name="paths">The notebooks, in the order in which they begin; one waits for those before it that it comes after.</param>
    /// <param name="settings">Where the executed notebooks go, and how they are run.</param>
    /// <param name="cancellation">Ends the notebooks that run.</param>
    /// <param name="atOnce">How many run at a time; they share the processor's cores.</param>
    /// <returns>What came out, in the order of <paramref name="paths"/>.</returns>
    public static async Task<IReadOnlyList<NotebookResult>> Run(
        IReadOnlyList<string> paths, NotebookSettings settings, CancellationToken cancellation, int atOnce = 1)
    {
        var variables = new Dictionary<string, string>(settings.Environment);
        if (atOnce > 1 && Environment.GetEnvironmentVariable(Threads) is null)
            variables[Threads] = $"{Math.Max(1, Environment.ProcessorCount / atOnce)}";
        settings = settings with { Environment = variables };
        using var lanes = new SemaphoreSlim(atOnce);
        var runs = new List<(string Name, Task<NotebookResult> Result)>();
        await AnsiConsole.Progress().Columns(ProgressBars.Columns).StartAsync(async context =>
        {
            var bars = new ProgressBars(context, atOnce);
            foreach (var path in paths)
            {
                var notebook = NotebookFile.Load(path);
                var bar = bars.Add(Name(path), [.. notebook.CodeCells.Select(cell => cell.Seconds)]);
                var before = runs.Where(run => notebook.After.Contains(run.Name)).Select(run => run.Result);
                runs.Add((Name(path), RunOne(path, bar, [.. before])));
            }
            await bars.Until(Task.WhenAll(runs.Select(run => run.Result)));
        });
        return [.. runs.Select(run => run.Result.Result)];

        async Task<NotebookResult> RunOne(string path, ProgressBars.Bar bar, Task[] before)
        {
            await Task.WhenAll(before);
            await lanes.WaitAsync(cancellation);
            try
            {
                var result = await NotebookRunner.Run(path, settings, bar.Begin, cancellation);
                bar.End(result.Error is null);
                return result;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                bar.End(ran: false); // such as a full disk: the others go on
                return new(Name(path), settings.TargetOf(path), NotebookFile.Load(path).CodeCells.Count(), 0, 0, $"{Name(path)}: {error.Message}");
            }
            finally
            {
                lanes.Release();
            }
        }
    }

    /// <summary>Notebooks that others come after first; otherwise the order that they have.</summary>
    public static IReadOnlyList<string> AwaitedFirst(IReadOnlyList<string> paths)
    {
        var awaited = paths.SelectMany(path => NotebookFile.Load(path).After).ToHashSet();
        return [.. paths.OrderBy(path => !awaited.Contains(Name(path)))];
    }

    /// <summary>Prints one row per notebook, then a line for each error and a line for each executed notebook.</summary>
    public static void Print(IReadOnlyList<NotebookResult> results, TextWriter output, TextWriter errors)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("notebook")
            .AddColumn(new TableColumn("cells").RightAligned())
            .AddColumn(new TableColumn("seconds").RightAligned())
            .AddColumn(new TableColumn("MiB").RightAligned())
            .AddColumn("result");
        foreach (var r in results)
        {
            table.AddRow(Markup.Escape(r.Name), $"{r.Cells}", $"{r.Seconds:f1}", $"{r.PeakMemoryMiB:f0}",
                r.Error is null ? "[green]ran[/]" : "[red]failed[/]");
        }
        AnsiConsole.Write(table);
        foreach (var r in results.Where(r => r.Error is not null)) errors.WriteLine(r.Error!.TrimEnd().ReplaceLineEndings(" "));
        errors.Flush(); // Both may go to one place, and a line of one must not end up in a line of the other.
        foreach (var r in results) output.WriteLine(r.OutputPath);
        output.Flush();
    }

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);
}
