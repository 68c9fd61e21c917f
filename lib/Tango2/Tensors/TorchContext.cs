using System.Runtime.InteropServices;

namespace Tango2.Tensors;

/// <summary>Switches of libtorch that TorchSharp does not reach, by the exported names of its C++ methods.</summary>
internal static unsafe class TorchContext
{
    /// <summary>Whether a GPU's convolutions round float32 to 10 bits.</summary>
    public const string Tf32 = "setAllowTF32CuDNN";

    /// <summary>Whether a GPU's convolutions take only algorithms that give the same twice.</summary>
    public const string Repeatable = "setDeterministicCuDNN";

    private static nint _libtorch;

    /// <summary>Where the switches are; before it is called, and where there is no such library, they do nothing.</summary>
    /// <param name="libtorch">The handle of libtorch_cpu.</param>
    public static void Use(nint libtorch) => _libtorch = libtorch;

    /// <summary>Calls a setter of at::Context, such as setUserEnabledMkldnn.</summary>
    /// <returns>False where libtorch has none of that name.</returns>
    public static bool Set(string setter, bool on)
    {
        var (context, method) = (Export("_ZN2at13globalContextEv"), Export($"_ZN2at7Context{setter.Length}{setter}Eb"));
        if (context == 0 || method == 0) return false;
        ((delegate* unmanaged<nint, byte, void>)method)(((delegate* unmanaged<nint>)context)(), on ? (byte)1 : (byte)0);
        return true;
    }

    private static nint Export(string name) =>
        _libtorch != 0 && NativeLibrary.TryGetExport(_libtorch, name, out var address) ? address : 0;
}
