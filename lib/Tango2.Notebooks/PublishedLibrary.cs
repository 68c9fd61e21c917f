using System.Diagnostics;

namespace Tango2.Notebooks;

/// <summary>The folder of assemblies that notebooks/setup.csx refers to.</summary>
internal static class PublishedLibrary
{
    /// <summary>Where setup.csx expects it, from the repository's root.</summary>
    private const string Folder = "out/publish";

    /// <summary>Publishes lib/Tango2.Mini for this platform, as links into the package cache.</summary>
    /// <exception cref="InvalidDataException">The build failed; the message holds its errors.</exception>
    public static async Task Publish(string root, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "publish", Path.Combine(root, "lib", "Tango2.Mini"), "-c", "Release",
            "-r", PortableRid(System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier),
            "--no-self-contained", "-o", Path.Combine(root, Folder), "-v", "quiet", "-nologo",
        ];
        using var build = Process.Start(new ProcessStartInfo(NotebookProcess.DotnetHost(), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = build.StandardOutput.ReadToEndAsync(cancellation);
        var errors = build.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await build.WaitForExitAsync(cancellation);
        }
        finally
        {
            if (!build.HasExited) build.Kill(entireProcessTree: true);
        }
        if (build.ExitCode == 0) return;
        var lines = (await output + await errors).Split('\n').Where(line => line.Contains("error")).Distinct().Take(10);
        throw new InvalidDataException($"dotnet publish lib/Tango2.Mini failed:\n{string.Join('\n', lines)}");
    }

    /// <summary>linux-x64 for debian.12-x64 and the like: the names packages use.</summary>
    private static string PortableRid(string rid)
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return system + rid[rid.LastIndexOf('-')..];
    }
}
