using System.Text;
using System.Text.Json.Nodes;
using Tango2.Files;

namespace Tango2.Notebooks;

/// <summary>The executed notebook as it grows: written after each cell, so that what was shown outlives the process.</summary>
/// <param name="notebook">The notebook; its old outputs are removed.</param>
/// <param name="path">Where it was read from.</param>
/// <param name="target">Where it is written; whole or not at all.</param>
internal sealed class NotebookRecord(NotebookFile notebook, string path, string target)
{
    private readonly NotebookCell[] _cells = [.. notebook.CodeCells.Select(cell => cell.SetOutputs(null, []))];
    private readonly CellOutputs _outputs = new();
    private int _cell;

    /// <summary>Number of code cells.</summary>
    public int Count => _cells.Length;

    /// <summary>How errors name the cell that runs.</summary>
    public string Place => _cell == 0 ? Path.GetFileNameWithoutExtension(path) : PlaceOf(path, _cell);

    /// <summary>How errors name a cell: file without extension, number from 1 among the code cells.</summary>
    public static string PlaceOf(string path, int cell) => $"{Path.GetFileNameWithoutExtension(path)}[cell {cell}]";

    /// <summary>A cell begins, so the one before has ended; writes the notebook.</summary>
    /// <param name="cell">Its number, from 1.</param>
    public void Begin(int cell)
    {
        Write();
        _cell = cell;
    }

    /// <summary>The running cell shows something.</summary>
    public void Add(JsonObject output) => _outputs.Add(output);

    /// <summary>The running cell was ended from outside, or ended the process; writes the notebook with this as its error.</summary>
    public void Fail(string kind, string message)
    {
        if (_cell == 0 && Count > 0) _cell = 1; // Nothing ran; the error must stand somewhere.
        Add(CellOutput.Error(kind, message));
        Write();
    }

    /// <summary>Writes the notebook with what was shown so far.</summary>
    public void Write()
    {
        if (_cell > 0) _cells[_cell - 1].SetOutputs(_cell, _outputs.Take());
        AtomicFile.WriteText(target, notebook.ToJson());
    }
}

/// <summary>Collects what one cell shows, in order, as a notebook keeps it.</summary>
internal sealed class CellOutputs
{
    private readonly List<JsonObject> _outputs = [];
    private StringBuilder? _text;
    private string _stream = "";

    /// <summary>Adds an nbformat output; texts of one stream that follow each other become one.</summary>
    public void Add(JsonObject output)
    {
        if ((string?)output["output_type"] != "stream")
        {
            Close();
            _outputs.Add(output);
            return;
        }
        var stream = (string)output["name"]!;
        if (_text is null || _stream != stream)
        {
            Close();
            (_text, _stream) = (new(), stream);
        }
        _text.Append((string?)output["text"]);
    }

    /// <summary>Returns what was collected and starts anew.</summary>
    public JsonArray Take()
    {
        Close();
        var all = new JsonArray([.. _outputs]);
        _outputs.Clear();
        return all;
    }

    private void Close()
    {
        if (_text is null) return;
        var output = CellOutput.Stream(_stream, "");
        output["text"] = NotebookCell.Lines(Overwritten(_text.ToString()));
        _outputs.Add(output);
        _text = null;
    }

    /// <summary>What a terminal shows of a line that was rewritten by carriage returns: its last state.</summary>
    private static string Overwritten(string text) => string.Join('\n', text.Split('\n')
        .Select(line => line.TrimEnd('\r') is var kept ? kept[(kept.LastIndexOf('\r') + 1)..] : line));
}
