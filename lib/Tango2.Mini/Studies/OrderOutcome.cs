using Tango2.Display;
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

    /// <summary>An outcome in words: <see cref="OrderError.None"/> is "right".</summary>
    public static string Label(OrderError error) => error switch
    {
        OrderError.None => "right",
        OrderError.NotDetected => "a sound not heard",
        OrderError.WrongOrder => "wrong order",
        OrderError.Overlap => "overlap",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "There is no such outcome."),
    };

    /// <summary>How many clips had each outcome.</summary>
    /// <param name="title">Above the figure.</param>
    public Figure Bars(string title) => Figures.Bars(
        title, "clips", [.. Enum.GetValues<OrderError>().Select(error => (Label(error), (double)Count(error)))]);
}
