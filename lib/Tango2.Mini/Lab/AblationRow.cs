using Tango2.Metrics;

namespace Tango2.Lab;

/// <summary>A finished row of the ablation, measured on validation prompts.</summary>
/// <param name="Name">Of the variant.</param>
/// <param name="Pairs">Pairs trained on.</param>
/// <param name="Steps">Updates made.</param>
/// <param name="Metrics">Every metric's value by key.</param>
/// <param name="Change">Row − base by metric, with 95 % intervals.</param>
public sealed record AblationRow(
    string Name, int Pairs, int Steps, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, Interval> Change);
