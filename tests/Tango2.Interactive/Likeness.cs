using System.Globalization;
using System.Text.RegularExpressions;

namespace Tango2.Interactive;

/// <summary>Whether two hosts show the same.</summary>
internal static partial class Likeness
{
    // The committed outputs were made on some processor, and the kernel may run on another, whose vector units add in another
    // order. A clip then differs in its fifth digit, and a sound at a detector's threshold is heard or is not, which moves a
    // mean over the 24 prompts of a notebook by 0.04. A wrong format, a missing row or another model is outside of this.
    private const double Share = 0.05, Least = 0.05;

    /// <summary>How what the kernel shows of a cell differs from what is committed; empty where it does not.</summary>
    /// <param name="committed">What our runner showed.</param>
    /// <param name="shown">What the kernel shows.</param>
    public static IEnumerable<string> Differences(IReadOnlyList<Sight> committed, IReadOnlyList<Sight> shown)
    {
        for (var i = 0; i < Math.Max(committed.Count, shown.Count); i++)
        {
            var (ours, theirs) = (committed.ElementAtOrDefault(i), shown.ElementAtOrDefault(i));
            if (ours?.Kind == theirs?.Kind && Same(ours!.Text, theirs!.Text)) continue;
            var start = Math.Max(0, (ours?.Text ?? "").Zip(theirs?.Text ?? "").TakeWhile(c => c.First == c.Second).Count() - 60);
            yield return $"our runner shows {Told(ours, start)}, the kernel {Told(theirs, start)}";
            if (ours?.Kind != theirs?.Kind) yield break; // What follows is out of step.
        }
    }

    /// <summary>Whether the texts are the same but for numbers, and the numbers are near each other.</summary>
    public static bool Same(string a, string b)
    {
        if (a == b) return true;
        if (Hash().Replace(Number().Replace(a, "#"), "…") != Hash().Replace(Number().Replace(b, "#"), "…")) return false;
        return Numbers(a).Zip(Numbers(b)).All(pair => Near(pair.First, pair.Second));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= Math.Max(Least, Share * Math.Max(Math.Abs(a), Math.Abs(b)));

    private static IEnumerable<double> Numbers(string text) => Number().Matches(text)
        .Select(number => double.Parse(number.Value.Replace(",", "").Replace('−', '-'), CultureInfo.InvariantCulture));

    private static string Told(Sight? sight, int start) => sight is null ? "nothing"
        : $"{sight.Kind} '{(start > 0 ? "…" : "")}{string.Concat(sight.Text.Skip(start).Take(200))}'";

    [GeneratedRegex(@"((?<![\w.])[-−])?(?<![\w.])(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(E[-+]?\d+)?(?!\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    /// <summary>An id that was made of a content's digest.</summary>
    [GeneratedRegex(@"\b[0-9a-f]{8,}\b")]
    private static partial Regex Hash();
}
