// Loads libtorch and TorchSharp's native library in every host: an application, a test run, a notebook's `#r`.
// Why this is needed is told in environment.md, "The native libraries".
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tango2.Tensors;

/// <summary>Finds and loads the native libraries of TorchSharp before the first tensor is made.</summary>
public static partial class NativeRuntime
{
    private const string BridgeName = "LibTorchSharp";
    private static readonly Lock Gate = new();
    private static nint _bridge;

    /// <summary>The folder that libtorch was loaded from; null before <see cref="Load"/> or where TorchSharp finds it.</summary>
    public static string? LibTorchFolder { get; private set; }

    // The library cannot ask its users to call an initializer: `#r` in a notebook has no place for one.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Initialize()
    {
        if (!OperatingSystem.IsLinux()) return; // Windows and macOS load TorchSharp as shipped.
        // Idle OpenMP threads must sleep, not spin, on shared cores. Only libc's own setenv reaches native code.
        _ = SetEnv("OMP_WAIT_POLICY", "passive", overwrite: 0);
        // Large tensors lie in huge pages: large convolutions then meet fewer page faults.
        _ = SetEnv("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0);
        NativeLibrary.SetDllImportResolver(typeof(TorchSharp.torch).Assembly, Resolve);
        // TorchSharp looks for its library by name before it imports from it, so ours must be in the process by then.
        if (!SearchFolders().Any(HasLibTorch)) return;
        Load();
        TorchContext.Use(NativeLibrary.Load(Path.Combine(LibTorchFolder!, "libtorch_cpu.so")));
        Convolutions.Check();
        TorchContext.Set(TorchContext.Tf32, false); // float32 on a GPU is float32: convolutions would take 10 bits of it
        TorchContext.Set(TorchContext.Repeatable, true);
    }
#pragma warning restore CA2255

    /// <summary>Loads the libraries now, rather than at the first use of <c>torch</c>. Safe to call twice.</summary>
    /// <exception cref="DllNotFoundException">No folder holds libtorch; the message lists where it was looked for.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_bridge != 0 || !OperatingSystem.IsLinux()) return;
            var folders = SearchFolders().Distinct().ToArray();
            LibTorchFolder = folders.FirstOrDefault(HasLibTorch)
                ?? throw new DllNotFoundException(
                    "libtorch was not found: expected libtorch_cpu.so in one of " + string.Join(", ", folders) +
                    ". Build with -p:TorchBackend=cpu, or set TANGO2_LIBTORCH to a folder that holds it.");
            foreach (var name in (string[])["libc10", "libtorch_cpu", "libc10_cuda", "libtorch_cuda", "libtorch"])
            {
                var path = Path.Combine(LibTorchFolder, name + ".so");
                if (File.Exists(path)) NativeLibrary.Load(path);
            }
            var bridge = folders.Select(f => Path.Combine(f, "lib" + BridgeName + ".so")).FirstOrDefault(File.Exists)
                ?? throw new DllNotFoundException($"lib{BridgeName}.so was not found in {string.Join(", ", folders)}.");
            _bridge = NativeLibrary.TryLoad(bridge, out var handle) ? handle : NativeLibrary.Load(Weakened(bridge));
            FreedNumbers.Defer(_bridge);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != BridgeName) return 0;
        Load();
        return _bridge;
    }

    private static bool HasLibTorch(string folder) => File.Exists(Path.Combine(folder, "libtorch_cpu.so"));

    private static IEnumerable<string> SearchFolders()
    {
        if (Environment.GetEnvironmentVariable("TANGO2_LIBTORCH") is { Length: > 0 } chosen) yield return chosen;
        var own = Path.GetDirectoryName(typeof(NativeRuntime).Assembly.Location);
        foreach (var folder in new[] { own, AppContext.BaseDirectory })
        {
            if (string.IsNullOrEmpty(folder)) continue;
            yield return Path.TrimEndingDirectorySeparator(folder);
            yield return Path.Combine(folder, "runtimes", "linux-x64", "native");
        }
        var native = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (var folder in native.Split(':', StringSplitOptions.RemoveEmptyEntries))
            yield return Path.TrimEndingDirectorySeparator(folder);
    }

    /// <summary>A private copy of the library whose requirement of GLIBCXX_3.4.32 is marked weak.</summary>
    /// <remarks>
    /// TorchSharp 0.107.0 asks for that version for one symbol that no relocation uses, so an older C++ runtime
    /// serves it as well. The package on disk stays as it is.
    /// </remarks>
    private static string Weakened(string library)
    {
        var bytes = File.ReadAllBytes(library);
        ElfVersions.MarkWeak(bytes, "GLIBCXX_3.4.32");
        var stamp = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))[..16];
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Path.Combine(cache, "tango2", "native", stamp);
        var copy = Path.Combine(folder, Path.GetFileName(library));
        if (File.Exists(copy)) return copy;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, copy, overwrite: true);
        return copy;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
