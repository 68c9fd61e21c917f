using Tango2.Models;

namespace Tango2.Tests.Models;

/// <summary>Discriminators small enough to train on a processor in a test.</summary>
internal static class SmallDiscriminators
{
    public static DiscriminatorConfig Config { get; } = new()
    {
        Periods = [2, 3, 5],
        PeriodLayers = [new(8, 5, 3), new(16, 5, 3), new(32, 5, 3), new(32, 5)],
        Scales = 2,
        ScaleLayers = [new(8, 15, 2), new(16, 41, 4, 4), new(32, 41, 4, 4), new(32, 5)],
    };
}
