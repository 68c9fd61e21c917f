using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Tango2.Tensors;

/// <summary>Numbers that TorchSharp lets go of, freed some time later, when nobody can be reading them any more.</summary>
/// <remarks>
/// TorchSharp 0.107.0 makes the 2 of x * 2 an object, takes its pointer and lets go of it: a collection during the call, which any
/// thread may cause, frees the number while libtorch reads it ("Scalar.h: INTERNAL ASSERT FAILED", "Unknown scalar type"). So the
/// function that frees a number is led here, in this process's memory; the file stays as it is.
/// </remarks>
internal static unsafe partial class FreedNumbers
{
    // libtorch reads a number as soon as it is called. Those that wait scatter the heap, each in what a large tensor has left.
    private const int WaitMilliseconds = 100;
    private const int Read = 1, Write = 2, Execute = 4;

    private static readonly Lock Gate = new();
    private static readonly Queue<(nint Number, long LetGo)> Waiting = new();
    private static delegate* unmanaged<nint, void> _delete;

    /// <summary>Whether TorchSharp's library is led here.</summary>
    public static bool Deferred { get; private set; }

    /// <summary>Leads TorchSharp's library here; does nothing on other processors, or where memory with code cannot be changed.</summary>
    /// <param name="library">The library's handle.</param>
    public static void Defer(nint library)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64
            || AssemblyLoadContext.GetLoadContext(typeof(FreedNumbers).Assembly) is { IsCollectible: true } // this code could be unloaded
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
        Deferred = true;
    }

    [UnmanagedCallersOnly]
    private static void Later(nint number)
    {
        lock (Gate)
        {
            var now = Environment.TickCount64;
            Waiting.Enqueue((number, now));
            while (now - Waiting.Peek().LetGo > WaitMilliseconds) _delete(Waiting.Dequeue().Number);
        }
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int access);
}
