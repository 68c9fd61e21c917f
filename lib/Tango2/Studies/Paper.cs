using System.Globalization;
using System.Text.Json;
using Tango2.Alignment;
using Tango2.Display;
using Tango2.Files;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>The numbers that the paper prints, in data/paper/tables.json, and ours beside them.</summary>
public static class Paper
{
    /// <summary>Tango before alignment, as the table calls it.</summary>
    public const string Base = "Tango-full-FT";

    /// <summary>Tango 2, as the table calls it.</summary>
    public const string Aligned = "Tango 2";

    /// <summary>The paper's number; null where the paper gives none.</summary>
    /// <param name="model">One of the two above, or a row of the ablation such as "without Strategy 1".</param>
    /// <param name="column">FAD, KL, IS, CLAP, OER, DUR, FREQ or TIME; null gives null.</param>
    /// <exception cref="InvalidDataException">There is no such row or column.</exception>
    public static double? Value(string model, string? column) =>
        column is not null && Cell(model is Base or Aligned ? "table3" : "table3-ablation", model, column) is { } cell
            ? Convert.ToDouble(cell, CultureInfo.InvariantCulture)
            : null;

    /// <summary>One row per strategy: number of pairs and mean cosines, the paper's and ours.</summary>
    /// <remarks>Its pairs are of AudioCaps prompts, scored by LAION's CLAP models; cosines of other models are not comparable in height.</remarks>
    /// <param name="kept">Pairs after filtering, with scores.</param>
    /// <param name="model">Index of the CLAP model that our means are of; the paper does not say which its are of.</param>
    public static Table Pairs(IReadOnlyCollection<PreferencePair> kept, int model = 0)
    {
        var table = new Table(
            "Pairs after filtering: the paper's Table 2 and ours", "strategy", "paper: pairs", "winner", "loser", "Δ",
            "ours: pairs", "our winner", "our loser", "our Δ");
        var ours = PairSummary.Table(kept, model).ToDictionary(row => row.Label);
        foreach (var label in (string[])["1.1", "1.2", "2", "3", "all"])
        {
            object? Theirs(string column) => Cell("table2", label == "all" ? "overall" : label, column);
            var row = ours.GetValueOrDefault(label);
            table.Add(
                label, Theirs("pairs"), Theirs("avg_winner_clap"), Theirs("avg_loser_clap"), Theirs("avg_delta"),
                row?.Pairs ?? 0, row?.Winner, row?.Loser, row?.Delta);
        }
        return table;
    }

    /// <summary>One row per setting of section 5.1.</summary>
    /// <param name="ours">The settings to compare.</param>
    /// <param name="pairs">How many pairs they are used on.</param>
    public static Table Settings(PreferenceOptions ours, int pairs)
    {
        ArgumentNullException.ThrowIfNull(ours);
        static object? Theirs(string name) => Cell("hyperparameters", name, "paper");
        return new Table("Settings of the alignment", "setting", "paper, 866 M parameters", "here")
        {
            PaperColumn = 1,
            NumberFormat = "g4",
        }
            .Add("objective", new Training.PaperDpo().Name, ours.Objective.Name)
            .Add("optimiser", Theirs("optimizer"), "AdamW")
            .Add("β", Theirs("dpo_beta"), ours.Beta)
            .Add("peak learning rate", Theirs("learning_rate"), ours.LearningRate)
            .Add("pairs in a step", Theirs("effective_batch"), ours.Batch)
            .Add("epochs of fine-tuning on winners", Theirs("sft_epochs"), ours.SftEpochs)
            .Add("epochs of DPO", Theirs("dpo_epochs"), ours.DpoEpochs)
            .Add("pairs", Theirs("pairs"), pairs)
            .Add("steps in all", "2,350 (computed)", ours.Steps(pairs));
    }

    private static readonly Lazy<JsonElement> Tables = new(() =>
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(FilePath));
        return document.RootElement.GetProperty("tables").Clone();
    });

    private static string FilePath => Path.Combine(Repository.Root, "data", "paper", "tables.json");

    /// <summary>A cell: number, text, or null where the paper does not tell.</summary>
    /// <exception cref="InvalidDataException">There is no such table, row or column.</exception>
    internal static object? Cell(string table, string row, string column)
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
