using System.Text.Json;
using Tango2.Files;

namespace Tango2.Studies;

/// <summary>Reads data/paper/tables.json, the numbers that the paper prints.</summary>
internal static class PaperFile
{
    private static readonly Lazy<JsonElement> Tables = new(() =>
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(FilePath));
        return document.RootElement.GetProperty("tables").Clone();
    });

    private static string FilePath => Path.Combine(Repository.Root, "data", "paper", "tables.json");

    /// <summary>A cell: number, text, or null where the paper does not tell.</summary>
    /// <exception cref="InvalidDataException">There is no such table, row or column.</exception>
    public static object? Cell(string table, string row, string column)
    {
        var found = Tables.Value.EnumerateArray().FirstOrDefault(t => t.GetProperty("id").GetString() == table);
        if (found.ValueKind == JsonValueKind.Undefined)
            throw new InvalidDataException($"{FilePath} has no table '{table}'.");
        var columns = found.GetProperty("columns").EnumerateArray().Select(c => c.GetString()).ToArray();
        var place = Array.IndexOf(columns, column);
        if (place < 0)
            throw new InvalidDataException(
                $"{FilePath}: {table} has no column '{column}'; it has {string.Join(", ", columns)}.");
        var cells = found.GetProperty("rows").EnumerateArray().FirstOrDefault(r => r[0].ToString() == row);
        if (cells.ValueKind == JsonValueKind.Undefined)
            throw new InvalidDataException($"{FilePath}: {table} has no row '{row}'.");
        return cells[place].ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number => cells[place].TryGetInt32(out var whole) ? (object)whole : cells[place].GetDouble(),
            _ => cells[place].ToString(),
        };
    }
}
