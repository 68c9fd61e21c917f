namespace Tango2.Files;

/// <summary>What is odd but not wrong. Every warning is given here, so that one switch silences them all.</summary>
/// <remarks>They go to standard error, which notebooks show beneath the cell.</remarks>
internal static class Warnings
{
    private const string Switch = "TANGO2_QUIET";

    /// <summary>Whether warnings are kept silent: the variable TANGO2_QUIET, so that processes started from here keep to it.</summary>
    public static bool Quiet
    {
        get => Switches.IsOn(Switch);
        set => Environment.SetEnvironmentVariable(Switch, value ? "1" : null);
    }

    /// <summary>Warns, in one line.</summary>
    /// <param name="what">What was found, and what follows from it: a sentence.</param>
    public static void Give(string what)
    {
        if (!Quiet) Console.Error.WriteLine($"warning: {what.ReplaceLineEndings(" ")}");
    }
}
