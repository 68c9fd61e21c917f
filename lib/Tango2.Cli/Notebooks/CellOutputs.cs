using System.Text.Json.Nodes;

namespace Tango2.Cli.Notebooks;

/// <summary>Collects what a running cell shows, in order, as nbformat outputs.</summary>
internal sealed class CellOutputs
{
    private readonly Lock _gate = new();
    private readonly List<JsonObject> _outputs = [];
    private System.Text.StringBuilder? _text;
    private string _stream = "";

    /// <summary>Adds text of the console; neighbours of one stream become one output.</summary>
    public void Write(string stream, string text)
    {
        lock (_gate)
        {
            if (_text is null || _stream != stream)
            {
                Close();
                (_text, _stream) = (new(), stream);
            }
            _text.Append(text);
        }
    }

    /// <summary>Adds something displayed: MIME types and contents.</summary>
    public void Display(IReadOnlyDictionary<string, JsonNode> data) => Add(new JsonObject
    {
        ["output_type"] = "display_data",
        ["data"] = Bundle(data),
        ["metadata"] = new JsonObject(),
    });

    /// <summary>Adds the value of the cell's last expression.</summary>
    public void Result(IReadOnlyDictionary<string, JsonNode> data, int executionCount) => Add(new JsonObject
    {
        ["output_type"] = "execute_result",
        ["data"] = Bundle(data),
        ["metadata"] = new JsonObject(),
        ["execution_count"] = executionCount,
    });

    /// <summary>Adds the error that ended the cell.</summary>
    public void Error(CellException error) => Add(new JsonObject
    {
        ["output_type"] = "error",
        ["ename"] = error.Kind,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray(error.Message),
    });

    /// <summary>Returns what was collected and starts anew.</summary>
    public JsonArray Take()
    {
        lock (_gate)
        {
            Close();
            var all = new JsonArray([.. _outputs]);
            _outputs.Clear();
            return all;
        }
    }

    private void Add(JsonObject output)
    {
        lock (_gate)
        {
            Close();
            _outputs.Add(output);
        }
    }

    private void Close()
    {
        if (_text is null) return;
        _outputs.Add(new JsonObject
        {
            ["output_type"] = "stream",
            ["name"] = _stream,
            ["text"] = NotebookCell.Lines(Overwritten(_text.ToString())),
        });
        _text = null;
    }

    /// <summary>What a terminal shows of a line that was rewritten by carriage returns: its last state.</summary>
    private static string Overwritten(string text) => string.Join('\n', text.Split('\n')
        .Select(line => line.TrimEnd('\r') is var kept ? kept[(kept.LastIndexOf('\r') + 1)..] : line));

    private static JsonObject Bundle(IReadOnlyDictionary<string, JsonNode> data) =>
        new(data.Select(face => KeyValuePair.Create(face.Key, (JsonNode?)face.Value)));
}
