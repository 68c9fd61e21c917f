using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

/// <summary>What the process of a notebook tells the one that started it, one line each; one of the three is set.</summary>
/// <param name="Cell">The number, from 1, of the code cell that begins; the one before it has then ended.</param>
/// <param name="Output">Something that the cell shows, as an nbformat output.</param>
/// <param name="End">The closing report; without it the notebook has failed, whatever the process's exit code is.</param>
internal sealed record NotebookEvent(int? Cell = null, JsonObject? Output = null, NotebookEnd? End = null)
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = NotebookFile.Deepest };

    /// <summary>The event as a line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Deep);

    /// <summary>The event of a line.</summary>
    public static NotebookEvent Of(string line) => JsonSerializer.Deserialize<NotebookEvent>(line, Deep)!;
}

/// <summary>The closing report of a notebook's process.</summary>
/// <param name="PeakMemoryMiB">Most memory that it held.</param>
/// <param name="Error">The error of a cell that ended the run, or null.</param>
internal sealed record NotebookEnd(double PeakMemoryMiB, string? Error);
