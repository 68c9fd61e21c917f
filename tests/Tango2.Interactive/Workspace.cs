using System.Diagnostics;
using System.Reflection;

namespace Tango2.Interactive;

/// <summary>
/// A folder like the repository's, as far as notebooks look: the library published, copies of the notebooks, a link to the data,
/// and what notebooks keep. So nothing that the tests run touches the repository, its out/ included.
/// </summary>
public sealed class Workspace : IAsyncLifetime
{
    private const string Mark = "Tango2.Research.sln";

    /// <summary>The repository's folder: above the tests' assembly.</summary>
    internal static string Repository { get; } = Above(AppContext.BaseDirectory);

    /// <summary>The folder.</summary>
    internal string Root { get; } = Directory.CreateTempSubdirectory("tango2-kernel-").FullName;

    /// <summary>Where the copies of the notebooks lie.</summary>
    internal string Notebooks => Path.Combine(Root, "notebooks");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Notebooks);
        foreach (var path in Directory.GetFiles(Path.Combine(Repository, "notebooks")))
            File.Copy(path, Path.Combine(Notebooks, Path.GetFileName(path)));
        File.CreateSymbolicLink(Path.Combine(Root, Mark), Path.Combine(Repository, Mark));
        Directory.CreateSymbolicLink(Path.Combine(Root, "data"), Path.Combine(Repository, "data"));
        Directory.CreateSymbolicLink(Path.Combine(Root, ".config"), Path.Combine(Repository, ".config")); // of the tool in it
        await Publish();
        Environment.SetEnvironmentVariable("TANGO2_ROOT", Root);
        // The committed outputs were made without any of these.
        foreach (var variable in new[] { "TANGO2_WEIGHTS", "TANGO2_PUBLISHED", "TANGO2_LENIENT", "TANGO2_SUMMARY" })
            Environment.SetEnvironmentVariable(variable, null);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", Path.Combine(Root, "no published weights"));
        Environment.CurrentDirectory = Notebooks;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Environment.CurrentDirectory = Path.GetTempPath();
        Directory.Delete(Root, recursive: true);
        return default;
    }

    /// <summary>Publishes what was built with this project, without a build: another may run beside it.</summary>
    private async Task Publish()
    {
        var assembly = typeof(Workspace).Assembly;
        var backend = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchBackend").Value;
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Repository, "lib", "Tango2.Mini"), "--no-build", "-o", Path.Combine(Root, "out", "publish"),
            "-c", assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration, $"-p:TorchBackend={backend}", "-nologo",
        ])
        {
            RedirectStandardOutput = true,
        })!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, said);
    }

    private static string Above(string folder)
    {
        while (!File.Exists(Path.Combine(folder, Mark)))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"No folder with {Mark} above the tests.");
        return folder;
    }
}
