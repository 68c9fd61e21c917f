namespace Tango2.Studies;

/// <summary>Table 3 of the Tango 2 paper with its ablation rows.</summary>
public static class PaperTable3
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
        column is not null && PaperFile.Cell(model is Base or Aligned ? "table3" : "table3-ablation", model, column) is { } cell
            ? Convert.ToDouble(cell, System.Globalization.CultureInfo.InvariantCulture)
            : null;
}
