using System.Text.Json.Nodes;
using Tango2.Files;

namespace Tango2.Studies;

/// <summary>Table 3 of the Tango 2 paper with its ablation rows, from data/paper/tables.json.</summary>
public static class PaperTable3
{
    /// <summary>Tango before alignment, as the table calls it.</summary>
    public const string Base = "Tango-full-FT";

    /// <summary>Tango 2, as the table calls it.</summary>
    public const string Aligned = "Tango 2";

    /// <summary>The paper's number; null where the paper gives none.</summary>
    /// <param name="model">A row of the main table or of the ablation, such as "without Strategy 1".</param>
    /// <param name="column">FAD, KL, IS, CLAP, OER, DUR, FREQ or TIME; null gives null.</param>
    /// <exception cref="ArgumentException">There is no such row or column.</exception>
    public static double? Value(string model, string? column)
    {
        if (column is null) return null;
        var tables = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "data", "paper", "tables.json")))!;
        var found = tables["tables"]!.AsArray()
            .Where(table => (string)table!["id"]! is "table3" or "table3-ablation")
            .SelectMany(table => table!["rows"]!.AsArray().Select(row => (Table: table, Row: row!)))
            .FirstOrDefault(pair => (string)pair.Row[0]! == model);
        if (found.Row is null) throw new ArgumentException($"Table 3 has no row '{model}'.", nameof(model));
        string[] columns = [.. found.Table["columns"]!.AsArray().Select(name => (string)name!)];
        var place = Array.IndexOf(columns, column);
        return place > 0 ? (double?)found.Row[place] : throw new ArgumentException(
            $"Table 3 has no column '{column}'; it has {string.Join(", ", columns)}.", nameof(column));
    }
}
