using System.Runtime.InteropServices;

namespace Tango2.Tensors;

/// <summary>Memory that tensors have given back to the allocator, which keeps it.</summary>
/// <remarks>
/// glibc keeps what blocks of up to 32 MiB leave free, in a heap of 64 MiB each, until a whole heap is: at full size
/// that is more than 2 GB after loading and walking, beside what the next network needs.
/// </remarks>
internal static partial class FreedMemory
{
    private static bool _has = OperatingSystem.IsLinux();

    /// <summary>Gives it back to the system. Between two networks' work, not within: it costs as much as using it anew.</summary>
    public static void Return()
    {
        if (!_has) return;
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            _has = false; // another C library
        }
        catch (DllNotFoundException)
        {
            _has = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
