using System.Globalization;
using System.Text;

namespace Tango2.Display;

/// <summary>Rows and columns with a header; numbers are aligned at the right.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class Table : Shown
{
    private const string Cell = "padding:3px 12px;border-bottom:1px solid #8884";
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
        html.Append("<table style=\"border-collapse:collapse;font-variant-numeric:tabular-nums\">");
        if (Title.Length > 0)
            html.Append("<caption style=\"text-align:left;font-weight:600;padding:4px 0\">").Append(Escaped(Title)).Append("</caption>");
        html.Append("<thead><tr>");
        for (var i = 0; i < Columns.Count; i++)
            html.Append($"""<th scope="col" style="{Cell};text-align:{Side(i)}">{Escaped(Columns[i])}</th>""");
        html.Append("</tr></thead><tbody>");
        var formats = Formats();
        foreach (var row in _rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Length; i++)
            {
                var italics = i == PaperColumn ? ";font-style:italic;opacity:0.8" : "";
                var content = row[i] is Shown shown ? shown.ToHtml() : Escaped(Written(row[i], formats[i]));
                html.Append($"""<td style="{Cell};text-align:{Side(i)}{italics}">{content}</td>""");
            }
            html.Append("</tr>");
        }
        return html.Append("</tbody></table></div>").ToString();
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
