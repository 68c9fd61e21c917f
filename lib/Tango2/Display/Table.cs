using System.Globalization;
using System.Text;

namespace Tango2.Display;

/// <summary>Rows and columns with a header; numbers are aligned at the right.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class Table : Shown
{
    private const string Cell = "padding:3px 12px;border-bottom:1px solid #8884";
    private const int Narrow = 4; // Columns that a telephone shows beside each other.
    private readonly List<object?[]> _rows = [];

    /// <summary>An empty table.</summary>
    /// <param name="title">Shown above it; may be empty.</param>
    /// <param name="columns">Headers, with the unit in brackets where there is one: "FAD", "length [s]".</param>
    public Table(string title, params string[] columns) => (Title, Columns) = (title, columns);

    /// <summary>The line above the table.</summary>
    public string Title { get; }

    /// <summary>The headers.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The index of the column that quotes the paper, shown in italics; −1 if there is none.</summary>
    public int PaperColumn { get; init; } = -1;

    /// <summary>Each number with the decimals that it has, three at most: for numbers that are quoted.</summary>
    public const string AsGiven = "0.###";

    /// <summary>
    /// How floating-point numbers are written, for example "f3" or <see cref="AsGiven"/>; null for as many decimals in a
    /// column as its numbers need, three at most, but in the paper's as given.
    /// </summary>
    public string? NumberFormat { get; init; }

    /// <summary>Adds a row; returns the table, so that rows can be chained.</summary>
    /// <param name="cells">One per column: text, a number, null (shown as a dash) or something shown itself.</param>
    /// <exception cref="ArgumentException">Not as many cells as columns.</exception>
    public Table Add(params object?[] cells)
    {
        if (cells.Length != Columns.Count)
            throw new ArgumentException($"A row of '{Title}' must have {Columns.Count} cells, but has {cells.Length}.");
        _rows.Add(cells);
        return this;
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder("<div style=\"overflow-x:auto\">");
        var wide = Columns.Count > Narrow;
        html.Append(wide ? "<table class=\"wide\" style=\"" : "<table style=\"")
            .Append("border-collapse:collapse;font-variant-numeric:tabular-nums\">");
        if (Title.Length > 0)
            html.Append("<caption style=\"text-align:left;font-weight:600;padding:4px 0\">").Append(Escaped(Title)).Append("</caption>");
        html.Append("<thead><tr>");
        for (var i = 0; i < Columns.Count; i++)
            html.Append($"""<th scope="col" style="{Cell};text-align:{Side(i)}">{Escaped(Columns[i])}</th>""");
        html.Append("</tr></thead><tbody>");
        var formats = Formats();
        foreach (var row in _rows)
            html.Append("<tr>").AppendJoin("", row.Select((cell, i) => CellHtml(cell, i, formats[i], wide))).Append("</tr>");
        return html.Append("</tbody></table></div>").ToString();
    }

    // A row's name heads it. In a wide table each cell knows its column's name, so that a page may set cells below each other.
    private string CellHtml(object? cell, int column, string format, bool wide)
    {
        var (tag, start) = column == 0 && cell is string { Length: > 0 }
            ? ("th", "th scope=\"row\"")
            : ("td", "td");
        var label = wide ? $" data-label=\"{Escaped(Columns[column])}\"" : "";
        var weight = tag == "th" ? "font-weight:400;" : "";
        var italics = column == PaperColumn ? ";font-style:italic;opacity:0.8" : "";
        var content = cell is Shown shown ? shown.ToHtml() : Escaped(Written(cell, format));
        return $"<{start}{label} style=\"{weight}{Cell};text-align:{Side(column)}{italics}\">{content}</{tag}>";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var formats = Formats();
        return string.Join('\n', _rows.Prepend([.. Columns])
            .Select(row => string.Join("\t", row.Select((cell, i) => Written(cell, formats[i])))));
    }

    /// <summary>The number format of each column.</summary>
    private string[] Formats() => [.. Columns.Select((_, i) => NumberFormat ?? (i == PaperColumn ? AsGiven : "f" + _rows
        .Select(row => row[i]).Where(cell => cell is float or double or decimal)
        .Select(cell => Decimals(Written(cell, AsGiven))).DefaultIfEmpty().Max()))];

    private static int Decimals(string number) => number.IndexOf('.') is var point and >= 0 ? number.Length - 1 - point : 0;

    private string Side(int column) =>
        _rows.Count > 0 && _rows.All(row => row[column] is null || IsNumber(row[column])) ? "right" : "left";

    private static bool IsNumber(object? cell) => cell is int or long or float or double or decimal;

    private static string Written(object? cell, string format) => cell switch
    {
        null => "–",
        float or double or decimal => Unsigned(((IFormattable)cell).ToString(format, CultureInfo.InvariantCulture)),
        int or long => ((IFormattable)cell).ToString("#,0", CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    /// <summary>A number that rounds to nothing has no sign.</summary>
    private static string Unsigned(string number) => number.AsSpan().IndexOfAnyExcept("-0.") < 0 ? number.TrimStart('-') : number;
}
