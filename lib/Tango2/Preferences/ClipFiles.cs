namespace Tango2.Preferences;

/// <summary>Tells whether two files of sound are one.</summary>
internal static class ClipFiles
{
    /// <summary>What two files are compared by: their paths without links; one path for both if they hold the same bytes.</summary>
    public static (string Winner, string Loser) Identities(string winner, string loser)
    {
        var (first, second) = (Target(winner), Target(loser));
        return (first, first == second || HoldTheSame(first, second) ? first : second);
    }

    // Links of the file itself; links among its folders show in the bytes.
    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static bool HoldTheSame(string first, string second)
    {
        using var a = File.OpenRead(first);
        using var b = File.OpenRead(second);
        if (a.Length != b.Length || a.Length == 0) return false; // nothing is compared where nothing is heard
        Span<byte> x = stackalloc byte[4096], y = stackalloc byte[4096];
        while (true)
        {
            var count = a.ReadAtLeast(x, x.Length, throwOnEndOfStream: false);
            if (b.ReadAtLeast(y, y.Length, throwOnEndOfStream: false) != count || !x[..count].SequenceEqual(y[..count])) return false;
            if (count < x.Length) return true;
        }
    }
}
