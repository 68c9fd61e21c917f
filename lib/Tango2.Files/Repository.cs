namespace Tango2.Files;

/// <summary>Where this repository lies on the user's disk.</summary>
internal static class Repository
{
    private const string Mark = "Tango2.Research.sln";

    /// <summary>The folder with Tango2.Research.sln: TANGO2_ROOT, or above the current folder, or above the library.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Root => Candidates().FirstOrDefault(f => File.Exists(Path.Combine(f, Mark)))
        ?? throw new DirectoryNotFoundException(
            $"No folder with {Mark} was found above {Environment.CurrentDirectory}: run from inside the repository " +
            "or set TANGO2_ROOT.");

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("TANGO2_ROOT") is { Length: > 0 } root) yield return root;
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory, LibraryFolder })
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
                yield return folder;
    }

    private static string? LibraryFolder => Path.GetDirectoryName(typeof(Repository).Assembly.Location);
}
