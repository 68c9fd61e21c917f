using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tango2.Tests.Parity;

/// <summary>|a − b| ≤ Atol + Rtol·|b|.</summary>
internal readonly record struct Tolerance(double Atol, double Rtol);

/// <summary>The tolerances that an entry of the manifest suggests, and which of them is for which output.</summary>
/// <remarks>
/// A key is one pattern or several, separated by commas or slashes: a name with stars ("output.grad.*") or words of a
/// name ("logits", "fad_singular"). Of several that fit, the one with the longest beginning before a star is taken,
/// and a name before words; how many rows are left out ("every8") does not matter. "default", "all" and "intermediate" are for the rest.
/// </remarks>
internal sealed partial class Tolerances
{
    /// <summary>For outputs of which the manifest says nothing: float32 results of magnitude one.</summary>
    private static readonly Tolerance Unstated = new(2e-5, 1e-4);

    private readonly List<(string Pattern, Tolerance Tolerance)> _patterns = [];
    private readonly Tolerance _rest = Unstated;

    public Tolerances(JsonNode? suggested)
    {
        if (suggested is not JsonObject entries) return;
        if (Read(entries) is { } one) _rest = one;
        foreach (var (key, value) in entries)
        {
            if (value is not JsonObject numbers || Read(numbers) is not { } tolerance) continue;
            if (key is "default" or "all" or "intermediate") _rest = tolerance;
            else _patterns.AddRange(key.Split([',', '/'], StringSplitOptions.TrimEntries).Select(p => (p, tolerance)));
        }
    }

    /// <summary>The tolerance for an output, given with its "output.".</summary>
    public Tolerance For(string output)
    {
        var best = _patterns.Select(p => (Fit: Fit(p.Pattern, output), p.Tolerance)).Where(p => p.Fit > 0)
            .OrderByDescending(p => p.Fit).ToArray();
        if (best.Length > 0) return best[0].Tolerance;
        // How far a parameter moved is known as well as where it is.
        return output.Contains(".delta.", StringComparison.Ordinal)
            ? For(output.Replace(".delta.", ".param.", StringComparison.Ordinal)) : _rest;
    }

    private static Tolerance? Read(JsonObject numbers)
    {
        if (numbers["exact"] is not null) return new(0, 0);
        if (numbers["atol"] is null && numbers["rtol"] is null) return null;
        return new((double?)numbers["atol"] ?? 0, (double?)numbers["rtol"] ?? 0);
    }

    private static int Fit(string pattern, string output)
    {
        (pattern, output) = (AnyRows().Replace(pattern, "every"), AnyRows().Replace(output, "every"));
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star >= 0 || pattern.StartsWith("output.", StringComparison.Ordinal))
        {
            var whole = "^(output\\.)?(.*\\.)?" + Regex.Escape(pattern).Replace("\\*", ".*") + "$";
            return Regex.IsMatch(output, whole) ? 1000 + 10 * (star < 0 ? pattern.Length : star) + pattern.Length : 0;
        }
        string[] words = pattern.Split('_'), name = output.Split('.', '_');
        return words.All(name.Contains) ? pattern.Length : 0;
    }

    [GeneratedRegex(@"every\d+$")]
    private static partial Regex AnyRows();
}
