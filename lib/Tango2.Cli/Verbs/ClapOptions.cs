using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Tango2.Pipelines;

namespace Tango2.Cli.Verbs;

/// <summary>Options of the verbs that listen with published networks.</summary>
internal static class ClapOptions
{
    private const int MostCrops = 1000;

    /// <summary>Which parts of a clip beyond CLAP's ten seconds are heard.</summary>
    public static Option<ClapCrops?> Crops() => new("--crops")
    {
        Description = "Which parts of a clip beyond CLAP's ten seconds are heard, where its code draws one: even:N, the mean over N evenly " +
            "spaced parts (default even:5); beginning; or at:PLACE,PLACE… in samples at 48 kHz (with fusion three starts, in frames).",
        HelpName = "even:N|beginning|at:PLACES",
        CustomParser = Parsed,
    };

    /// <summary>The folder with roberta-base's files.</summary>
    public static Option<string?> Roberta() => new("--roberta")
    {
        Description = "Folder with config.json, vocab.json and merges.txt of roberta-base (default: the hub's cache).",
    };

    /// <summary>A model configuration of laion_clap.</summary>
    public static Option<string?> Config() => new("--clap-config")
    {
        Description = "A model configuration of laion_clap's model_configs, for a CLAP that hears other spectrograms than the published ones.",
    };

    private static ClapCrops? Parsed(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var (rule, rest) = text.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? (text[..colon], text[(colon + 1)..]) : (text, "");
        static bool Number(string word, out long number) =>
            long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        switch (rule)
        {
            case "beginning" when rest.Length == 0: return ClapCrops.Beginning;
            case "even" when Number(rest, out var count) && count is >= 1 and <= MostCrops: return ClapCrops.Even((int)count);
            case "at" when rest.Split(',') is var places && places.All(place => Number(place, out _)):
                return ClapCrops.At([.. places.Select(place => long.Parse(place, CultureInfo.InvariantCulture))]);
            default:
                result.AddError($"--crops must be even:N with N from 1 to {MostCrops}, beginning, or at:PLACE,PLACE…, but is '{text}'.");
                return null;
        }
    }
}
