using Tango2.Files;

namespace Tango2.Tests;

/// <summary>What an action warns of.</summary>
internal static class WarningsOf
{
    public static string Run(Action action)
    {
        var (before, quiet, heard) = (Console.Error, Warnings.Quiet, new StringWriter());
        Console.SetError(heard);
        Warnings.Quiet = false;
        try
        {
            action();
            return heard.ToString();
        }
        finally
        {
            Console.SetError(before);
            Warnings.Quiet = quiet;
        }
    }
}
