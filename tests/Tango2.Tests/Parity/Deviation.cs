using System.Globalization;

namespace Tango2.Tests.Parity;

/// <summary>How far results are from the reference's.</summary>
/// <param name="Absolute">The largest difference.</param>
/// <param name="Relative">The largest difference over the largest value of its tensor.</param>
/// <param name="Share">The largest difference over what is allowed there; above 1 fails.</param>
internal readonly record struct Deviation(double Absolute, double Relative, double Share)
{
    /// <summary>The worse of both in each respect.</summary>
    public Deviation Or(Deviation other) => new(
        Math.Max(Absolute, other.Absolute), Math.Max(Relative, other.Relative), Math.Max(Share, other.Share));

    /// <summary>
    /// The worst of numbers, and of 16-bit samples if there are any. Samples differ by whole steps: a waveform that is off by
    /// a ten-millionth can fall on the other side of a whole number, and truncation makes a step of it.
    /// </summary>
    public static string Line(Deviation numbers, Deviation? samples) => samples is { } pcm
        ? string.Create(CultureInfo.InvariantCulture,
            $"{numbers}; 16-bit samples: {pcm.Absolute:0} of their 65,536 steps, {pcm.Share:0.###} of the tolerance")
        : numbers.ToString();

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Show(Absolute)} absolute, {Show(Relative)} relative, {Share:0.###} of the tolerance");

    public static string Show(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
