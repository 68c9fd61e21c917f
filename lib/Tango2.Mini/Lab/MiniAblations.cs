using Tango2.Studies;

namespace Tango2.Mini.Lab;

/// <summary>The rows of the mini scale's ablation, and of the sweep that its settings were chosen by.</summary>
public static class MiniAblations
{
    /// <summary>All rows of the ablation.</summary>
    public static IReadOnlyList<AblationVariant> All { get; } = AblationVariant.All(MiniScale.Filter, MiniScale.Alignment);

    /// <summary>The grid of the sweep: all kept pairs, at other β and learning rates.</summary>
    public static IReadOnlyList<AblationVariant> Grid { get; } =
    [
        .. new[] { (200, 6e-5), (500, 6e-5), (500, 3e-5), (1000, 6e-5), (1000, 3e-5) }.Select(setting =>
            AblationVariant.Setting(MiniScale.Filter, MiniScale.Alignment, setting.Item1, setting.Item2)),
    ];
}
