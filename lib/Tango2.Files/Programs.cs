namespace Tango2.Files;

/// <summary>Programs that are installed on this machine.</summary>
internal static class Programs
{
    /// <summary>A program's path, by the folders of PATH; null if it is in none.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(Path.IsPathRooted)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(File.Exists);
}
