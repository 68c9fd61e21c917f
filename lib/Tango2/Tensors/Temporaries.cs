namespace Tango2.Tensors;

/// <summary>When .NET's garbage collector runs, in long loops over native calls.</summary>
internal static class Temporaries
{
    /// <summary>Collects what a step has left, so that a collection hardly ever falls into the calls of the next one.</summary>
    /// <remarks>
    /// TorchSharp 0.107.0 makes the 2 of x * 2 an object, takes its pointer and lets go of it: a collection during the call frees
    /// the number while libtorch reads it. It is rare, and once ended a training of an hour ("Scalar.h: INTERNAL ASSERT FAILED").
    /// <see cref="FreedNumbers"/> mends it on Linux; elsewhere this makes it rarer.
    /// </remarks>
    public static void Collect() => GC.Collect(0, GCCollectionMode.Forced, blocking: true);
}
