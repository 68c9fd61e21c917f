namespace Tango2.Preferences;

/// <summary>The paper's numbers of the strategies: "1.1", "1.2", "2" and "3".</summary>
public static class StrategyLabel
{
    private static readonly string[] Labels = ["1.1", "1.2", "2", "3"];

    /// <summary>The number in the paper's tables and in files.</summary>
    public static string Label(this Strategy strategy) => Labels[(int)strategy];

    /// <summary>The strategy of a number; null if there is none of that number.</summary>
    public static Strategy? TryParse(string label) =>
        Array.IndexOf(Labels, label) is >= 0 and var index ? (Strategy)index : null;

    /// <summary>The strategy of a number.</summary>
    /// <exception cref="InvalidDataException">There is none of that number.</exception>
    public static Strategy Parse(string label) => TryParse(label) ?? throw new InvalidDataException(
        $"A strategy must be one of {string.Join(", ", Labels)}, but is '{label}'.");
}
