namespace Tango2.Notebooks;

/// <summary>How far a notebook is, and how long it still takes: what its cells took elsewhere, at the rate of this run.</summary>
/// <param name="seconds">What each code cell takes, roughly, on some machine.</param>
/// <param name="time">The clock.</param>
internal sealed class NotebookPace(IReadOnlyList<double> seconds, TimeProvider time)
{
    /// <summary>Seconds of both, before the run's own rate counts as much as the machine's that the cells were timed on.</summary>
    private const double Trust = 5;

    private Running? _now; // whole, as others read it meanwhile

    /// <summary>Seconds of all cells.</summary>
    public double Total { get; } = seconds.Sum();

    /// <summary>Whether a cell has begun.</summary>
    public bool Begun => _now is not null;

    /// <summary>Seconds that the cells' numbers say for each second of this run: above 1 on a faster machine.</summary>
    public double Rate => _now?.Rate ?? 1;

    /// <summary>Seconds of the cells that ran, and of the one that runs as much as it should have by now.</summary>
    public double Done => _now is { } now ? now.Before + Math.Min(now.Cell, now.Rate * Elapsed(now.Since)) : 0;

    /// <summary>The seconds that are left.</summary>
    public double Left => (Total - Done) / Rate;

    /// <summary>A code cell begins.</summary>
    /// <param name="cell">Its number, from 1; one more than there are cells when all have run.</param>
    public void Begin(int cell)
    {
        var first = _now?.First ?? time.GetTimestamp();
        var before = seconds.Take(cell - 1).Sum();
        _now = new(
            before, seconds.ElementAtOrDefault(cell - 1), (before + Trust) / (Elapsed(first) + Trust), first, time.GetTimestamp());
    }

    private double Elapsed(long since) => time.GetElapsedTime(since).TotalSeconds;

    private sealed record Running(double Before, double Cell, double Rate, long First, long Since);
}
