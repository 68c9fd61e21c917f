using Tango2.Display;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>How many pairs fail one condition of the filter by one model.</summary>
/// <param name="Model">The CLAP model.</param>
/// <param name="Condition">Which of the four.</param>
/// <param name="Failing">Pairs that fail it.</param>
/// <param name="Alone">Pairs that fail it and nothing else: those that it alone keeps out.</param>
public sealed record FilterCount(string Model, FilterCondition Condition, int Failing, int Alone)
{
    /// <summary>The counts of every model and condition, in the filter's order.</summary>
    public static IReadOnlyList<FilterCount> Of(IEnumerable<PreferencePair> pairs, ClapFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var decisions = pairs.Select(filter.Decide).ToArray();
        return
        [
            .. from bounds in filter.Models
               from condition in Enum.GetValues<FilterCondition>()
               let failed = decisions
                   .Where(d => d.Failures.Any(f => f.Model == bounds.Model && f.Condition == condition)).ToArray()
               select new FilterCount(bounds.Model, condition, failed.Length, failed.Count(d => d.Failures.Count == 1)),
        ];
    }

    /// <summary>The counts as a table.</summary>
    public static Table Table(IEnumerable<FilterCount> counts)
    {
        var table = new Table("Pairs that fail", "model", "condition", "pairs", "fail this alone");
        foreach (var count in counts) table.Add(count.Model, Formula(count.Condition), count.Failing, count.Alone);
        return table;
    }

    private static string Formula(FilterCondition condition) => condition switch
    {
        FilterCondition.Winner => "w ≥ α",
        FilterCondition.Loser => "l ≥ β",
        FilterCondition.Order => "w > l",
        _ => "Δmin ≤ w − l ≤ Δmax",
    };
}
