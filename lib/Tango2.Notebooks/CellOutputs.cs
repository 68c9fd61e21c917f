using System.Text;
using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

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
