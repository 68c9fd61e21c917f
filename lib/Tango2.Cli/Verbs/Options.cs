using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Tango2.Cli.Verbs;

/// <summary>
/// Options that take numbers or words. All are declared here: a number is read by the invariant culture, as a whole, and its
/// range is checked while the command line is parsed, before any work starts.
/// </summary>
internal static class Options
{
    /// <summary>A whole number.</summary>
    public static Option<int> Integer(string name, string description, int byDefault, int least, int most) =>
        Number(name, description, byDefault, NumberStyles.AllowLeadingSign, "a whole number",
            number => number >= least && number <= most, $"from {least} to {most}");

    /// <summary>A seed: any whole number of 64 bits.</summary>
    public static Option<long> Seed(string description) =>
        Number(name: "--seed", description, 1L, NumberStyles.AllowLeadingSign, "a whole number", _ => true, "of 64 bits");

    /// <summary>A number with a range that <paramref name="allowed"/> decides and <paramref name="range"/> tells in words.</summary>
    public static Option<double> Real(string name, string description, double byDefault, Func<double, bool> allowed, string range) =>
        Number(name, description, byDefault, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            "a number such as 2.5", number => double.IsFinite(number) && allowed(number), range);

    /// <summary>One of several words.</summary>
    public static Option<string> OneOf(string name, string description, string byDefault, params string[] words) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Single(result) is var word && words.Contains(word)
            ? word
            : Refused<string>(result, $"{name} must be {Listed(words)}, but is '{word}'."),
    };

    private static Option<T> Number<T>(
        string name, string description, T byDefault, NumberStyles style, string what, Func<T, bool> allowed, string range)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                var text = Single(result);
                if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && allowed(number)) return number;
                return Refused<T>(result, $"{name} must be {what}, {range}, but is '{text}'.");
            },
        };

    private static string Single(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Refused<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }

    private static string Listed(string[] words) =>
        words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
}
