using Tango2.Pipelines;
using Tango2.Tests.Parity;

namespace Tango2.Tests;

/// <summary>Where the tests of parity compute: on the device that TANGO2_DEVICE names, or on the processor.</summary>
internal static class Where
{
    /// <summary>The device's name, for the command line.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("TANGO2_DEVICE") is { Length: > 0 } chosen ? chosen : "cpu";

    /// <summary>The device.</summary>
    public static Device Device { get; } = Devices.Named(Name);

    /// <summary>A tolerance of what was computed there.</summary>
    /// <remarks>
    /// The suggested ones were measured between two processors. A GPU sums in another order, for which twice is enough; and torch's
    /// own fused AdamW keeps 1 − β₂ in single precision there, 1.3e-5 off.
    /// </remarks>
    public static Tolerance For(string name, Tensor actual, Tolerance tolerance) =>
        actual.device_type == DeviceType.CPU ? tolerance
        : new(2 * tolerance.Atol, name.EndsWith("exp_avg_sq", StringComparison.Ordinal) ? Math.Max(2 * tolerance.Rtol, 2e-5) : 2 * tolerance.Rtol);

    /// <summary>A file's tensors, on the device.</summary>
    public static Dictionary<string, Tensor> Here(this Dictionary<string, Tensor> tensors) =>
        tensors.ToDictionary(t => t.Key, t => t.Value.to(Device));
}
