using System.Text.RegularExpressions;

namespace Tango2.Preferences;

/// <summary>The five words by which the paper finds captions that tell an order (section 4.1.1, Strategy 3).</summary>
public static partial class TemporalWords
{
    /// <summary>while, before, after, then, followed.</summary>
    public static IReadOnlyList<string> All { get; } = ["while", "before", "after", "then", "followed"];

    /// <summary>Whether a caption has one of the five as a whole word, in any case.</summary>
    public static bool In(string caption) => Pattern().IsMatch(caption);

    [GeneratedRegex(@"\b(while|before|after|then|followed)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
