using System.Globalization;
using System.Runtime.CompilerServices;
using Tango2.Files;

namespace Tango2.Display;

/// <summary>The expectations of a notebook: each throws when it does not hold, and prints a line with ✓ when it does.</summary>
/// <remarks>
/// For rehearsals with weights that are still in training: while the environment variable TANGO2_LENIENT is 1, an
/// expectation that does not hold prints a line with ✗ and the notebook goes on. Leave it unset for results to keep.
/// </remarks>
public static class Expect
{
    /// <summary>Name of the environment variable that, set to 1, turns failures into printed lines.</summary>
    public const string LenientVariable = "TANGO2_LENIENT";

    /// <summary>|actual − expected| ≤ tolerance.</summary>
    /// <param name="actual">The number found.</param>
    /// <param name="expected">The number that theory, the paper or an earlier cell gives.</param>
    /// <param name="because">Why it must be so.</param>
    /// <param name="tolerance">Largest absolute difference; if left out, 1e-4 of the larger magnitude, at least 1e-6.</param>
    /// <exception cref="ExpectationException">It does not hold.</exception>
    public static void Close(double actual, double expected, string because = "", double? tolerance = null)
    {
        var allowed = tolerance ?? Math.Max(1e-6, 1e-4 * Math.Max(Math.Abs(actual), Math.Abs(expected)));
        Check(Math.Abs(actual - expected) <= allowed,
            $"{Number(actual)} ≈ {Number(expected)}",
            $"expected {Number(expected)} ± {Number(allowed)}, but found {Number(actual)}", because);
    }

    /// <summary>Every |actual − expected| ≤ tolerance, and the shapes are equal.</summary>
    /// <exception cref="ExpectationException">It does not hold; the message tells the worst difference.</exception>
    public static void AllClose(Tensor actual, Tensor expected, string because = "", double tolerance = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            Check(false, "", $"expected shape [{string.Join(", ", expected.shape)}], but found " +
                $"[{string.Join(", ", actual.shape)}]", because);
            return;
        }
        using var scope = NewDisposeScope();
        var worst = actual.numel() == 0 ? 0
            : (actual.detach().to(float64) - expected.detach().to(float64)).abs().max().item<double>();
        Check(worst <= tolerance, $"tensors equal to within {Number(worst)}",
            $"expected tensors equal to within {Number(tolerance)}, but the worst difference is {Number(worst)}", because);
    }

    /// <summary>The condition holds.</summary>
    /// <exception cref="ExpectationException">It does not hold.</exception>
    public static void True(
        bool condition, string because = "", [CallerArgumentExpression(nameof(condition))] string expression = "") =>
        Check(condition, expression, $"expected {expression}, but it is false", because);

    /// <summary>smaller &lt; larger.</summary>
    /// <exception cref="ExpectationException">It does not hold.</exception>
    public static void Less(double smaller, double larger, string because = "") =>
        Check(smaller < larger, $"{Number(smaller)} < {Number(larger)}",
            $"expected {Number(smaller)} to be less than {Number(larger)}", because);

    /// <summary>low ≤ actual ≤ high.</summary>
    /// <exception cref="ExpectationException">It does not hold.</exception>
    public static void Between(double actual, double low, double high, string because = "") =>
        Check(low <= actual && actual <= high, $"{Number(low)} ≤ {Number(actual)} ≤ {Number(high)}",
            $"expected a number from {Number(low)} to {Number(high)}, but found {Number(actual)}", because);

    /// <summary>The two are equal, as Equals tells.</summary>
    /// <exception cref="ExpectationException">It does not hold.</exception>
    public static void Equal<T>(T actual, T expected, string because = "") =>
        Check(EqualityComparer<T>.Default.Equals(actual, expected), $"{actual}",
            $"expected {expected}, but found {actual}", because);

    // The console works alike in every notebook host; display does not.
    private static void Check(bool holds, string held, string failed, string because)
    {
        var reason = because.Length == 0 ? "" : $" ({because})";
        if (holds) Console.WriteLine($"✓ {held}{reason}");
        else if (Switches.IsOn(LenientVariable)) Console.WriteLine($"✗ {failed}{reason}");
        else throw new ExpectationException(failed + reason + ".");
    }

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}

/// <summary>Something a notebook expected did not hold.</summary>
/// <param name="message">What was expected, and what was found.</param>
internal sealed class ExpectationException(string message) : Exception(message);
