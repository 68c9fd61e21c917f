
namespace Tango2.Tests.Parity;

/// <summary>Counts what all parity tests compared, and says so when the last is done.</summary>
public sealed class ParityTally : IDisposable
{
    private readonly SortedDictionary<string, (Deviation Numbers, Deviation? Samples)> _worst = new(StringComparer.Ordinal);
    private int _fixtures, _tensors, _notComparable;

    internal void Add(ParityFixture fixture, Comparison comparison)
    {
        _fixtures++;
        _tensors += comparison.Compared;
        _notComparable += comparison.NotCompared;
        var (numbers, samples) = _worst.GetValueOrDefault(fixture.Kind);
        _worst[fixture.Kind] = (
            numbers.Or(comparison.Worst), comparison.WorstPcm is { } pcm ? (samples ?? default).Or(pcm) : samples);
    }

    public void Dispose()
    {
        if (_fixtures == 0) return;
        foreach (var (kind, worst) in _worst) Say($"Parity, {kind}: worst {Deviation.Line(worst.Numbers, worst.Samples)}");
        Say($"Parity: {_fixtures} fixtures and {_tensors} tensors compared, {_notComparable} named as not comparable.");
    }

    // Diagnostic messages reach the console of `dotnet test`, which keeps a passing test's own output to itself.
    private static void Say(string line) => TestContext.Current.SendDiagnosticMessage("{0}", line);
}
