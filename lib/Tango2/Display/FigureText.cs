using System.Globalization;
using System.Text;
using OxyPlot;

namespace Tango2.Display;

/// <summary>How much room the text of a figure takes, whatever the reader's browser takes for "sans-serif".</summary>
/// <remarks>
/// OxyPlot measures with the narrow Helvetica. Browsers also draw with wider fonts, and text that does not fit is cut.
/// So each character counts as in the widest of the usual ones, DejaVu Sans and Verdana.
/// </remarks>
internal static class FigureText
{
    private const double LineHeight = 1.35; // Of the font's size, so that lines do not touch.

    /// <summary>What an exporter asks for the size of a text.</summary>
    public static IRenderContext Measurer => new WideText();

    /// <summary>Width of the longest line.</summary>
    /// <param name="text">One line or more.</param>
    /// <param name="size">Of the font.</param>
    /// <param name="bold">Whether it is bold.</param>
    /// <returns>Pixels.</returns>
    public static double Width(string text, double size, bool bold = false) =>
        size * (bold ? 1.12 : 1) * text.Split('\n').Max(line => line.EnumerateRunes().Sum(Em));

    /// <summary>The text in lines of at most a width; a word that is longer has a line of its own.</summary>
    /// <param name="text">Its line ends stay.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="size">Of the font.</param>
    /// <param name="bold">Whether it is bold.</param>
    public static string Wrapped(string text, double width, double size, bool bold = false) => string.Join('\n',
        text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Split(' ').Aggregate((done, word) =>
            $"{done}{(Width($"{done.Split('\n')[^1]} {word}", size, bold) <= width ? ' ' : '\n')}{word}")));

    private static double Em(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        UnicodeCategory.LowercaseLetter when !rune.IsAscii => 0.95,
        _ when !rune.IsAscii => 1.1,
        _ when "iljI|'.,:;!()[]/\\ \"ftr".Contains((char)rune.Value) => 0.46,
        _ when "mwMW@%".Contains((char)rune.Value) => 1.1,
        UnicodeCategory.UppercaseLetter => 0.8,
        UnicodeCategory.LowercaseLetter or UnicodeCategory.DecimalDigitNumber => 0.65,
        _ => 0.85,
    };

    /// <summary>OxyPlot's own, but for the size of text.</summary>
    private sealed class WideText() : PdfRenderContext(1, 1, OxyColors.White)
    {
        /// <inheritdoc/>
        public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
        {
            if (string.IsNullOrEmpty(text)) return OxySize.Empty;
            var size = fontSize > 0 ? fontSize : 11;
            return new(Width(text, size, fontWeight > 500), size * LineHeight * text.Split('\n').Length);
        }
    }
}
