namespace Tango2.Tests.Display;

/// <summary>How colours look to eyes that lack one kind of receptor (Machado, Oliveira and Fernandes 2009, severity 1).</summary>
internal static class Eyes
{
    public static readonly double[][] Usual = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

    public static readonly double[][] Protanope =
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];

    public static readonly double[][] Deuteranope =
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];

    public static readonly double[][] Tritanope =
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]];

    /// <summary>The least distance between two of the colours, in CIE Lab, for such an eye.</summary>
    public static double Least(string[] colours, double[][] eye) => (
        from a in Enumerable.Range(0, colours.Length)
        from b in Enumerable.Range(0, a)
        select Distance(Seen(colours[a], eye), Seen(colours[b], eye))).Min();

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static double[] Seen(string colour, double[][] eye)
    {
        double[] light = [.. new[] { 1, 3, 5 }.Select(at => Linear(Convert.ToInt32(colour[at..(at + 2)], 16) / 255.0))];
        return Lab([.. eye.Select(row => Math.Clamp(row.Zip(light, (m, l) => m * l).Sum(), 0, 1))]);
    }

    private static double Linear(double s) => s <= 0.04045 ? s / 12.92 : Math.Pow((s + 0.055) / 1.055, 2.4);

    private static double[] Lab(double[] c)
    {
        double F(double r, double g, double b, double white) =>
            ((r * c[0]) + (g * c[1]) + (b * c[2])) / white is var t && t > 0.008856 ? Math.Cbrt(t) : (7.787 * t) + (16 / 116.0);
        var (x, y, z) = (F(0.4124, 0.3576, 0.1805, 0.95047), F(0.2126, 0.7152, 0.0722, 1), F(0.0193, 0.1192, 0.9505, 1.08883));
        return [(116 * y) - 16, 500 * (x - y), 200 * (y - z)];
    }
}
