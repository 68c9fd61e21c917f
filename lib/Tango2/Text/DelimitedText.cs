using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Tango2.Files;

namespace Tango2.Text;

/// <summary>Tables in text: cells between separators, in quotation marks where they hold one themselves (RFC 4180).</summary>
internal static class DelimitedText
{
    /// <summary>The rows that are not empty, each with the number of its first line, from 1.</summary>
    /// <param name="path">The file.</param>
    /// <param name="separator">What stands between cells.</param>
    /// <exception cref="InvalidDataException">A quotation mark is not closed; the message names file and line.</exception>
    public static IEnumerable<(int Line, string[] Cells)> Rows(string path, char separator)
    {
        using var parser = new CsvParser(new StringReader(Utf8File.Text(path)), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            IgnoreBlankLines = false,
            BadDataFound = null, // a quotation mark inside a cell is a sign like any other
        });
        for (var line = 1; parser.Read(); line = parser.RawRow + 1)
        {
            if (parser.RawRecord.Count(sign => sign == '"') % 2 == 1)
                throw new InvalidDataException($"{path}, line {line}: a quotation mark is not closed.");
            if (parser.Record is { } cells && cells is not [""]) yield return (line, cells);
        }
    }
}
