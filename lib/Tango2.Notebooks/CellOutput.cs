using System.Text;
using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

/// <summary>Makes nbformat outputs. Half characters, which no JSON can hold, become U+FFFD.</summary>
internal static class CellOutput
{
    /// <summary>Text of the console.</summary>
    /// <param name="stream">stdout or stderr.</param>
    /// <param name="text">What was written.</param>
    public static JsonObject Stream(string stream, string text) => new()
    {
        ["output_type"] = "stream",
        ["name"] = stream,
        ["text"] = Whole(text),
    };

    /// <summary>Something displayed: MIME types and contents.</summary>
    public static JsonObject Display(IReadOnlyDictionary<string, JsonNode?> data) => new()
    {
        ["output_type"] = "display_data",
        ["data"] = new JsonObject(data),
        ["metadata"] = new JsonObject(),
    };

    /// <summary>The value of the cell's last expression.</summary>
    public static JsonObject Result(IReadOnlyDictionary<string, JsonNode?> data, int executionCount) => new()
    {
        ["output_type"] = "execute_result",
        ["data"] = new JsonObject(data),
        ["metadata"] = new JsonObject(),
        ["execution_count"] = executionCount,
    };

    /// <summary>The error that ended the cell.</summary>
    public static JsonObject Error(string kind, string message) => new()
    {
        ["output_type"] = "error",
        ["ename"] = Whole(kind),
        ["evalue"] = Whole(message),
        ["traceback"] = new JsonArray(Whole(message)),
    };

    /// <summary>The text with U+FFFD for each half of a character.</summary>
    public static string Whole(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) whole.Append(rune);
        return whole.ToString();
    }
}
