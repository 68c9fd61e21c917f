using System.Diagnostics;
using static System.FormattableString;

namespace Tango2.Mini.Lab;

/// <summary>Tells now and then how far a stage is, and how long it will take.</summary>
/// <param name="tell">Told a line at a time; null tells nobody.</param>
internal sealed class LabPace(Action<string>? tell)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _told = -Between;
    private int _first = -1;

    /// <summary>Since this part of the work began.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>A step that was made before.</summary>
    public void Skip(int step, int steps)
    {
        if (step == steps) tell?.Invoke("  all steps were made before");
    }

    /// <summary>A step that was made now.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <param name="steps">How many there are.</param>
    /// <param name="more">What else to tell of it.</param>
    public void Tell(int step, int steps, Func<string> more)
    {
        if (_first < 0) _first = step - 1;
        if (_clock.Elapsed - _told <= Between && step != steps) return;
        _told = _clock.Elapsed;
        var left = _clock.Elapsed / Math.Max(1, step - _first) * (steps - step);
        tell?.Invoke(Invariant($"  step {step}/{steps}{more()}  left {left:hh\\:mm\\:ss}"));
    }
}
