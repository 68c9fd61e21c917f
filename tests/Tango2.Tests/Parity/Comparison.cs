using System.Globalization;
using System.Text.RegularExpressions;

namespace Tango2.Tests.Parity;

/// <summary>Compares a fixture's stored results one by one, and sees to it that none is left out.</summary>
internal sealed partial class Comparison(ParityFixture fixture)
{
    private readonly List<string> _failures = [], _lines = [];
    private readonly HashSet<string> _seen = [];

    public int Compared { get; private set; }

    public int NotCompared { get; private set; }

    /// <summary>The worst differences of all that was compared, but for 16-bit samples.</summary>
    public Deviation Worst { get; private set; }

    /// <summary>The worst differences of 16-bit samples, in steps; null where there are none.</summary>
    public Deviation? WorstPcm { get; private set; }

    /// <summary>Compares a stored result.</summary>
    /// <param name="output">Its name, without "output.".</param>
    /// <param name="actual">The library's.</param>
    /// <param name="like">The manifest's word for its tolerance, where its name does not say.</param>
    /// <param name="expected">What to compare with in place of the stored result.</param>
    public void Close(string output, Tensor actual, string? like = null, Tensor? expected = null)
    {
        if (!_seen.Add(output)) _failures.Add($"{output} was compared twice");
        Check(output, expected ?? fixture.Output(output), actual, fixture.Tolerances.For("output." + (like ?? output)));
    }

    /// <summary>Compares a stored number.</summary>
    public void Close(string output, double actual, string? like = null) => Close(output, tensor(actual, float64), like);

    /// <summary>Compares a stored result if there is one of that name.</summary>
    public void Maybe(string output, Func<Tensor> actual)
    {
        if (!fixture.Has(output)) return;
        using var scope = NewDisposeScope();
        Close(output, actual());
    }

    /// <summary>Compares a stored result of which some rows are left out: "every8", or the first few.</summary>
    /// <param name="output">Its name, which may tell how many.</param>
    /// <param name="actual">The library's, with all rows.</param>
    /// <param name="step">How many, where the name does not tell.</param>
    public void Sampled(string output, Tensor actual, int step = 0)
    {
        var every = Every().Match(output);
        var told = every.Success ? int.Parse(every.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : step;
        Close(output, Sample(actual, fixture.Output(output).shape, told));
    }

    /// <summary>Compares a stored result of which the manifest's tolerance does not fit, and says why.</summary>
    public void Within(string output, Tensor actual, Tolerance tolerance, string why)
    {
        _seen.Add(output);
        Check(output, fixture.Output(output), actual, tolerance);
        _lines.Add($"{output}: not the manifest's tolerance, since {why}");
    }

    /// <summary>Compares what is stored beside the results, such as a filter bank or a companion file's numbers.</summary>
    public void Beside(string label, Tensor expected, Tensor actual, Tolerance tolerance) =>
        Check(label, expected, actual, tolerance);

    /// <inheritdoc cref="Beside(string, Tensor, Tensor, Tolerance)"/>
    public void Beside(string label, double expected, double actual, Tolerance tolerance) =>
        Check(label, tensor(expected, float64), tensor(actual, float64), tolerance);

    /// <summary>Asserts something that is no number.</summary>
    public void That(bool condition, string failure)
    {
        if (!condition) _failures.Add(failure);
    }

    /// <summary>Says that a stored result cannot be compared, and why.</summary>
    public void NotComparable(string output, string reason)
    {
        _seen.Add(output);
        NotCompared++;
        _lines.Add($"{output}: not comparable, {reason}");
    }

    /// <summary>The report; throws if anything differs or was left out.</summary>
    public string Finish()
    {
        _failures.AddRange(fixture.Outputs.Where(o => !_seen.Contains(o)).Select(o => $"{o} was not compared"));
        var report = $"{fixture}: {Compared} tensors compared, worst {Deviation.Line(Worst, WorstPcm)}";
        var lines = string.Join("\n  ", _lines);
        Assert.True(_failures.Count == 0, $"{report}\n{_failures.Count} failures:\n  {string.Join("\n  ", _failures)}\nAll:\n  {lines}");
        return $"{report}\n  {lines}";
    }

    private void Check(string name, Tensor expected, Tensor actual, Tolerance tolerance)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Compared++;
        tolerance = Where.For(name, actual, tolerance);
        if (!expected.shape.SequenceEqual(actual.shape))
        {
            _failures.Add($"{name}: expected [{string.Join(", ", expected.shape)}], but is [{string.Join(", ", actual.shape)}]");
            return;
        }
        if (expected.numel() == 0) return;
        var (e, a) = (expected.detach().cpu().to(float64), actual.detach().cpu().to(float64));
        var same = (e == a).logical_or(e.isnan().logical_and(a.isnan())); // NaN and infinities equal themselves
        var difference = where(same, zeros_like(e), (e - a).abs().nan_to_num(double.PositiveInfinity, double.PositiveInfinity));
        var absolute = difference.max().item<double>();
        var relative = absolute == 0 ? 0 : absolute / e.abs().nan_to_num(0, 0, 0).max().item<double>();
        var allowed = tolerance.Atol + tolerance.Rtol * e.abs();
        var share = where(difference == 0, difference, difference / allowed).max().item<double>();
        var here = new Deviation(absolute, double.IsFinite(relative) ? relative : 0, share);
        var line = $"{name} [{string.Join(", ", e.shape)}]: {here} (atol {Deviation.Show(tolerance.Atol)}, rtol {Deviation.Show(tolerance.Rtol)})";
        _lines.Add(line);
        // A NaN allows nothing but a NaN; written as "difference > allowed" it would allow everything.
        var over = (difference <= allowed).logical_or(same).logical_not().sum().item<long>();
        if (over > 0) _failures.Add($"{line}: {over} of {e.numel()} values differ");
        if (expected.dtype == int16) WorstPcm = (WorstPcm ?? default).Or(here);
        else Worst = Worst.Or(here);
    }

    /// <summary>Every nth row of the axes that are too long; where no n fits, the first rows.</summary>
    private static Tensor Sample(Tensor full, long[] shape, long told)
    {
        if (full.dim() != shape.Length) return full;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var (length, wanted) = (full.shape[axis], shape[axis]);
            if (length <= wanted) continue;
            bool Fits(long n) => n > 0 && (length + n - 1) / n == wanted;
            var step = Fits(told) ? told : (length + wanted - 1) / wanted;
            full = Fits(step)
                ? full.index_select(axis, arange(0, length, step, int64, full.device)) : full.narrow(axis, 0, wanted);
        }
        return full;
    }

    [GeneratedRegex(@"every(\d+)$")]
    private static partial Regex Every();
}
