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

    /// <summary>Where the executed notebook of that path goes.</summary>
    public string TargetOf(string path) => Path.GetFullPath(Path.Combine(OutFolder, Path.GetFileName(path)));
}
