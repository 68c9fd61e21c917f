using System.Runtime.InteropServices;

namespace Tango2.Tensors;

/// <summary>Numbers that TorchSharp lets go of, freed some time later, when nobody can be reading them any more.</summary>
/// <remarks>
/// TorchSharp 0.107.0 makes the 2 of x * 2 an object, takes its pointer and lets go of it: a collection during the call, which any
/// thread may cause, frees the number while libtorch reads it ("Scalar.h: INTERNAL ASSERT FAILED", "Unknown scalar type"). So the
/// function that frees a number is led here, in this process's memory; the file stays as it is.
/// </remarks>
internal static unsafe partial class FreedNumbers
{
    // A collection frees the newest last, so the one that is being read waits for the next collection. Many more would scatter the heap:
    // each lies in what a large tensor has left.
    private const int Kept = 1 << 8;
    private const int Read = 1, Write = 2, Execute = 4;

    private static readonly nint[] Waiting = new nint[Kept];
    private static delegate* unmanaged<nint, void> _delete;
    private static int _next;

    /// <summary>Leads TorchSharp's library here; does nothing on other processors, or where memory with code cannot be changed.</summary>
    /// <param name="library">The library's handle.</param>
    public static void Defer(nint library)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !NativeLibrary.TryGetExport(library, "THSTorch_dispose_scalar", out var function)
            || !NativeLibrary.TryGetExport(library, "_ZdlPv", out var delete)) return;
        _delete = (delegate* unmanaged<nint, void>)delete;
        // mov rax, address; jmp rax
        byte[] jump = [0x48, 0xB8, .. BitConverter.GetBytes((long)(nint)(delegate* unmanaged<nint, void>)&Later), 0xFF, 0xE0];
        var page = function & ~(nint)(Environment.SystemPageSize - 1);
        var length = (nuint)(function + jump.Length - page);
        if (Protect(page, length, Read | Write | Execute) != 0) return;
        Marshal.Copy(jump, 0, function, jump.Length);
        _ = Protect(page, length, Read | Execute);
    }

    // In the place of the one that has waited longest, which is freed.
    [UnmanagedCallersOnly]
    private static void Later(nint number)
    {
        var place = Interlocked.Increment(ref _next) & (Kept - 1);
        var longest = Interlocked.Exchange(ref Waiting[place], number);
        if (longest != 0) _delete(longest);
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int access);
}
