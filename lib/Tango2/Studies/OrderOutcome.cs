using Tango2.Metrics;

namespace Tango2.Studies;

/// <summary>What became of the order of each prompt.</summary>
/// <param name="Errors">One for each clip.</param>
public sealed record OrderOutcome(IReadOnlyList<OrderError> Errors)
{
    /// <summary>Clips with one outcome.</summary>
    public int Count(OrderError error) => Errors.Count(e => e == error);

    /// <summary>The share that is not as asked: STEAM's OER, in [0, 1]; NaN where there are no clips.</summary>
    public double ErrorRate => 1 - (double)Count(OrderError.None) / Errors.Count;

    /// <summary>Of the clips in which both sounds are heard, the share in the asked order; NaN where there are none.</summary>
    public double RightOfHeard => (double)Count(OrderError.None) / (Errors.Count - Count(OrderError.NotDetected));
}
