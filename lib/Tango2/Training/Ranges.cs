namespace Tango2.Training;

/// <summary>Settings in their ranges: one form of message for all.</summary>
internal static class Ranges
{
    /// <summary>Throws unless a setting is in its range.</summary>
    /// <param name="holds">Whether it is.</param>
    /// <param name="name">The property.</param>
    /// <param name="range">The range in words, such as "1 or more".</param>
    /// <param name="value">What it is.</param>
    /// <exception cref="ArgumentException">It is not; the message names property, range and value.</exception>
    public static void Check(bool holds, string name, string range, IFormattable value)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{name} must be {range}, but is {value}."));
    }

    /// <summary>Whether a number is above 0 and finite.</summary>
    public static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    /// <summary>Whether a number is 0 or above, and finite.</summary>
    public static bool IsNotNegative(double value) => value >= 0 && double.IsFinite(value);

    /// <summary>Whether a number is a decay: in [0, 1).</summary>
    public static bool IsDecay(double value) => value is >= 0 and < 1;
}
