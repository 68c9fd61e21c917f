namespace Tango2.Tests;

/// <summary>What an action warns of.</summary>
internal static class WarningsOf
{
    public static string Run(Action action)
    {
        var (before, heard) = (Console.Error, new StringWriter());
        Console.SetError(heard);
        try
        {
            action();
            return heard.ToString();
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
