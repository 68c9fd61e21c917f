using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Tango2.Mini;

namespace Tango2.Cli.Verbs;

/// <summary>
/// Options that take numbers or words, and those that several verbs have. A number is read by the invariant culture, as a
/// whole, and its range is checked while the command line is parsed, before any work starts.
/// </summary>
internal static class Options
{
    private const NumberStyles Fraction =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A whole number.</summary>
    public static Option<int> Integer(string name, string description, int byDefault, int least, int most) =>
        Number(name, description, byDefault, NumberStyles.AllowLeadingSign, "a whole number",
            number => number >= least && number <= most, $"from {least} to {most}");

    /// <summary>A whole number, or none.</summary>
    public static Option<int?> IntegerOrNull(string name, string description, int least, int most) => OrNull<int>(
        name, description, NumberStyles.AllowLeadingSign, "a whole number", number => number >= least && number <= most,
        $"from {least} to {most}");

    /// <summary>A number, or none; see <see cref="Real"/>.</summary>
    public static Option<double?> RealOrNull(string name, string description, Func<double, bool> allowed, string range) => OrNull<double>(
        name, description, Fraction, "a number such as 2.5", number => double.IsFinite(number) && allowed(number), range);

    /// <summary>A seed: any whole number of 64 bits.</summary>
    public static Option<long> Seed(string description) =>
        Number(name: "--seed", description, 1L, NumberStyles.AllowLeadingSign, "a whole number", _ => true, "of 64 bits");

    /// <summary>A number with a range that <paramref name="allowed"/> decides and <paramref name="range"/> tells in words.</summary>
    public static Option<double> Real(string name, string description, double byDefault, Func<double, bool> allowed, string range) =>
        Number(name, description, byDefault, Fraction, "a number such as 2.5", number => double.IsFinite(number) && allowed(number), range);

    /// <summary>One of the names of <typeparamref name="T"/>, in small letters or large.</summary>
    public static Option<T> OneOf<T>(string name, string description, T byDefault) where T : struct, Enum =>
        OneOf(name, description, byDefault, [.. Enum.GetValues<T>().Select(value => ($"{value}".ToLowerInvariant(), value))]);

    /// <summary>One of some words, in small letters or large.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="byDefault">Null where it depends on something else, which <paramref name="description"/> tells.</param>
    /// <param name="words">The words, with what they mean.</param>
    public static Option<T> OneOf<T>(string name, string description, T? byDefault, params (string Word, T Value)[] words)
        where T : struct
    {
        var names = words.ToDictionary(word => word.Word, word => word.Value, StringComparer.OrdinalIgnoreCase);
        return new(name)
        {
            Description = description,
            HelpName = string.Join('|', names.Keys),
            DefaultValueFactory = byDefault is { } chosen ? _ => chosen : null,
            CustomParser = result => Single(result) is var word && names.TryGetValue(word, out var value)
                ? value
                : Refused<T>(result, $"{name} must be {Listed([.. names.Keys])}, but is '{word}'."),
        };
    }

    /// <summary>Where networks compute; see <see cref="Pipelines.Devices.Named"/>.</summary>
    public static Option<string> Device() => new("--device")
    {
        Description = "cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "cpu",
    };

    /// <summary>The folder of weights; see <see cref="ModelsOf"/>.</summary>
    public static Option<string?> Weights() => new("--weights")
    {
        Description = "Folder with the weights (default: data/mini of the repository).",
    };

    /// <summary>The weights of a folder, or the repository's.</summary>
    public static MiniModels ModelsOf(string? folder) => folder is null
        ? MiniModels.Default
        : Directory.Exists(folder)
            ? new(folder)
            : throw new DirectoryNotFoundException(folder.Length == 0 ? "--weights is empty: name a folder."
                : File.Exists(folder) ? $"--weights must name a folder, but {folder} is a file."
                : $"--weights: there is no folder {folder}.");

    /// <summary>A prompt that says something.</summary>
    public static string CheckedPrompt(string prompt) => string.IsNullOrWhiteSpace(prompt)
        ? throw new ArgumentException("The prompt is empty: say what is to be heard.")
        : prompt;

    /// <summary>How long a cell of a notebook may take; infinite by default.</summary>
    public static Option<double> CellSeconds() => Real(
        "--timeout", "Seconds that one cell may take, its compilation included; one that takes longer is ended.",
        double.PositiveInfinity, seconds => seconds is > 0 and <= 1e6, "above 0 and at most 1000000");

    private static Option<T> Number<T>(
        string name, string description, T byDefault, NumberStyles style, string what, Func<T, bool> allowed, string range)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => Parsed(result, name, style, what, allowed, range) ?? default,
        };

    private static Option<T?> OrNull<T>(
        string name, string description, NumberStyles style, string what, Func<T, bool> allowed, string range)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            CustomParser = result => Parsed(result, name, style, what, allowed, range),
        };

    private static T? Parsed<T>(
        ArgumentResult result, string name, NumberStyles style, string what, Func<T, bool> allowed, string range)
        where T : struct, INumber<T>
    {
        var text = Single(result);
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && allowed(number)) return number;
        result.AddError($"{name} must be {what}, {range}, but is '{text}'.");
        return null;
    }

    private static string Single(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Refused<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }

    private static string Listed(string[] words) =>
        words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
}
