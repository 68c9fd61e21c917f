using System.Diagnostics;
using System.Globalization;
using Tango2.Files;

namespace Tango2.Notebooks;

/// <summary>How notebooks are run.</summary>
/// <param name="OutFolder">Where the executed notebooks go, each under its own name.</param>
internal sealed record NotebookSettings(string OutFolder)
{
    /// <summary>Values for the variables of the cell tagged <c>parameters</c>.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Environment variables for the processes of the notebooks.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long one cell may take, in seconds, its compilation included; infinite for no limit.</summary>
    public double CellSeconds { get; init; } = double.PositiveInfinity;

    internal string TargetOf(string path) => Path.GetFullPath(Path.Combine(OutFolder, Path.GetFileName(path)));
}

/// <summary>What running one notebook took and gave.</summary>
/// <param name="Name">File name without folder and extension.</param>
/// <param name="OutputPath">The executed notebook.</param>
/// <param name="Cells">Number of code cells.</param>
/// <param name="Seconds">Wall clock of its process.</param>
/// <param name="PeakMemoryMiB">Most memory its process held.</param>
/// <param name="Error">The error that ended it, as <c>notebook[cell n]:line m: message</c>; null when all cells ran.</param>
internal sealed record NotebookResult(
    string Name, string OutputPath, int Cells, double Seconds, double PeakMemoryMiB, string? Error);

/// <summary>Runs a notebook in a process of its own, and writes it with its outputs.</summary>
internal static class NotebookRunner
{
    /// <summary>Runs the notebook; it is written after each cell, so outputs outlive a process that ends or hangs.</summary>
    /// <param name="path">The .ipynb.</param>
    /// <param name="settings">Where the executed notebook goes, and how it is run.</param>
    /// <param name="progress">Told the number, from 1, of the code cell about to run.</param>
    /// <param name="cancellation">Ends the notebook's process.</param>
    public static async Task<NotebookResult> Run(
        string path, NotebookSettings settings, Action<int> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var target = settings.TargetOf(path);
        var record = new NotebookRecord(NotebookFile.LoadToRun(path, settings.Parameters), path, target);
        var end = await Follow(path, settings, record, progress, cancellation);
        return new(Path.GetFileNameWithoutExtension(path), target, record.Count, clock.Elapsed.TotalSeconds,
            end.PeakMemoryMiB, end.Error);
    }

    private static async Task<NotebookEnd> Follow(
        string path, NotebookSettings settings, NotebookRecord record, Action<int> progress, CancellationToken cancellation)
    {
        using var process = new NotebookProcess(path, settings);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            while (await process.Next(limit.Token) is { } told)
            {
                if (told.End is { } end) return await Ended(process, record, end);
                if (told.Output is not null) record.Add(told.Output);
                if (told.Cell is not { } cell) continue;
                limit.CancelAfter(Timeout.Infinite);
                record.Begin(cell);
                progress(cell);
                if (double.IsFinite(settings.CellSeconds)) limit.CancelAfter(TimeSpan.FromSeconds(settings.CellSeconds));
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            while (await process.Next(CancellationToken.None) is { Output: { } output }) record.Add(output);
            if (!cancellation.IsCancellationRequested) return Failed(record, "TimeLimit", TooLong(settings.CellSeconds));
            Failed(record, "Stopped", "stopped while it ran.");
            throw;
        }
        return Failed(record, "ProcessEnded", $"the notebook's process ended here, with {await process.Ending()}.");
    }

    private static async Task<NotebookEnd> Ended(NotebookProcess process, NotebookRecord record, NotebookEnd end)
    {
        record.Write();
        if (await process.ExitCode() is var code && code != (end.Error is null ? 0 : 1))
            Warnings.Give($"{record.Place}: after this last cell, the notebook's process ended with {await process.Ending()}.");
        return end;
    }

    private static NotebookEnd Failed(NotebookRecord record, string kind, string what)
    {
        var message = $"{record.Place}: {what}";
        record.Fail(kind, message);
        return new(0, message);
    }

    private static string TooLong(double seconds) => string.Create(
        CultureInfo.InvariantCulture, $"ran for more than the {seconds} seconds of --timeout, and was ended.");
}
