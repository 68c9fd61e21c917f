using System.Text.Json;
using Tango2.Files;

namespace Tango2.Text;

/// <summary>Reads the prompts of a file: a text with one a line, or a table with a column of captions.</summary>
internal static class PromptList
{
    /// <summary>What the column of captions is called in the data sets that the paper uses, in the order of preference.</summary>
    private static readonly string[] Usual = ["caption", "captions", "prompt"];

    /// <summary>The prompts, in the file's order.</summary>
    /// <param name="path">A .csv or .tsv with a header, a .jsonl with one object a line, or any other text with a prompt a line.</param>
    /// <param name="column">The column or key with the captions; null takes caption, captions or prompt.</param>
    /// <exception cref="InvalidDataException">The column is missing, or a prompt says nothing; the message names file, line and column.</exception>
    public static IReadOnlyList<string> Read(string path, string? column = null)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file {path} with prompts.", path);
        var prompts = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => FromTable(path, ',', column),
            ".tsv" => FromTable(path, '\t', column),
            ".jsonl" => FromObjects(path, column),
            ".json" or ".parquet" => throw new InvalidDataException(
                $"{path}: expected a .csv, .tsv or .jsonl file with a column of captions, or a text with one a line."),
            _ => FromLines(path),
        };
        var list = new List<string>();
        foreach (var (line, prompt) in prompts)
            list.Add(string.IsNullOrWhiteSpace(prompt)
                ? throw new InvalidDataException($"{path}, line {line}: the prompt is empty: say what is to be heard, or remove the line.")
                : prompt);
        return list.Count > 0 ? list : throw new InvalidDataException($"{path} holds no prompts.");
    }

    private static IEnumerable<(int Line, string Prompt)> FromLines(string path)
    {
        var lines = Utf8File.Lines(path).ToArray();
        var last = Array.FindLastIndex(lines, line => !string.IsNullOrWhiteSpace(line));
        return lines.Take(last + 1).Select((line, index) => (index + 1, line));
    }

    private static IEnumerable<(int Line, string Prompt)> FromObjects(string path, string? column)
    {
        foreach (var (line, text) in FromLines(path))
        {
            if (string.IsNullOrWhiteSpace(text)) throw new InvalidDataException($"{path}, line {line}: expected a JSON object, found an empty line: remove it.");
            using var document = Parse(path, line, text);
            var keys = document.RootElement.EnumerateObject().Select(p => p.Name).ToArray();
            var key = Column(path, keys, column, line);
            var value = document.RootElement.GetProperty(key);
            if (value.ValueKind != JsonValueKind.String)
                throw new InvalidDataException($"{path}, line {line}: '{key}' must be a text, but is {value.ValueKind}.");
            yield return (line, value.GetString()!);
        }
    }

    private static JsonDocument Parse(string path, int line, string text)
    {
        try
        {
            var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}, line {line}: not valid JSON: {error.Message}", error);
        }
        throw new InvalidDataException($"{path}, line {line}: expected a JSON object with a caption, found another value.");
    }

    private static IEnumerable<(int Line, string Prompt)> FromTable(string path, char separator, string? column)
    {
        var rows = DelimitedText.Rows(path, separator).ToArray();
        if (rows.Length == 0) yield break;
        var header = rows[0].Cells;
        var place = Array.IndexOf(header, Column(path, header, column, rows[0].Line));
        foreach (var (line, cells) in rows.Skip(1))
        {
            if (cells.Length != header.Length)
                throw new InvalidDataException(
                    $"{path}, line {line}: it has {cells.Length} cells, but the header has {header.Length}: put cells that hold a " +
                    $"'{separator}' in quotes.");
            yield return (line, cells[place]);
        }
    }

    private static string Column(string path, string[] found, string? wanted, int line)
    {
        if (wanted is null ? Usual.FirstOrDefault(found.Contains) is { } usual : found.Contains(wanted) && (usual = wanted) is not null)
            return usual;
        throw new InvalidDataException(
            $"{path}, line {line}: there must be a column {(wanted is null ? "caption, captions or prompt" : $"'{wanted}'")}, but there are " +
            $"{string.Join(", ", found)}: name the one with the captions with --column.");
    }
}
