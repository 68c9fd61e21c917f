[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Tango2.Tests;

internal static class Startup
{
    [System.Runtime.CompilerServices.ModuleInitializer]
    internal static void LoadTorch() => Tango2.Tensors.NativeRuntime.Load();
}
