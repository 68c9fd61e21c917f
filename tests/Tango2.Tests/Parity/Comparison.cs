using System.Globalization;
using System.Text;

namespace Tango2.Tests.Parity;

/// <summary>Compares a fixture's stored results one by one, and sees to it that none is left out.</summary>
internal sealed class Comparison(ParityFixture fixture)
{
    private readonly List<string> _failures = [], _lines = [];
    private readonly HashSet<string> _seen = [];

    public int Compared { get; private set; }

    public int NotCompared { get; private set; }

    /// <summary>The worst absolute difference, and the worst in relation to its tensor's largest value.</summary>
    public (double Absolute, double Relative) Worst { get; private set; }

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
    public void Sampled(string output, Tensor actual) => Close(output, Sample(actual, fixture.Output(output).shape));

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
        var report = $"{fixture}: {Compared} tensors compared, worst {Show(Worst.Absolute)} absolute, {Show(Worst.Relative)} of its largest value";
        var lines = string.Join("\n  ", _lines);
        Assert.True(_failures.Count == 0, $"{report}\n{_failures.Count} failures:\n  {string.Join("\n  ", _failures)}\nAll:\n  {lines}");
        return $"{report}\n  {lines}";
    }

    private void Check(string name, Tensor expected, Tensor actual, Tolerance tolerance)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Compared++;
        if (!expected.shape.SequenceEqual(actual.shape))
        {
            _failures.Add($"{name}: expected [{string.Join(", ", expected.shape)}], but is [{string.Join(", ", actual.shape)}]");
            return;
        }
        if (expected.numel() == 0) return;
        var (e, a) = (expected.detach().to(float64), actual.detach().to(float64));
        var same = (e == a).logical_or(e.isnan().logical_and(a.isnan())); // NaN and infinities equal themselves
        var difference = where(same, zeros_like(e), (e - a).abs().nan_to_num(double.PositiveInfinity, double.PositiveInfinity));
        var absolute = difference.max().item<double>();
        var relative = absolute == 0 ? 0 : absolute / e.abs().nan_to_num(0, 0, 0).max().item<double>();
        var over = (difference > tolerance.Atol + tolerance.Rtol * e.abs()).sum().item<long>();
        var line = new StringBuilder($"{name} [{string.Join(", ", e.shape)}]: {Show(absolute)} absolute, {Show(relative)} relative");
        line.Append(CultureInfo.InvariantCulture, $" (atol {Show(tolerance.Atol)}, rtol {Show(tolerance.Rtol)})");
        _lines.Add(line.ToString());
        if (over > 0) _failures.Add($"{line}: {over} of {e.numel()} values differ");
        Worst = (Math.Max(Worst.Absolute, absolute), Math.Max(Worst.Relative, double.IsFinite(relative) ? relative : 0));
    }

    /// <summary>Every nth row of the axis that is too long; where that does not fit, the first rows.</summary>
    private static Tensor Sample(Tensor full, long[] shape)
    {
        if (full.dim() != shape.Length) return full;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var (length, wanted) = (full.shape[axis], shape[axis]);
            if (length <= wanted) continue;
            var step = (length + wanted - 1) / wanted;
            full = (length + step - 1) / step == wanted
                ? full.index_select(axis, arange(0, length, step, int64)) : full.narrow(axis, 0, wanted);
        }
        return full;
    }

    private static string Show(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
