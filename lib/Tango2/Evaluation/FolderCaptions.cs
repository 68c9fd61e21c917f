using System.Text.Json;
using Tango2.Files;
using Tango2.Text;

namespace Tango2.Evaluation;

/// <summary>The caption of one clip of a folder.</summary>
/// <param name="File">The clip's name in the folder, such as output_0.wav.</param>
/// <param name="Caption">What should be heard.</param>
public sealed record FolderCaption(string File, string Caption)
{
    private static readonly string[] FileColumns = ["file", "file_name", "filename"], CaptionColumns = ["caption", "captions", "prompt", "text"];

    /// <summary>
    /// Reads captions: JSON lines (.jsonl, .json), a table with a header (.csv, .tsv), or one caption a line. Where no
    /// column "file" names the clips, they are output_0.wav, output_1.wav and so on, as the reference writes them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">A column is missing or a line has another form; the message names the line.</exception>
    public static IReadOnlyList<FolderCaption> Read(string path)
    {
        if (!System.IO.File.Exists(path)) throw new FileNotFoundException($"There is no file of captions {path}.", path);
        var captions = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" or ".json" => OfJsonLines(path),
            ".csv" => OfTable(path, ','),
            ".tsv" => OfTable(path, '\t'),
            _ => [.. Utf8File.Lines(path).Where(line => !string.IsNullOrWhiteSpace(line)).Select((line, i) => new FolderCaption(NameOf(i), line.Trim()))],
        };
        return captions.Count > 0 ? captions : throw new InvalidDataException($"{path}: expected captions, found none.");
    }

    private static string NameOf(int index) => FormattableString.Invariant($"output_{index}.wav");

    private static List<FolderCaption> OfJsonLines(string path)
    {
        var captions = new List<FolderCaption>();
        foreach (var (index, line) in Utf8File.Lines(path).Index().Where(l => !string.IsNullOrWhiteSpace(l.Item)))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                var row = document.RootElement;
                if (row.ValueKind != JsonValueKind.Object) throw Bad(path, index, $"expected an object with a key caption, found {row.ValueKind}");
                string? Text(string[] keys) => keys.Select(key => row.TryGetProperty(key, out var value) ? value : default)
                    .FirstOrDefault(value => value.ValueKind == JsonValueKind.String) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;
                var caption = Text(CaptionColumns) ?? throw Bad(path, index,
                    $"expected a key {Listed(CaptionColumns)}, found {string.Join(", ", row.EnumerateObject().Select(p => p.Name))}");
                captions.Add(new(Named(Text(FileColumns), captions.Count), caption));
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"{path}, line {index + 1}: expected one JSON object a line, found: {error.Message}", error);
            }
        }
        return captions;
    }

    private static List<FolderCaption> OfTable(string path, char separator)
    {
        var rows = DelimitedText.Rows(path, separator).ToArray();
        if (rows.Length == 0) return [];
        var header = rows[0].Cells.Select(cell => cell.Trim().ToLowerInvariant()).ToArray();
        int Column(string[] names) => Array.FindIndex(header, names.Contains);
        var (file, caption) = (Column(FileColumns), Column(CaptionColumns));
        if (caption < 0)
            throw Bad(path, 0, $"expected a column {Listed(CaptionColumns)}, found {string.Join(", ", header)}: name it in the first line");
        var captions = new List<FolderCaption>();
        foreach (var (line, cells) in rows.Skip(1))
        {
            if (cells.Length != header.Length) throw Bad(path, line - 1, $"expected {header.Length} columns as in the first line, found {cells.Length}");
            captions.Add(new(Named(file < 0 ? null : cells[file], captions.Count), cells[caption]));
        }
        return captions;
    }

    private static string Named(string? file, int index) => file is null ? NameOf(index)
        : Path.GetFileName(file) is { Length: > 0 } name ? (name.EndsWith(".wav", StringComparison.OrdinalIgnoreCase) ? name : name + ".wav") : NameOf(index);

    private static string Listed(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private static InvalidDataException Bad(string path, int index, string what) => new($"{path}, line {index + 1}: {what}.");
}
