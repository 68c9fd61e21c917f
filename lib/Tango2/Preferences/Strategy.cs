namespace Tango2.Preferences;

/// <summary>How the losing clip of a pair came about; the numbers are the paper's (section 4.1.1).</summary>
public enum Strategy
{
    /// <summary>1.1: same prompt, another number of denoising steps.</summary>
    DenoisingSteps,

    /// <summary>1.2: same prompt and steps, another sample.</summary>
    Samples,

    /// <summary>2: a perturbed prompt.</summary>
    Perturbed,

    /// <summary>3: a prompt whose events are reordered, dropped or replaced.</summary>
    TemporallyPerturbed,
}

/// <summary>The paper's numbers of the strategies: "1.1", "1.2", "2" and "3".</summary>
internal static class StrategyLabel
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
