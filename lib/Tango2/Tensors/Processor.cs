using System.Runtime.Intrinsics.X86;

namespace Tango2.Tensors;

/// <summary>What this machine's processor can do.</summary>
internal static class Processor
{
    private const int ExtendedFeatures = 7, Further = 1, BFloat16Bit = 5;

    /// <summary>Whether it multiplies matrices of bfloat16 itself (AVX512_BF16); without, bfloat16 is slower than float32.</summary>
    public static bool HasBFloat16 { get; } =
        Avx512F.IsSupported && (X86Base.CpuId(ExtendedFeatures, Further).Eax >> BFloat16Bit & 1) == 1;
}
