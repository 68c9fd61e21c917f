namespace Tango2.Files;

/// <summary>One at a time, among all processes of this machine: for files that several read, change and write again.</summary>
internal static class Turn
{
    /// <summary>Waits for the turn, works, and gives it back.</summary>
    /// <param name="of">What the turn is at: letters, digits and hyphens.</param>
    /// <param name="work">What is done meanwhile.</param>
    public static void Take(string of, Action work)
    {
        using var turn = new Mutex(initiallyOwned: false, $"tango2-{of}");
        try
        {
            turn.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // Its owner was killed; the turn is ours, and the file is whole, since it is only ever renamed into place.
        }
        try
        {
            work();
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }
}
