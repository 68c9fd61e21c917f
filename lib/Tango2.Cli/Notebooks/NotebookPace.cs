namespace Tango2.Cli.Notebooks;

/// <summary>How far a running notebook is, and how long it still takes: what its cells took elsewhere, at the pace of this run.</summary>
/// <param name="seconds">What each code cell takes, roughly, on some machine.</param>
/// <param name="time">The clock.</param>
internal sealed class NotebookPace(IReadOnlyList<double> seconds, TimeProvider time)
{
    /// <summary>Seconds of both, before the run's own pace counts as much as the machine's that the cells were timed on.</summary>
    private const double Trust = 5;

    private readonly long _begun = time.GetTimestamp();
    private Running _now = new(Before: 0, Cell: 0, Pace: 1, Since: time.GetTimestamp()); // whole, as others read it meanwhile

    /// <summary>Seconds of all cells.</summary>
    public double Total { get; } = seconds.Sum();

    /// <summary>Seconds that the cells' numbers say for each second of this run: above 1 on a faster machine.</summary>
    public double Pace => _now.Pace;

    /// <summary>Seconds of the cells that ran, and of the one that runs as much as it should have by now.</summary>
    public double Done
    {
        get
        {
            var now = _now;
            return now.Before + Math.Min(now.Cell, now.Pace * Elapsed(now.Since));
        }
    }

    /// <summary>The time that is left.</summary>
    public TimeSpan Left => TimeSpan.FromSeconds(Math.Max(0, Total - Done) / Pace);

    /// <summary>A code cell begins.</summary>
    /// <param name="cell">Its number, from 1; one more than there are cells when all have run.</param>
    public void Begin(int cell)
    {
        var before = seconds.Take(cell - 1).Sum();
        var pace = (before + Trust) / (Elapsed(_begun) + Trust);
        _now = new(before, cell <= seconds.Count ? seconds[cell - 1] : 0, pace, time.GetTimestamp());
    }

    private double Elapsed(long since) => time.GetElapsedTime(since).TotalSeconds;

    private sealed record Running(double Before, double Cell, double Pace, long Since);
}
