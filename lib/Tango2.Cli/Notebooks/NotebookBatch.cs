using Spectre.Console;

namespace Tango2.Cli.Notebooks;

/// <summary>Several notebooks, with a progress bar for each, and the table of what came out.</summary>
internal static class NotebookBatch
{
    /// <summary>Runs the notebooks; one that fails does not keep the others from running.</summary>
    /// <param name="paths">The notebooks, in the order in which they begin; one waits for those before it that it comes after.</param>
    /// <param name="outFolder">Where the executed notebooks go.</param>
    /// <param name="parameters">Values for their cells tagged <c>parameters</c>.</param>
    /// <param name="cancellation">Ends the notebooks that run.</param>
    /// <param name="environment">Environment variables for their processes.</param>
    /// <param name="atOnce">How many run at a time; they share the processor's cores.</param>
    /// <returns>What came out, in the order of <paramref name="paths"/>.</returns>
    public static async Task<IReadOnlyList<NotebookResult>> Run(
        IReadOnlyList<string> paths, string outFolder, IReadOnlyDictionary<string, string> parameters,
        CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null, int atOnce = 1)
    {
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>());
        if (atOnce > 1 && Environment.GetEnvironmentVariable(Threads) is null)
            variables[Threads] = $"{Math.Max(1, Environment.ProcessorCount / atOnce)}";
        using var lanes = new SemaphoreSlim(atOnce);
        var runs = new List<(string Name, Task<NotebookResult> Result)>();
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
                new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                foreach (var path in paths)
                {
                    var after = After(path);
                    runs.Add((Name(path), RunOne(
                        path, context, [.. runs.Where(run => after.Contains(run.Name)).Select(run => run.Result)])));
                }
                await Task.WhenAll(runs.Select(run => run.Result));
            });
        return [.. runs.Select(run => run.Result.Result)];

        async Task<NotebookResult> RunOne(string path, ProgressContext context, Task[] before)
        {
            await Task.WhenAll(before);
            await lanes.WaitAsync(cancellation);
            try
            {
                var name = Markup.Escape(Name(path));
                var task = context.AddTask(name);
                var result = await NotebookRunner.Run(path, outFolder, parameters, (cell, cells) =>
                {
                    task.MaxValue = cells;
                    task.Value = cell - 1;
                    task.Description = $"{name} cell {cell}/{cells}";
                }, cancellation, variables);
                if (result.Error is null) task.Value = task.MaxValue = Math.Max(1, result.Cells);
                task.Description = result.Error is null ? name : $"[red]{name} failed[/]";
                task.StopTask();
                return result;
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
        var awaited = paths.SelectMany(After).ToHashSet();
        return [.. paths.OrderBy(path => !awaited.Contains(Name(path)))];
    }

    /// <summary>Prints one row per notebook, then the errors in full.</summary>
    public static void Print(IReadOnlyList<NotebookResult> results)
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
        foreach (var r in results.Where(r => r.Error is not null)) Console.Error.WriteLine(r.Error);
        foreach (var r in results) Console.WriteLine(r.OutputPath);
    }

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static IReadOnlyList<string> After(string path) => NotebookFile.Load(path).After;

    /// <summary>OpenMP's variable for the threads of one operator of libtorch.</summary>
    private const string Threads = "OMP_NUM_THREADS";
}
