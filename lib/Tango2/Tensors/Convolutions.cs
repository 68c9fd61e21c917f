// Why this is needed is told in environment.md, "The native libraries".
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Tango2.Tensors;

/// <summary>Sees to it that libtorch's convolutions are right on this machine.</summary>
/// <remarks>
/// On some virtual machines oneDNN 3.7.1, which libtorch 2.10 convolves with, leaves the padding of channels undefined that do
/// not fill its blocks (24 channels in blocks of 16, say): values and gradients are then wrong, often NaN, without a word.
/// </remarks>
internal static unsafe class Convolutions
{
    /// <summary>Whether oneDNN computes them; otherwise libtorch itself does, which is right and some times slower.</summary>
    public static bool ByOneDnn { get; private set; } = true;

    /// <summary>
    /// Whether the processor is one that oneDNN was seen to be wrong on: an AMD processor whose virtual machine keeps the
    /// properties of its caches to itself (CPUID leaf 0x8000001D). With instructions of SSE4.1 it is right there, and faster
    /// than libtorch itself.
    /// </summary>
    internal static bool AreLikelyWrong => X86Base.IsSupported && IsAmd && X86Base.CpuId(CacheProperties, 0).Eax == 0;

    private const int LastLeaf = unchecked((int)0x80000000), CacheProperties = unchecked((int)0x8000001D);

    // "AuthenticAMD"
    private static bool IsAmd => X86Base.CpuId(0, 0) is { Ebx: 0x68747541, Edx: 0x69746E65, Ecx: 0x444D4163 }
        && (uint)X86Base.CpuId(LastLeaf, 0).Eax >= unchecked((uint)CacheProperties);

    /// <summary>Tries oneDNN, and leaves it out from here on where it is wrong.</summary>
    /// <param name="libtorch">The handle of libtorch_cpu.</param>
    internal static void Check(nint libtorch)
    {
        if (!NativeLibrary.TryGetExport(libtorch, "_ZN2at13globalContextEv", out var context)
            || !NativeLibrary.TryGetExport(libtorch, "_ZN2at7Context20setUserEnabledMkldnnEb", out var oneDnn)
            || !NativeLibrary.TryGetExport(libtorch, "_ZN2at7Context20setUserEnabledNNPACKEb", out var nnpack))
        {
            if (!AreRight()) throw Wrong("this libtorch has no switch for it");
            return;
        }
        Set(nnpack, false); // it complains of the same machines at each call, and does nothing there
        ByOneDnn = AreRight();
        if (!ByOneDnn) Set(oneDnn, false);
        else if (!AreLikelyWrong) Set(nnpack, true);
        if (!ByOneDnn && !AreRight()) throw Wrong("they are wrong without it too");

        void Set(nint setter, bool on) =>
            ((delegate* unmanaged<nint, byte, void>)setter)(((delegate* unmanaged<nint>)context)(), on ? (byte)1 : (byte)0);
    }

    /// <summary>Compares small convolutions with those in double precision, which oneDNN does not compute.</summary>
    /// <remarks>All numbers are small whole ones, so that both must agree to the bit.</remarks>
    private static bool AreRight()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var channels in new[] { 12, 24, 40 })
        {
            using var inner = NewDisposeScope();
            full([1 << 18], double.NaN, device: CPU).Dispose(); // freed memory that is used again must not happen to be zero
            var x = (arange(2 * channels * 6 * 5, int64, CPU) % 7 - 3).reshape(2, channels, 6, 5);
            var weights = (arange(8 * channels * 3 * 3, int64, CPU) % 5 - 2).reshape(8, channels, 3, 3);
            var single = nn.functional.conv2d(x.to(float32), weights.to(float32), padding: [1, 1]);
            var exact = nn.functional.conv2d(x.to(float64), weights.to(float64), padding: [1, 1]);
            if (!(single.to(float64) == exact).all().item<bool>()) return false;
        }
        return true;
    }

    private static InvalidOperationException Wrong(string why) => new(
        $"libtorch's convolutions are wrong on this machine, and {why}: set ONEDNN_MAX_CPU_ISA=SSE41, or use another libtorch.");
}
