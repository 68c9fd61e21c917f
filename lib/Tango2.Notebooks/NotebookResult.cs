namespace Tango2.Notebooks;

/// <summary>What running one notebook took and gave.</summary>
/// <param name="Name">File name without folder and extension.</param>
/// <param name="OutputPath">The executed notebook.</param>
/// <param name="Cells">Number of code cells.</param>
/// <param name="Seconds">Wall clock of its process.</param>
/// <param name="PeakMemoryMiB">Most memory its process held.</param>
/// <param name="Error">The error that ended it, as <c>notebook[cell n]:line m: message</c>; null when all cells ran.</param>
internal sealed record NotebookResult(
    string Name, string OutputPath, int Cells, double Seconds, double PeakMemoryMiB, string? Error);
