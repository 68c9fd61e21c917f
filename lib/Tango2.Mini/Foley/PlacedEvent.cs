namespace Tango2.Mini.Foley;

/// <summary>A sound event at its place in a clip.</summary>
/// <param name="Event">What sounds.</param>
/// <param name="Repetitions">Its strokes in order; exactly one for a continuous event.</param>
/// <param name="Gain">Level, in (0, 1].</param>
public sealed record PlacedEvent(SoundEvent Event, IReadOnlyList<Repetition> Repetitions, double Gain)
{
    /// <summary>Start of the first stroke, in seconds.</summary>
    public double Onset => Repetitions[0].Onset;

    /// <summary>End of the last stroke, in seconds.</summary>
    public double Offset => Repetitions[^1].Offset;

    /// <summary>From onset to offset, in seconds.</summary>
    public double Seconds => Offset - Onset;

    /// <summary>How many times a discrete event is heard; 1 for a continuous one.</summary>
    public int Count => Repetitions.Count;
}
