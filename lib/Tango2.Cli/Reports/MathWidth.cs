using System.Xml.Linq;

namespace Tango2.Cli.Reports;

/// <summary>About how wide a formula is drawn, so that a page can set a long one smaller instead of cutting it.</summary>
internal static class MathWidth
{
    /// <summary>What fits into a line of the report's text, in em.</summary>
    public const int Line = 38;

    private const double Script = 0.72; // Browsers draw scripts at this part of the size.

    /// <summary>Width of MathML, rather too large than too small.</summary>
    /// <returns>Whole em.</returns>
    public static int Of(string mathMl) => (int)Math.Ceiling(Em(XElement.Parse($"<math>{mathMl}</math>")));

    private static double Em(XElement element)
    {
        double[] Parts() => [.. element.Elements().Select(Em)];
        return element.Name.LocalName switch
        {
            "mi" or "mn" or "mtext" => 0.6 * element.Value.Length,
            "mo" when element.Attribute("lspace") is not null || "()[],.′".Contains(element.Value) => 0.6,
            "mo" => 1.3,
            "mspace" => double.Parse(element.Attribute("width")!.Value[..^2], System.Globalization.CultureInfo.InvariantCulture),
            "mfrac" => 0.2 + Parts().Max(),
            "msqrt" or "mroot" => 0.9 + Parts()[0],
            "msub" or "msup" => Parts() is var two ? two[0] + Script * two[1] : 0,
            "msubsup" => Parts() is var three ? three[0] + Script * Math.Max(three[1], three[2]) : 0,
            "munder" or "mover" or "munderover" => Parts() is var all ? all.Select((part, i) => i == 0 ? part : Script * part).Max() : 0,
            "mtable" => element.Elements().Max(Em),
            "mtr" => Parts().Sum() + element.Elements().Count() - 1,
            _ => Parts().Sum(),
        };
    }
}
