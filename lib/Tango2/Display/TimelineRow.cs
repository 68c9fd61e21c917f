using Tango2.Metrics;

namespace Tango2.Display;

/// <summary>One sound of a <see cref="Timeline"/>.</summary>
/// <param name="Name">Shown at the left.</param>
/// <param name="Upper">Stretches of the upper lane, in seconds.</param>
/// <param name="Lower">Stretches of the lower lane, in seconds.</param>
public sealed record TimelineRow(string Name, IReadOnlyList<EventRegion> Upper, IReadOnlyList<EventRegion> Lower);
