using System.Globalization;
using System.Text;
using Tango2.Benchmarks.Cases;

namespace Tango2.Benchmarks.Pairing;

/// <summary>The results as a page of Markdown.</summary>
internal static class ResultsPage
{
    private const int Epochs = 5; // the paper's: one on winners alone, four of DPO

    /// <summary>The page.</summary>
    /// <param name="results">What was measured.</param>
    /// <param name="order">Names of cases, in the order of the rows.</param>
    public static string Of(Results results, IReadOnlyList<string> order)
    {
        var page = new StringBuilder(
            $"""
            # Speed against Python PyTorch

            Written by `dotnet run -c Release --project tests/Tango2.Benchmarks -- pair`. Both sides took turns in one run,
            each in a process of its own that builds once and is timed afterwards. Times are medians of all steps; a ratio
            is the median over the rounds of Python's time over ours, with the lowest and the highest round behind it.
            Above 1 ours is faster. Weights and inputs are random; both sides must have the same number of parameters
            and the same shape of output, or the run stops. `reference/README.md` tells what the Python side runs.

            - Machine: {results.Machine}
            - Ours: {results.Ours}
            - Python: {results.Python}

            | case | what | ours, ms | Python, ms | ratio |
            | --- | --- | --- | --- | --- |

            """);
        foreach (var name in order) page.AppendLine(Row(name, results.Cases[name]));
        foreach (var name in order.Where(n => results.Cases[n].Variants.Count > 0)) page.Append(Tricks(name, results.Cases[name]));
        return page.ToString();
    }

    private static string Row(string name, CaseResult result) =>
        $"| {name} | {result.What} | {Number(result.Ours)} | {Number(result.Python)} | {Ratio(result)} |";

    private static string Tricks(string name, CaseResult result)
    {
        var section = new StringBuilder(
            $"""

            ## {name}: what each trick brings

            The library's step takes latents and text states from memory: they were computed once, before training. The
            Python side computes them in each step, as the reference's training script does. Each row below is our step
            without one trick, measured in the same rounds; "slower" is its time over that of the whole step. Its ratio
            is the ratio of the whole step, as above, divided by "slower".

            | our step | ms | slower | ratio to Python |
            | --- | --- | --- | --- |

            """);
        section.AppendLine($"| with every trick | {Number(result.Ours)} | 1 | {Times(result.Ratio)} |");
        foreach (var (variant, milliseconds) in result.Variants.Where(v => v.Key != PreferenceStep.Preparing))
            section.AppendLine(Line(variant, milliseconds));
        if (!result.Variants.TryGetValue(PreferenceStep.Preparing, out var once)) return section.ToString();
        section.AppendLine(Line($"with every trick, and a {Epochs}th of what is done once for {Epochs} epochs", result.Ours + once / Epochs));
        section.AppendLine(CultureInfo.InvariantCulture,
            $"\nDone once for the batch: {Number(once)} ms. The frozen network is run in each step on both sides: its\nerrors depend on the noise, which is new each time, so they are not kept.");
        return section.ToString();

        string Line(string variant, double milliseconds) =>
            $"| {variant} | {Number(milliseconds)} | {Times(milliseconds / result.Ours)} | {Times(result.Ratio * result.Ours / milliseconds)} |";
    }

    private static string Ratio(CaseResult result) => result.Ratio is null
        ? "not run"
        : $"{Times(result.Ratio)} ({Times(result.Lowest)} to {Times(result.Highest)})";

    private static string Times(double? ratio) =>
        ratio is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "not run";

    private static string Number(double? milliseconds) => milliseconds is { } value
        ? value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture)
        : "not run";
}
