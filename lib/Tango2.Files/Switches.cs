namespace Tango2.Files;

/// <summary>Environment variables that turn something on.</summary>
internal static class Switches
{
    /// <summary>Whether a variable is on: 1 is, and 0, nothing and no variable are not.</summary>
    /// <param name="variable">Its name.</param>
    /// <exception cref="ArgumentException">It holds something else.</exception>
    public static bool IsOn(string variable) => Environment.GetEnvironmentVariable(variable) switch
    {
        null or "" or "0" => false,
        "1" => true,
        var other => throw new ArgumentException($"The environment variable {variable} must be 1 or 0, but is '{other}'."),
    };
}
