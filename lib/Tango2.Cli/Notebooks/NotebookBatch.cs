using Spectre.Console;

namespace Tango2.Cli.Notebooks;

/// <summary>Several notebooks in order, with a progress bar, and the table of what came out.</summary>
internal static class NotebookBatch
{
    /// <summary>Runs the notebooks; one that fails does not keep the next from running.</summary>
    public static async Task<IReadOnlyList<NotebookResult>> Run(
        IReadOnlyList<string> paths, string outFolder, IReadOnlyDictionary<string, string> parameters,
        CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var results = new List<NotebookResult>();
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
                new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                foreach (var path in paths)
                {
                    var name = Markup.Escape(Path.GetFileNameWithoutExtension(path));
                    var task = context.AddTask(name);
                    var result = await NotebookRunner.Run(path, outFolder, parameters, (cell, cells) =>
                    {
                        task.MaxValue = cells;
                        task.Value = cell - 1;
                        task.Description = $"{name} cell {cell}/{cells}";
                    }, cancellation, environment);
                    if (result.Error is null) task.Value = task.MaxValue = Math.Max(1, result.Cells);
                    task.Description = result.Error is null ? name : $"[red]{name} failed[/]";
                    task.StopTask();
                    results.Add(result);
                }
            });
        return results;
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
}
