using System.Globalization;

namespace Tango2.Hub;

/// <summary>Sizes as people read them, in powers of 1000, as the hub shows them.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Such as 4.9 GB; ? for a size that nobody told.</summary>
    public static string Of(long? bytes)
    {
        if (bytes is not { } number) return "?";
        var unit = 0;
        double value = number;
        while (value >= 999.5 && unit < Units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return value.ToString(unit == 0 || value >= 99.95 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
