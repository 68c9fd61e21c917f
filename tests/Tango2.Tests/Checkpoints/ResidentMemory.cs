using System.Globalization;
using System.Runtime.InteropServices;

namespace Tango2.Tests.Checkpoints;

/// <summary>The memory that this process holds, as Linux counts it.</summary>
internal static class ResidentMemory
{
    /// <summary>By how many bytes memory in use rose above what it was, at its highest, while the action ran; 0 if it never did.</summary>
    public static long RiseDuring(Action action)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The highest memory use can be set back only on Linux.");
        TrimHeap(0); // what was freed before would be used again without any rise
        File.WriteAllText("/proc/self/clear_refs", "5"); // sets the highest value back to the present one
        var before = Read("VmRSS:");
        action();
        return Math.Max(0, Read("VmHWM:") - before); // it falls when memory of before is given back meanwhile
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimHeap(nuint keep);

    private static long Read(string name) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..^2],
        CultureInfo.InvariantCulture);
}
