
namespace Tango2.Tests.Files;

/// <summary>The warnings that something gives.</summary>
internal static class Warned
{
    /// <summary>Lines on standard error, without a "warning: " before them.</summary>
    public static string[] By(Action action)
    {
        var (before, errors) = (Console.Error, new StringWriter());
        Console.SetError(errors);
        try
        {
            action();
        }
        finally
        {
            Console.SetError(before);
        }
        return [.. errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Text)];
    }

    private static string Text(string line)
    {
        Assert.StartsWith("warning: ", line);
        return line["warning: ".Length..];
    }
}
