namespace Tango2.Tests.Files;

/// <summary>The warnings that something gives.</summary>
internal static class Warned
{
    /// <summary>Lines on standard error, without a "warning: " before them.</summary>
    public static string[] By(Action action) =>
        [.. WarningsOf.Run(action).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Text)];

    private static string Text(string line)
    {
        Assert.StartsWith("warning: ", line);
        return line["warning: ".Length..];
    }
}
