namespace Tango2.Mini.Foley;

/// <summary>One stroke of an event, or the whole of a continuous one.</summary>
/// <param name="Onset">Start, in seconds from the start of the clip.</param>
/// <param name="Offset">End, in seconds.</param>
public readonly record struct Repetition(double Onset, double Offset)
{
    /// <summary>Length in seconds.</summary>
    public double Seconds => Offset - Onset;
}
